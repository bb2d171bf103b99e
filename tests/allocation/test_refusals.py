"""A signer who disagrees refuses, with a reason: what has not left is given back, all at once."""

from __future__ import annotations

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.plugins import contributed
from tests.allocation.test_orders import applied, need, send_off, sign, signer  # noqa: F401
from tests.allocation.test_parts_of_plans import printed
from tests.conftest import new_id
from tests.evacuation.conftest import browse  # noqa: F401  a fixture
from tests.factories import stock
from tests.factories.allocation import apply, make_plan, shown
from tests.factories.city import COUNTY, FAR_TOWNSHIP
from tests.stockpile.test_pages import post

# ruff: noqa: F811  fixtures of other files


def refuse(caller, plan, reason="先保海岛，方案重排"):
    return caller.put(f"/api/v1/allocation-plans/{plan}/refusal", {"reason": reason})


def queue(caller, disaster):
    found = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json
    return [each["key"] for each in found["attention"] if each["kind"] == "dispatch_order"]


def proofs():
    with act_as(SYSTEM), db.reading() as session:
        checks = [each for each in contributed("checks") if "stock" in each.id]
        return [found for each in checks for found in each.run(session)]


def test_strangers_neighbours_and_those_who_may_not_are_refused(
    stranger, person, reporter, applied
):
    assert refuse(stranger, applied).status_code == 401
    assert refuse(reporter, applied).status_code == 403
    assert refuse(person(f"order_signer@{FAR_TOWNSHIP}"), applied).status_code == 404


def test_a_refusal_gives_everything_back_and_closes_the_line_in_the_queue(
    manager, signer, applied, need, disaster
):
    assert queue(signer, disaster)

    answer = refuse(signer, applied)

    assert answer.status_code == 200, answer.json
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 0
    assert manager.get("/api/v1/stock/reservations").json["lines"] == []
    plan = shown(manager, applied)
    assert (plan["state"], plan["refused_because"]) == ("refused", "先保海岛，方案重排")
    assert queue(signer, disaster) == [] and proofs() == []
    assert refuse(signer, applied).json == answer.json
    assert sign(signer, applied).status_code == 409


def test_a_refusal_is_on_the_record_without_its_words(manager, signer, applied):
    seq = refuse(signer, applied).json["seq"]

    log = manager.get(f"/api/v1/events?after={seq - 1}&area={COUNTY}").json["events"]
    (one,) = (each for each in log if each["name"] == "allocation.plan_refused")
    assert one["payload"]["pieces"] == 10 and "海岛" not in str(one)


def test_a_refusal_needs_a_reason(manager, signer, applied, need):
    assert refuse(signer, applied, "  ").status_code == 422
    assert signer.put(f"/api/v1/allocation-plans/{applied}/refusal", {}).status_code == 422
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 10


def test_what_has_left_already_stays_on_the_road(manager, signer, applied, need, browse):
    reading = browse(f"logistics_manager@{COUNTY}")
    sign(signer, applied)
    (line,) = manager.get("/api/v1/stock/reservations").json["lines"]
    sent = stock.ship(
        manager, line["reservation_id"], depot=line["depot"],
        lines=[{"lot": line["lot"], "quantity": 4}],
    )  # fmt: skip
    assert sent.status_code == 201

    assert printed(reading, applied) == 10

    assert refuse(signer, applied).status_code == 200

    assert printed(reading, applied) == 4, "what was given back is no longer ordered"
    found = manager.get(f"/api/v1/needs/{need}").json
    assert (found["promised"], found["shipped"]) == (4, 4)
    assert proofs() == []
    assert refuse(signer, applied, "另一个理由").status_code == 409


