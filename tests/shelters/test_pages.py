"""The pages, with and without a sign-in, as a browser without scripts uses them."""

from __future__ import annotations

import io
import re

import pytest

from relief_ops.sheets import read_rows
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


def hidden_id(html, form):
    """Return the id the server put into a form."""
    inside = html.split(f'id="{form}"')[1].split("</form>")[0]
    return re.search(r'name="id" value="([^"]+)"', inside).group(1)


def test_a_stranger_is_sent_to_sign_in(stranger, shelter_id):
    for path in ("/shelters", f"/shelters/{shelter_id}", "/shelters/new", "/shelters/export"):
        answer = stranger.get(path)
        assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"], path


def test_a_neighbour_is_refused(person, shelter_id):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert neighbour.get(f"/shelters/{shelter_id}").status_code == 404
    assert neighbour.get(f"/shelters/{shelter_id}/edit").status_code == 404
    fields = {"disaster_id": new_id(), "people": "2", "id": new_id()}
    assert post(neighbour, f"/shelters/{shelter_id}/arrivals", **fields).status_code == 404


def test_the_list_holds_its_rows_in_the_html(manager, disaster):
    for number in range(27):
        make_shelter(manager, name=f"{number:02d}号避灾点")
    first = manager.get("/shelters").text
    second = manager.get("/shelters?page=2").text

    assert first.count("号避灾点") >= 25 and "24号避灾点" in first and "25号避灾点" not in first
    assert "26号避灾点" in second and "24号避灾点" not in second


def test_a_name_cannot_break_out_of_the_page(manager, disaster):
    make_shelter(manager, name="<script>alert(1)</script>")

    assert "<script>alert" not in manager.get("/shelters").text


def test_the_search_words_survive_and_are_escaped(manager, disaster):
    page = manager.get("/shelters?q=%22%3E%3Cb%3E&state=open").text

    assert "<b>" not in page and "&gt;&lt;b&gt;" in page


def test_one_shelter_shows_its_standing_and_every_action(manager, shelter_id):
    page = manager.get(f"/shelters/{shelter_id}").text

    assert ("临江村避灾点" in page and "正在开放" in page) or "开放" in page
    for form in ("life", "need"):
        assert f'id="{form}"' in page


def test_a_household_is_checked_in_on_a_phone_without_scripts(manager, shelter_id, disaster):
    address = f"/shelters/{shelter_id}/check-in"
    arrival_id = hidden_id(manager.get(address).text, "arrival")
    fields = {"id": arrival_id, "disaster_id": disaster["id"], "people": "4", "name": "王五",
              "phone": "", "back": "check_in"}  # fmt: skip
    first = post(manager, f"/shelters/{shelter_id}/arrivals", **fields)
    again = post(manager, f"/shelters/{shelter_id}/arrivals", **fields)

    assert first.status_code == 303 and again.status_code == 303
    page = manager.get(first.headers["Location"]).text
    assert "王＊" in page and "王五" not in page
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["registered"] == 4


def test_a_headcount_is_filed_in_local_time(manager, shelter_id, disaster):
    page = manager.get(f"/shelters/{shelter_id}/check-in").text
    fields = {"id": hidden_id(page, "headcount"), "disaster_id": disaster["id"], "total": "61",
              "as_of": "2013-10-06T08:00", "male": "", "back": "check_in"}  # fmt: skip
    answer = post(manager, f"/shelters/{shelter_id}/headcounts", **fields)

    assert answer.status_code == 303
    stored = manager.get(f"/api/v1/shelters/{shelter_id}/headcounts").json["headcounts"]
    assert [(each["as_of"][:16], each["total"]) for each in stored] == [("2013-10-06T00:00", 61)]


def test_a_full_shelter_says_where_there_is_room_and_keeps_what_was_typed(
    manager, shelter_id, disaster
):
    open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    fields = {"id": new_id(), "disaster_id": disaster["id"], "people": "51", "back": "check_in"}
    refused = post(manager, f"/shelters/{shelter_id}/arrivals", **(fields | {"people": "400"}))
    page = post(manager, f"/shelters/{shelter_id}/arrivals", **fields)

    assert refused.status_code == 409 and page.status_code == 409
    assert 'value="51"' in page.text


