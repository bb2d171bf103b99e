"""Stand-ins decided by several hands at once, on the page of the need, and proved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import update

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.needs.models import Need
from tests.conftest import new_id
from tests.factories import stock
from tests.substitutes.conftest import proofs
from tests.substitutes.test_standing_in import WHY, listed, need, stand_in, undo


def test_two_who_decide_at_once_never_take_more_than_is_asked_for(manager, person, quilts):
    other = person("logistics_manager")
    with ThreadPoolExecutor(4) as pool:
        tried = [pool.submit(stand_in, who, quilts, quantity=60) for who in (manager, other) * 2]
        codes = sorted(each.result().status_code for each in tried)

    assert codes == [201, 409, 409, 409]
    assert need(manager, quilts)["quantity"] == 40 and len(listed(manager, quilts)) == 1


def test_both_ends_withdrawn_at_once_leave_nothing_asked_for(
    manager, reporter, depot, disaster
):  # fmt: skip
    stock.stock(manager, depot, item="blanket", quantity=80)
    for _round in range(4):
        first = stock.need(reporter, disaster, item="quilt", quantity=100)
        other = stand_in(manager, first).json["id"]
        with ThreadPoolExecutor(3) as pool:
            promised = pool.submit(stock.reserve, manager, other)
            undone = pool.submit(undo, manager, first, other)
            gone = pool.submit(reporter.put, f"/api/v1/needs/{first}/withdrawal", {})
            codes = [each.result().status_code for each in (promised, undone, gone)]
        assert codes[2] == 200 and codes[0] in (201, 409) and codes[1] in (200, 409)
        assert need(manager, first)["outstanding"] == need(manager, other)["outstanding"] == 0
        assert stock.balance(manager, depot) == (80, 0)


def test_the_proof_finds_a_stand_in_that_is_not_what_was_decided(manager, quilts):
    other = stand_in(manager, quilts).json["id"]
    change = update(Need).where(Need.id == UUID(other)).execution_options(any_drill=True)
    for quantity, found in ((90, 1), (80, 0)):
        with act_as(SYSTEM), db.transaction() as session:
            session.execute(change.values(quantity=quantity))
        assert len(proofs()) == found


def form(who, path, **fields):
    sent = {"Authorization": f"Bearer {who.token}"}
    return who.client.post(path, data={"id": new_id()} | fields, headers=sent)


def test_the_page_of_a_short_need_offers_what_is_free_and_takes_a_decision(
    manager, reporter, depot, quilts
):
    stock.stock(manager, depot, item="quilt", quantity=20)
    stock.stock(manager, depot, item="blanket", quantity=90)
    page = manager.get(f"/stock/needs/{quilts}").text
    assert "替代品" in page and "毛毯" in page and "本项目估计值" in page
    assert 'id="stand-ins"' not in reporter.get(f"/stock/needs/{quilts}").text

    path = f"/stock/needs/{quilts}/substitutions"
    wrong = form(manager, path, stand_in="blanket", quantity="7", reason=WHY)
    assert wrong.status_code == 422 and WHY in wrong.text and 'value="7"' in wrong.text
    done = form(manager, path, stand_in="blanket", quantity="40", reason=WHY)
    assert done.status_code == 303, done.text
    (decided,) = listed(manager, quilts)
    first, other = (manager.get(f"/stock/needs/{each}").text for each in (quilts, decided["id"]))
    assert WHY in first and f"/stock/needs/{decided['id']}" in first
    assert "本需求用于替代" in other and f"/stock/needs/{quilts}" in other

    assert form(manager, f"{path}/{decided['id']}/withdrawal").status_code == 303
    assert need(manager, quilts)["quantity"] == 100


def test_enough_of_the_item_itself_offers_no_stand_in(manager, depot, quilts):
    stock.stock(manager, depot, item="quilt", quantity=100)
    stock.stock(manager, depot, item="blanket", quantity=90)

    assert 'id="stand-ins"' not in manager.get(f"/stock/needs/{quilts}").text
