"""The pages of an evacuation: lists entered, an order given, a board that adds up, doors."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from relief_ops import db
from relief_ops.auth import lookup
from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, cadre, household, order, risk_point

KEEPER = f"township_reporter@{TOWNSHIP}"
LEADER = f"duty_leader@{COUNTY}"
OFFICER = f"village_officer@{VILLAGE}"


def send(page, address, fields, at="/evacuation/list"):
    return page.post(address, data=fields | {"csrf": token_of(page.get(at))})


def test_a_row_is_entered_found_and_shown_masked(browse, disaster):
    page = browse(KEEPER)
    assert page.get(f"/evacuation/households/new?area={TOWNSHIP}").status_code == 200
    fields = {
        "id": new_id(), "area_code": VILLAGE, "kind": "household", "name": "何试验",
        "phone": "13812345678", "people": "3", "over80": "1", "destination": "relatives",
        "transport": "none",
    }  # fmt: skip

    answer = send(page, "/evacuation/households/new", fields)

    assert answer.status_code == 303, answer.text
    shown = page.get(answer.headers["Location"]).text
    assert "何*" in shown and "何试验" not in shown and "13812345678" not in shown
    found = send(page, "/evacuation/list", {"find": "试验"}).text
    assert 'data-total="1"' in found and 'data-total="0"' in send(
        page, "/evacuation/list", {"find": "没有这个人"}
    ).text  # fmt: skip


def test_what_is_wrong_is_said_beside_the_field(browse, disaster):
    page = browse(KEEPER)

    answer = send(page, "/evacuation/households/new", {"id": new_id(), "name": "何", "people": "x"})

    assert answer.status_code == 422
    assert 'id="e-people"' in answer.text and 'value="何"' in answer.text


def test_a_row_is_changed_and_what_is_sealed_stays_if_left_empty(browse, keeper, person, disaster):
    row_id, page = household(keeper), browse(KEEPER)
    form = page.get(f"/evacuation/households/{row_id}/change").text
    assert "何试验" not in form
    base = re.search(r'name="base" value="(\d+)"', form).group(1)
    fields = {"base": base, "area_code": VILLAGE, "people": "5", "kind": "household",
              "destination": "shelter", "transport": "bus"}  # fmt: skip

    answer = send(page, f"/evacuation/households/{row_id}/change", fields)

    assert answer.status_code == 303, answer.text
    full = person(f"township_reviewer@{TOWNSHIP}").get(
        f"{API}/households/{row_id}/full?purpose=contact"
    )
    assert (full.json["people"], full.json["name"]) == (5, "何试验")
    stale = send(page, f"/evacuation/households/{row_id}/change", fields | {"people": "6"})
    assert stale.status_code == 412


def test_risk_points_and_cadres_are_entered(browse, disaster):
    page = browse(KEEPER)
    risk = {"id": new_id(), "name": "塘外", "area_code": VILLAGE, "kind": "outside_seawall",
            "level": "high", "people": "30"}  # fmt: skip
    who = {"id": new_id(), "name": "陈试验", "area_code": VILLAGE, "phone": "13700001111"}

    first = send(page, f"/evacuation/risk-points/new?area={TOWNSHIP}", risk)
    second = send(page, f"/evacuation/cadres/new?area={TOWNSHIP}", who)

    assert (first.status_code, second.status_code) == (303, 303)
    shown = page.get(second.headers["Location"]).text
    assert "塘外" in shown and "陈试验" in shown and "tel:13700001111" in shown


def test_an_order_is_given_printed_lifted_and_the_way_home_opened(browse, disaster):
    page = browse(LEADER)
    fields = {
        "id": new_id(), "disaster_id": disaster["id"], "issuer_code": COUNTY,
        "area_codes": [TOWNSHIP], "number": "东防指〔7〕号", "trigger": "台风夜间登陆",
        "signed_by": "试签发", "impact_at": "2013-10-07T02:00",
    }  # fmt: skip
    address = f"/evacuation/orders/new?area={COUNTY}"

    bare = send(page, address, fields, at="/evacuation")
    given = send(page, address, fields | {"without_shelter": "镇中学"}, at="/evacuation")

    assert bare.status_code == 422 and 'id="e-without_shelter"' in bare.text
    assert given.status_code == 303, given.text
    paper = given.headers["Location"]
    shown = page.get(paper).text
    assert "2013-10-06 18:00" in shown and "临江镇" in shown
    lifted = send(page, f"{paper}/lift", {"reason": "警报解除"}, at=paper)
    home = send(page, f"{paper}/return", {"safety_check": "已查"}, at=paper)
    assert (lifted.status_code, home.status_code) == (303, 303)


@pytest.fixture
def moving(keeper, leader, disaster):
    """Return an order and three households: one safe, one that refused, one nobody reached."""
    who = cadre(keeper)
    rows = [household(keeper, people=each, cadre_id=who, over80=1) for each in (2, 3, 4)]
    order_id = order(leader, disaster, area_codes=[COUNTY])
    act(keeper, order_id, rows[:1], "at_shelter")
    act(keeper, order_id, rows[1:2], "refused")
    return order_id, rows


def test_the_board_shows_areas_households_and_where_it_hangs(browse, moving):
    page = browse(LEADER)

    board = page.get(f"/evacuation?area={COUNTY}&open={TOWNSHIP}&village={VILLAGE}").text

    assert f'data-key="{TOWNSHIP}"' in board and f'data-key="{VILLAGE}"' in board
    assert "何试验" not in board and "tel:13700001111" in board
    assert board.count('class="part refused"') >= 2
    unsafe = page.get(f"/evacuation?area={COUNTY}&state=unsafe").text
    assert unsafe.count("/evacuation/households/") == 2
    for question in ("risk=fish_raft", "group=pregnant"):
        assert "/evacuation/households/" not in page.get(f"/evacuation?{question}").text


def test_the_board_as_a_file_has_counts_and_nobodys_name(browse, moving):
    page = browse(LEADER)

    answer = page.get(f"/evacuation/export?area={COUNTY}")

    sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert 9 in cells and TOWNSHIP in cells
    assert not [each for each in cells if "试验" in str(each) and "台风" not in str(each)]


def test_the_list_is_taken_away_in_full_only_for_a_purpose_and_on_record(browse, keeper, disaster):
    household(keeper)
    page = browse(f"township_reviewer@{TOWNSHIP}")

    bare = send(page, "/evacuation/list/export", {})
    taken = send(page, "/evacuation/list/export", {"purpose": "verification"})

    assert bare.status_code == 422
    sheet = load_workbook(io.BytesIO(taken.data)).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "何试验" in cells
    assert len(events_named("evacuation.exported")) == 1


def test_from_door_to_door_a_step_is_one_button(browse, moving):
    order_id, rows = moving
    page = browse(OFFICER)
    doors = f"/evacuation/doors?order={order_id}"
    assert page.get(doors).text.count('class="panel door"') == 3
    fields = {"id": new_id(), "order_id": order_id, "households": rows[2], "state": "on_the_way"}

    kept = send(page, doors, fields, at=doors)
    again = send(page, doors, fields, at=doors)
    wrong = send(page, doors, fields | {"id": new_id(), "state": "told"}, at=doors)

    assert (kept.status_code, again.status_code, wrong.status_code) == (303, 303, 422)
    several = fields | {"id": new_id(), "households": rows[1:], "state": "at_shelter"}
    assert send(page, doors, several, at=doors).status_code == 303


def test_names_at_the_doors_are_shown_only_on_record(browse, moving):
    order_id, _rows = moving
    page, doors = browse(OFFICER), f"/evacuation/doors?order={order_id}"
    assert "何试验" not in page.get(doors).text

    shown = send(page, f"/evacuation/doors/full?order={order_id}", {"purpose": "contact"}, at=doors)

    assert "何试验" in shown.text and "tel:13812345678" in shown.text
    (read,) = events_named("evacuation.read_in_full")
    assert '"rows":3' in read.payload


def test_a_cadre_with_an_account_sees_their_own_households(app, person, keeper, leader, disaster):
    from tests.spine.test_live import cookie_of

    me = person(f"responsible_cadre@{VILLAGE}", login="cadre-chen")
    mine = cadre(keeper, login="cadre-chen")
    other = cadre(keeper, name="林试验", deputy_id=mine)
    household(keeper, cadre_id=mine)
    household(keeper, cadre_id=other)
    household(keeper)
    order(leader, disaster)
    page = app.test_client()
    page.set_cookie("session", cookie_of(me))

    assert page.get("/evacuation/doors").text.count('class="panel door"') == 2
    assert page.get("/evacuation/doors?all=1").text.count('class="panel door"') == 3


def test_a_risk_point_is_changed_by_form_and_keeps_its_point_and_outline(browse, keeper, disaster):
    outline = [[121.5, 29.8], [121.52, 29.8], [121.52, 29.82], [121.5, 29.8]]
    risk_id, page = risk_point(keeper, outline=outline), browse(KEEPER)
    address = f"/evacuation/risk-points/{risk_id}/change"
    form = page.get(address).text
    assert 'value="塘外渔排"' in form and address in page.get("/evacuation/places").text
    base = re.search(r'name="base" value="(\d+)"', form).group(1)
    fields = {
        "base": base, "name": "塘外渔排", "area_code": VILLAGE, "kind": "fish_raft",
        "level": "extreme", "trigger": "十级", "households": "14", "people": "33",
    }  # fmt: skip

    assert send(page, address, fields).status_code == 303

    shown = keeper.get(f"{API}/risk-points/{risk_id}").json
    assert (shown["level"], shown["households"], shown["revision"]) == ("extreme", 14, 2)
    assert (shown["point"], shown["outline"]) == ([121.51, 29.81], outline)
    assert send(page, address, fields).status_code == 303  # the same once more is the same
    assert send(page, address, fields | {"people": "34"}).status_code == 412
    assert len(events_named("evacuation.risk_written")) == 2


def test_who_answers_for_households_is_changed_by_form(browse, keeper, disaster):
    cadre_id, page = cadre(keeper), browse(KEEPER)
    address = f"/evacuation/cadres/{cadre_id}/change"
    form = page.get(address).text
    base = re.search(r'name="base" value="(\d+)"', form).group(1)
    assert 'value="陈试验"' in form
    fields = {"base": base, "name": "陈试验", "area_code": VILLAGE, "phone": "13700002222",
              "login": "", "deputy_id": ""}  # fmt: skip

    assert send(page, address, fields).status_code == 303

    shown = keeper.get(f"{API}/cadres/{cadre_id}").json
    assert (shown["phone"], shown["revision"]) == ("13700002222", 2)
    wrong = send(page, address, fields | {"base": "2", "login": "nobody"})
    assert wrong.status_code == 422 and 'id="e-login"' in wrong.text


def test_who_may_not_write_there_changes_nothing(browse, keeper, disaster):
    addresses = [
        f"/evacuation/risk-points/{risk_point(keeper)}/change",
        f"/evacuation/cadres/{cadre(keeper)}/change",
    ]

    for role, status in ((f"unit_head@{TOWNSHIP}", 403), (f"township_reporter@{NEIGHBOUR}", 404)):
        page = browse(role)
        assert [page.get(each).status_code for each in addresses] == [status, status]
        assert [
            page.post(each, data={"csrf": token_of(page.get("/evacuation"))}).status_code
            for each in addresses
        ] == [status, status]


def test_a_step_says_who_said_it(browse, keeper, moving):
    order_id, rows = moving
    act(keeper, order_id, rows[1:2], "told", means="phone", read_back=True)
    with db.reading() as session:
        name = lookup.names(session, [keeper.user_id])[keeper.user_id]

    page = browse(KEEPER).get(f"/evacuation/households/{rows[1]}").text
    listed = f"{API}/orders/{order_id}/households/{rows[1]}/steps"
    assert f"登记人：{name}" in page
    assert keeper.get(listed).json["steps"][-1]["by"] == name
