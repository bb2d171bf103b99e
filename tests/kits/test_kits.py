"""Kits put together in a depot and taken apart, with every book in balance at every moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from relief_ops import db, plugins
from relief_ops.auth import SYSTEM, act_as
from stockpile.kits import queries
from stockpile.kits.models import KitActLine
from tests.conftest import MORNING, new_id
from tests.factories import stock
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP

PARTS = {"quilt": 2, "mat": 1}
KIT = {
    "item_class": "packs", "name_zh": "寝具包", "name_en": "Bedding pack", "unit_zh": "套",
    "unit_en": "sets", "parts": PARTS,
}  # fmt: skip


def proofs() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        checks = [each for each in plugins.contributed("checks") if "stock" in each.id]
        assert any(each.id == "stock.kits" for each in checks)
        return [found for each in checks for found in each.run(session)]


@pytest.fixture
def kit(manager):
    """Return a kit of two quilts and a mat."""
    assert manager.put("/api/v1/items/bedding_pack", KIT).status_code == 201
    return "bedding_pack"


@pytest.fixture
def depot(manager):
    return stock.depot(manager)


@pytest.fixture
def lots(manager, depot):
    """Return two lots of quilts, the second expiring first, and one of mats."""
    late = stock.stock(manager, depot, item="quilt", quantity=30, expires_on="2033-01-01")
    soon = stock.stock(manager, depot, item="quilt", quantity=10, expires_on="2031-06-01")
    mats = stock.stock(manager, depot, item="mat", quantity=15)
    return late, soon, mats


def body(depot_id, **changes):
    return {
        "depot": depot_id,
        "kit": "bedding_pack",
        "direction": "assemble",
        "number": 8,
    } | changes


def act(who, depot_id, *, as_id=None, **changes):
    return who.put(f"/api/v1/kit-acts/{as_id or new_id()}", body(depot_id, **changes))


def seen(who, depot_id):
    answer = who.get(f"/api/v1/depots/{depot_id}/kits")
    assert answer.status_code == 200, answer.json
    return answer.json


def could(who, depot_id, **wanted):
    """Return how many bedding packs could be made, and what limits that."""
    found = [
        each for each in seen(who, depot_id)["kits"]
        if each["kit"] == "bedding_pack" and each["purpose"] == wanted.get("purpose", "")
    ]  # fmt: skip
    return [(each["number"], each["limit"]) for each in found]


def held(who, depot_id):
    rows = who.get(f"/api/v1/stock/balances?depot={depot_id}").json["balances"]
    return {row["lot"]: row["on_hand"] for row in rows}


def kits_in(who, depot_id):
    rows = who.get(f"/api/v1/stock/balances?depot={depot_id}&item=bedding_pack").json["balances"]
    return [(row["lot"], row["on_hand"], row["expires_on"]) for row in rows]


def test_kits_are_made_of_what_expires_first_and_last_as_long_as_it(keeper, kit, depot, lots):
    late, soon, mats = lots
    assert could(keeper, depot) == [(15, "mat")]
    answer = act(keeper, depot)

    assert answer.status_code == 201, answer.json
    ((made, number, expires),) = kits_in(keeper, depot)
    assert (number, expires) == (8, "2031-06-01")
    assert held(keeper, depot) == {late: 24, mats: 7, made: 8}
    assert could(keeper, depot) == [(7, "mat")]
    (done,) = seen(keeper, depot)["acts"]
    assert (done["recipe"], done["number"], done["lot"]) == (PARTS, 8, made)
    assert {each["lot"]: each["quantity"] for each in done["lines"]} == {late: 6, soon: 10, mats: 8}
    assert proofs() == []


def test_the_opposite_act_puts_every_part_back_into_its_own_lot(keeper, kit, depot, lots):
    before = held(keeper, depot)
    act(keeper, depot)
    ((made, _number, _expires),) = kits_in(keeper, depot)
    part = act(keeper, depot, direction="dismantle", number=3, lots=[made], reason="多组了")
    assert part.status_code == 201, part.json
    assert sum(held(keeper, depot).values()) == 24 + 7 + 5 + 6 + 3
    rest = act(keeper, depot, direction="dismantle", number=5)

    assert rest.status_code == 201, rest.json
    assert held(keeper, depot) == before
    assert proofs() == []


def test_a_recipe_that_changed_does_not_change_what_is_inside(manager, keeper, kit, depot, lots):
    before = held(keeper, depot)
    act(keeper, depot)
    manager.put(f"/api/v1/items/{kit}", KIT | {"parts": {"quilt": 1, "mask": 4}}, If_Match="1")
    act(keeper, depot, direction="dismantle", number=8)

    assert held(keeper, depot) == before and proofs() == []


def test_kits_from_elsewhere_come_apart_by_the_catalogue_and_last_as_they_did(
    manager, keeper, kit, depot
):  # fmt: skip
    stock.stock(manager, depot, item=kit, quantity=6, expires_on="2032-03-01")
    answer = act(keeper, depot, direction="dismantle", number=4)

    assert answer.status_code == 201, answer.json
    rows = keeper.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]
    assert {(row["item"], row["on_hand"], row["expires_on"]) for row in rows} == {
        (kit, 2, "2032-03-01"), ("quilt", 8, "2032-03-01"), ("mat", 4, "2032-03-01"),
    }  # fmt: skip
    assert proofs() == []


def test_the_same_act_sent_twice_is_one_and_another_body_is_refused(keeper, kit, depot, lots):
    same = new_id()
    first, again = act(keeper, depot, as_id=same), act(keeper, depot, as_id=same)
    other = act(keeper, depot, as_id=same, number=1)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json == first.json and other.json["code"] == "body_differs"
    assert [number for _lot, number, _day in kits_in(keeper, depot)] == [8]


def test_what_is_promised_goes_into_no_kit(manager, keeper, reporter, kit, depot, lots, disaster):
    need = stock.need(reporter, disaster, item="mat", quantity=10)
    assert stock.reserve(manager, need).status_code == 201

    assert could(keeper, depot) == [(5, "mat")]
    refused = act(keeper, depot, number=6)
    assert refused.status_code == 409 and "防潮垫" in refused.json["detail"]
    assert act(keeper, depot, number=5).status_code == 201
    assert proofs() == []


def test_what_has_expired_goes_into_no_kit(manager, keeper, kit, depot):
    old = stock.stock(manager, depot, item="quilt", quantity=30, expires_on="2013-01-01")
    stock.stock(manager, depot, item="mat", quantity=15)

    assert could(keeper, depot) == [(0, "quilt")]
    assert act(keeper, depot).status_code == 409
    named = act(keeper, depot, lots=[old])
    assert named.status_code == 422 and named.json["errors"][0]["field"] == "lots"


def test_named_lots_are_used_for_their_part(keeper, kit, depot, lots):
    late, soon, mats = lots
    assert act(keeper, depot, lots=[late]).status_code == 201

    found = held(keeper, depot)
    assert (found[late], found[soon], found[mats]) == (14, 10, 7)
    assert kits_in(keeper, depot)[0][2] == "2033-01-01"
    assert act(keeper, depot, lots=[late], number=8).status_code == 409


def give(manager, depot, **more):
    return [
        stock.stock(manager, depot, item=item, quantity=20, **more) for item in ("quilt", "mat")
    ]


def test_goods_given_for_a_purpose_go_together_with_nothing_else(manager, keeper, kit, depot, lots):
    given = {"purpose": "独居老人", "donor": "慈善总会"}
    quilts, mats = give(manager, depot, **given)
    assert could(keeper, depot, **given) == [(10, "quilt")]
    mixed = act(keeper, depot, lots=[quilts, lots[2]])
    assert mixed.status_code == 422 and "专款专用" in mixed.json["detail"]
    assert act(keeper, depot, number=16).status_code == 409, "the free ones do for fifteen"

    assert act(keeper, depot, number=6, purpose="独居老人").status_code == 201
    assert held(keeper, depot)[quilts] == 8 and held(keeper, depot)[mats] == 14
    (row,) = keeper.get(f"/api/v1/stock/balances?depot={depot}&item={kit}").json["balances"]
    assert (row["purpose"], row["donor"]) == ("独居老人", "慈善总会")
    assert act(keeper, depot, direction="dismantle", number=6).status_code == 409
    apart = act(keeper, depot, direction="dismantle", number=6, purpose="独居老人")
    assert apart.status_code == 201 and proofs() == []


def test_goods_given_for_a_disaster_stay_its_own(manager, keeper, kit, depot, disaster):
    give(manager, depot, disaster_id=disaster["id"])

    assert act(keeper, depot, number=2).status_code == 409
    assert act(keeper, depot, number=2, disaster_id=disaster["id"]).status_code == 201
    ((made, _number, _day),) = kits_in(keeper, depot)
    assert act(keeper, depot, direction="dismantle", number=2, lots=[made]).status_code == 201
    assert act(keeper, depot, number=2).status_code == 409 and proofs() == []


WRONG = [
    ({"kit": "unheard_of"}, 422),
    ({"kit": "quilt"}, 422),
    ({"kit": "quilt", "direction": "dismantle"}, 422),
    ({"direction": "mend"}, 422),
    *(({"number": each}, 422) for each in (0, -1, 1.5, 10**9, "many", None, True)),
    ({"number": 16}, 409),
    ({"lots": []}, 422),
    ({"lots": ["x"]}, 422),
    ({"lots": [new_id()]}, 422),
    ({"direction": "dismantle", "number": 1}, 409),
    ({"direction": "dismantle", "lots": [new_id()]}, 422),
    ({"direction": "dismantle", "lots": [new_id(), new_id()]}, 422),
    ({"reason": "长" * 201}, 422),
    ({"purpose": "长" * 121}, 422),
    ({"disaster_id": new_id()}, 409),
    ({"depot": new_id()}, 404),
    ({"more": 1}, 422),
]


@pytest.mark.parametrize(("wrong", "status"), WRONG)
def test_what_cannot_be_meant_is_explained_and_moves_nothing(
    manager, keeper, kit, depot, lots, wrong, status
):  # fmt: skip
    if wrong.get("kit") == "quilt" and "direction" in wrong:
        wrong = wrong | {"number": 1}
    answer = act(keeper, depot, **wrong)

    assert answer.status_code == status and answer.json["detail"]
    assert sum(held(keeper, depot).values()) == 55 and seen(keeper, depot)["acts"] == []


def test_strangers_others_and_neighbours_make_no_kits(stranger, person, kit, depot, lots):
    assert act(stranger, depot).status_code == 401
    assert act(person("duty_officer"), depot).status_code == 403
    neighbour = person(f"depot_keeper@{OTHER_COUNTY}")
    assert act(neighbour, depot).status_code == 404
    assert neighbour.get(f"/api/v1/depots/{depot}/kits").status_code == 404
    assert act(person(f"depot_keeper@{COUNTY}"), depot).status_code == 201


def test_two_at_once_make_no_more_than_there_is(keeper, person, kit, depot, lots):
    other = person("depot_keeper")
    with ThreadPoolExecutor(6) as pool:
        tried = [pool.submit(act, who, depot, number=4) for who in (keeper, other) * 3]
        codes = sorted(each.result().status_code for each in tried)

    assert codes == [201, 201, 201, 409, 409, 409]
    assert sum(number for _lot, number, _day in kits_in(keeper, depot)) == 12
    assert proofs() == []


def test_a_lot_taken_apart_in_two_depots_at_once_gives_back_what_went_in(
    manager, keeper, kit, depot, lots
):  # fmt: skip
    late, soon, mats = lots
    elsewhere = stock.depot(manager, name="西山库")
    act(keeper, depot)
    ((made, _number, _day),) = kits_in(keeper, depot)
    moved = stock.move(manager, kind="transfer", source=depot, to=elsewhere, item=kit, quantity=4,
                       lot=made)  # fmt: skip
    assert moved.status_code == 201, moved.json
    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(act, keeper, each, direction="dismantle", number=4)
                 for each in (depot, elsewhere)]  # fmt: skip
        assert [each.result().status_code for each in tried] == [201, 201]

    both = [held(keeper, each) for each in (depot, elsewhere)]
    assert [sum(each.get(lot, 0) for each in both) for lot in (late, soon, mats)] == [30, 10, 15]
    assert proofs() == []


def test_drilled_stock_makes_drilled_kits(person, manager, keeper, kit, depot, lots):
    officer = person("logistics_manager", "depot_keeper")
    drill = new_id()
    start = {"name": "组套演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert person("drill_director").put(f"/api/v1/drills/{drill}", start).status_code == 201
    there = stock.depot(officer, name="演练库", drill_id=drill)
    assert act(officer, there, number=1).status_code == 409, "real parts are no parts of a drill"
    for item in PARTS:
        stock.stock(officer, there, item=item, quantity=10)
    made = act(officer, there, number=5)

    assert made.status_code == 201, made.json
    assert seen(officer, there)["acts"][0]["drill"]
    assert kits_in(keeper, depot) == [] and seen(keeper, depot)["acts"] == []
    assert proofs() == []


def test_a_movement_of_a_kit_is_corrected_by_the_opposite_act_alone(
    manager, keeper, kit, depot, lots
):
    act(keeper, depot)
    entries = keeper.get(f"/api/v1/stock/movements?depot={depot}").json["movements"]
    (made,) = [each for each in entries if each["kind"] == "assemble" and each["to"] == depot]
    answer = stock.move(manager, kind="correction", corrects=made["id"], reason="x")

    assert answer.status_code == 409 and "拆开" in answer.json["detail"]


def test_the_proof_finds_an_act_that_does_not_agree_with_its_recipe(keeper, kit, depot, lots):
    act(keeper, depot)
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(KitActLine).values(quantity=KitActLine.quantity + 1))
    with act_as(SYSTEM), db.reading() as session:
        found = queries.acts_agree(session)

    assert any("belong in it" in each for each in found)
    assert any("was decided" in each for each in found)


def test_each_act_says_so_once(keeper, kit, depot, lots):
    made = act(keeper, depot)
    gone = act(keeper, depot, direction="dismantle", number=8)
    path = f"/api/v1/events?after={made.json['seq'] - 1}&area={COUNTY}"
    log = keeper.get(path).json["events"]

    assert [(each["name"], each["subject"]) for each in log] == [
        ("kit.assembled", made.json["id"]), ("kit.dismantled", gone.json["id"]),
    ]  # fmt: skip


def form(who, depot_id, **fields):
    sent = {"Authorization": f"Bearer {who.token}"}
    return who.client.post(
        f"/stock/depots/{depot_id}/kits", data={"id": new_id()} | fields, headers=sent
    )


def test_the_page_puts_together_takes_apart_and_says_what_limits(person, keeper, kit, depot, lots):
    page = keeper.get(f"/stock/depots/{depot}/kits").text
    assert "寝具包" in page and "防潮垫" in page and 'value="bedding_pack::"' in page
    made = form(keeper, depot, direction="assemble", what=f"{kit}::", number="8", reason="待发")
    assert made.status_code == 303, made.text
    ((lot, number, _day),) = kits_in(keeper, depot)
    page = keeper.get(f"/stock/depots/{depot}/kits").text
    assert number == 8 and "待发" in page and f'value="{kit}:{lot}"' in page
    assert "组套" in keeper.get(f"/stock/depots/{depot}").text
    assert "组套" in keeper.get(f"/stock/lots/{lot}").text

    wrong = form(keeper, depot, direction="assemble", what=f"{kit}::", number="99", reason="再发")
    assert wrong.status_code == 409 and 'value="99"' in wrong.text and "再发" in wrong.text
    odd = form(keeper, depot, direction="dismantle", what=f"{kit}:{lot}", number="1.5")
    assert odd.status_code == 422 and 'value="1.5"' in odd.text
    apart = form(keeper, depot, direction="dismantle", what=f"{kit}:{lot}", number="8")
    assert apart.status_code == 303 and kits_in(keeper, depot) == []
    assert form(keeper, depot, direction="assemble", number="1").status_code == 422

    officer = person("duty_officer")
    assert 'name="direction"' not in officer.get(f"/stock/depots/{depot}/kits").text
    assert (
        form(officer, depot, direction="assemble", what=f"{kit}::", number="1").status_code == 403
    )


def test_the_kits_the_catalogue_comes_with_are_made(manager, keeper, reporter, depot, disaster):
    for item, quantity in (("quilt", 20), ("towel_quilt", 20), ("mat", 20), ("flashlight", 10),
                           ("raincoat", 20), ("boots", 20), ("mask", 50),
                           ("first_aid_kit", 10)):  # fmt: skip
        stock.stock(manager, depot, item=item, quantity=quantity)
    assert act(keeper, depot, kit="family_pack", number=10).status_code == 201
    need = stock.need(reporter, disaster, item="family_pack", quantity=10, area_code=TOWNSHIP)

    assert stock.reserve(manager, need).json["quantity"] == 10
    assert proofs() == []


@pytest.mark.parametrize(("mat_yuan", "kit_yuan"), [("12.50", 213.7), (None, None)])
def test_a_kit_costs_what_went_into_it_where_that_is_known(manager, kit, depot, mat_yuan, kit_yuan):
    stock.stock(manager, depot, item="quilt", quantity=20, price_yuan="100.60")
    stock.stock(manager, depot, item="mat", quantity=10, price_yuan=mat_yuan)

    answer = manager.put(f"/api/v1/kit-acts/{new_id()}", body(depot))

    assert answer.status_code == 201, answer.json
    rows = manager.get(f"/api/v1/stock/balances?depot={depot}&item=bedding_pack").json["balances"]
    assert [each["price_yuan"] for each in rows] == [kit_yuan]