def test_a_shelter_is_entered_and_changed_by_form(manager, disaster):
    shelter_id = new_id()
    fields = {"name": "新避灾点", "area_code": TOWNSHIP, "kind": "point_village", "lon": "121.5",
              "lat": "29.8", "capacity_max": "80", "manager": "张三丰"}  # fmt: skip
    made = post(manager, f"/shelters/{shelter_id}", **fields)
    wrong = post(manager, f"/shelters/{new_id()}", **(fields | {"capacity_max": "-1"}))
    assert made.status_code == 303
    assert wrong.status_code == 422 and 'value="新避灾点"' in wrong.text

    page = manager.get(f"/shelters/{shelter_id}/edit").text
    assert 'name="revision" value="1"' in page and "张三丰" not in page
    changed = fields | {"capacity_max": "90", "revision": "1", "manager": ""}
    assert post(manager, f"/shelters/{shelter_id}", **changed).status_code == 303
    stale = post(manager, f"/shelters/{shelter_id}", **(changed | {"capacity_max": "70"}))
    assert stale.status_code == 412
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json
    assert stored["capacity_max"] == 90 and stored["manager"] == "张＊＊"


def test_a_shelter_is_opened_by_its_button(manager, disaster):
    shelter_id = make_shelter(manager)
    page = manager.get(f"/shelters/{shelter_id}").text
    fields = {"id": hidden_id(page, "life"), "disaster_id": disaster["id"], "state": "open"}
    answer = post(manager, f"/shelters/{shelter_id}/state", **fields, reason="")

    assert answer.status_code == 303
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["state"] == "open"


def test_a_need_is_opened_from_the_shelter(manager, shelter_id, disaster):
    from relief_ops.db import transaction
    from relief_ops.disasters.items.models import Item

    with transaction() as session:
        item = Item(code="test_quilt", item_class="bedding", name_zh="棉被", name_en="Quilt",
                    unit_zh="床", unit_en="pcs", pack_size=10, returnable=True)  # fmt: skip
        session.add(item)
    fields = {"id": new_id(), "disaster_id": disaster["id"], "item": "test_quilt",
              "quantity": "33", "priority": "1"}  # fmt: skip
    answer = post(manager, f"/shelters/{shelter_id}/needs", **fields)

    assert answer.status_code == 303
    page = manager.get(f"/shelters/{shelter_id}").text
    assert "棉被" in page and "40" in page


def test_the_list_is_exported_as_a_workbook_and_geojson(manager, shelter_id):
    workbook = manager.get("/shelters/export")
    rows = read_rows(workbook.data)
    features = manager.get("/shelters/export?format=geojson").get_json(force=True)["features"]

    assert rows[0].values["名称"] == "临江村避灾点"
    assert features[0]["geometry"]["coordinates"] == pytest.approx([121.5012, 29.8011])
    assert "attachment" in workbook.headers["Content-Disposition"]


def test_the_public_page_shows_open_shelters_and_never_a_person_or_a_number(
    stranger, manager, shelter_id, disaster
):
    open_shelter(manager, disaster, name="内部避灾点", hidden=True)
    make_shelter(manager, name="未开放避灾点")
    arrival = {"disaster_id": disaster["id"], "people": 47, "name": "王五"}
    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", arrival)
    answer = stranger.get("/public/shelters")

    assert answer.status_code == 200
    assert "临江村避灾点" in answer.text
    assert "内部避灾点" not in answer.text and "未开放避灾点" not in answer.text
    seen = re.sub(r"<[^>]+>|\d\d:\d\d", "", answer.text)  # nor the hour it was drawn at
    assert "47" not in seen and "王" not in seen
    assert len(answer.data) < 30_000


def test_a_page_of_the_wrong_address_is_not_found(manager, disaster):
    assert manager.get(f"/shelters/{new_id()}").status_code == 404


def test_an_old_form_of_a_signed_in_browser_is_refused(client, app, person, shelter_id, disaster):
    from relief_ops.auth import services
    from relief_ops.auth.models import User
    from relief_ops.db import transaction

    manager = person(f"shelter_manager@{COUNTY}")
    with transaction() as session:
        user = session.get_one(User, manager.user_id)
        secret = services.start_session(session, user, by_link=True, second_factor=False)
    client.set_cookie("session", secret)
    page = client.get(f"/shelters/{shelter_id}/check-in")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text).group(1)
    fields = {"id": new_id(), "disaster_id": disaster["id"], "people": "2"}

    assert page.status_code == 200
    assert client.post(f"/shelters/{shelter_id}/arrivals", data=fields).status_code == 403
    believed = client.post(f"/shelters/{shelter_id}/arrivals", data=fields | {"csrf": token})
    assert believed.status_code == 303


def test_a_body_of_twenty_megabytes_is_refused(manager, shelter_id):
    big = io.BytesIO(b"x" * (20 * 1024 * 1024)).getvalue()
    answer = manager.put(f"/api/v1/shelters/{new_id()}", big)

    assert answer.status_code == 413