def test_whoever_planned_it_does_not_undo_the_signature_though_he_may_sign_others(
    person, manager, signer, disaster, need
):
    both = person(f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    stock.stock(manager, stock.depot(manager), quantity=20)
    planned = make_plan(both, disaster)
    assert apply(manager, planned).status_code == 200
    assert sign(signer, planned).status_code == 201

    assert refuse(both, planned).status_code == 403
    assert shown(manager, planned)["state"] == "applied"


def test_whoever_may_not_sign_refuses_before_the_signature_and_not_after_it(
    manager, signer, applied, need, browse
):
    sign(signer, applied)

    answer = refuse(manager, applied)

    assert answer.status_code == 403 and "已签发" in answer.json["detail"]
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 10
    planner, at = browse(f"logistics_manager@{COUNTY}"), f"/stock/plans/{applied}"
    assert "拒签并全部收回" not in planner.get(at).text
    assert "拒签并全部收回" in browse(f"order_signer@{COUNTY}").get(at).text
    assert refuse(signer, applied).status_code == 200


def test_nothing_is_refused_that_has_left_altogether(manager, signer, applied):
    sign(signer, applied)
    assert send_off(manager).status_code == 201

    assert refuse(signer, applied).status_code == 409


def test_a_plan_of_which_nothing_is_left_is_not_signed_and_waits_for_nobody(
    manager, signer, applied, disaster
):
    (line,) = manager.get("/api/v1/stock/reservations").json["lines"]
    manager.put(f"/api/v1/stock/reservations/{line['reservation_id']}/release", {})

    assert sign(signer, applied, new_id()).status_code == 409
    assert queue(signer, disaster) == []


def test_the_page_and_the_paper_say_who_refused_and_why(signer, applied, browse):
    reading = browse(f"logistics_manager@{COUNTY}")
    assert "拒签并全部收回" in reading.get(f"/stock/plans/{applied}").text

    assert post(signer, f"/plans/{applied}/refusal", reason="").status_code == 422
    assert post(signer, f"/plans/{applied}/refusal", reason="先保海岛").status_code == 303

    for address in (f"/stock/plans/{applied}", f"/stock/plans/{applied}/print"):
        page = reading.get(address).text
        assert "拒签，理由：先保海岛" in page and "拒签并全部收回" not in page
    assert "已拒签" in reading.get("/stock/plans").text


def test_what_is_signed_is_not_undone_promise_by_promise_either(
    manager, signer, applied, need, browse
):
    (line,) = manager.get("/api/v1/stock/reservations").json["lines"]
    address = f"/api/v1/stock/reservations/{line['reservation_id']}/release"
    planner = browse(f"logistics_manager@{COUNTY}")
    button = f"/reservations/{line['reservation_id']}/release"
    assert button in planner.get(f"/stock/needs/{need}").text
    sign(signer, applied)

    answer = manager.put(address, {})

    assert answer.status_code == 403 and "已签发" in answer.json["detail"]
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 10
    assert button not in planner.get(f"/stock/needs/{need}").text
    assert signer.put(address, {}).status_code == 201, "who signs may undo one promise of it"
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 0


def test_an_order_by_word_is_put_on_paper_though_the_rest_was_refused(
    manager, signer, applied, browse
):
    sign(signer, applied, means="word", number="")
    (line,) = manager.get("/api/v1/stock/reservations").json["lines"]
    part = [{"lot": line["lot"], "quantity": 4}]
    stock.ship(manager, line["reservation_id"], depot=line["depot"], lines=part)
    assert refuse(signer, applied).status_code == 200

    reading = browse(f"order_signer@{COUNTY}")
    order = shown(signer, applied)["order"]["id"]
    assert 'name="number"' in reading.get(f"/stock/plans/{applied}").text
    fields = {"order": order, "number": "东应急令〔2013〕4号"}
    assert post(signer, f"/plans/{applied}/paper", **fields).status_code == 303
    assert shown(signer, applied)["order"]["written_at"]


def test_what_turned_back_is_no_longer_ordered(manager, signer, applied, need, browse):
    sign(signer, applied)
    shipment = send_off(manager).json["id"]
    reading = browse(f"logistics_manager@{COUNTY}")
    assert printed(reading, applied) == 10

    assert manager.put(f"/api/v1/shipments/{shipment}/turn-back", {}).status_code == 200

    assert printed(reading, applied) == 0
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 0
