"""The stable outside names: the fields of every answer, and what each error looks like."""

from __future__ import annotations

import pytest

from relief_ops.errors import codes
from tests.conftest import MORNING, new_id
from tests.factories import families, shelters, stock
from tests.factories.city import CITY, TOWNSHIP
from tests.insurance.terms import policy_body

RECEIPT = {"id", "revision", "seq", "body_sha256", "received_at"}
CODES = {
    "malformed": 400, "unauthenticated": 401, "forbidden": 403, "not_found": 404,
    "method_not_allowed": 405, "body_differs": 409, "illegal_transition": 409, "gone": 410,
    "stale_base": 412, "too_large": 413, "unsupported_type": 415, "invalid": 422,
    "base_required": 428, "rate_limited": 429, "busy": 503, "storage_full": 507,
}  # fmt: skip


@pytest.fixture
def everybody(person):
    return person(
        "duty_officer", "township_reporter", "city_reviewer", "shelter_manager",
        "logistics_manager", "depot_keeper", "window_clerk", "claim_approver", "insurance_liaison",
        "drill_director",
    )  # fmt: skip


def fields(answer) -> set[str]:
    assert answer.status_code in (200, 201), answer.json
    return set(answer.json)


def test_the_codes_are_these(app):
    assert codes() == CODES


def test_events(everybody):
    assert fields(everybody.get("/api/v1/events")) >= {"epoch", "head", "up_to_seq", "events"}
    [event, *_rest] = everybody.get("/api/v1/events?after=0&limit=1").json["events"]
    assert set(event) >= {"seq", "prev_seq", "name", "areas", "subject", "payload", "at"}
    assert everybody.get(f"/api/v1/events?epoch={new_id()}&after=0").status_code == 410


def test_disasters_and_drills(everybody, disaster):
    [shown] = everybody.get("/api/v1/disasters").json["disasters"]
    assert set(shown) >= {"id", "name", "kind", "drill", "started_at", "state"}
    drill = f"/api/v1/drills/{new_id()}"
    body = {"name": "演练", "seed": 1, "drill_start": MORNING.isoformat()}
    assert fields(everybody.put(drill, body)) >= RECEIPT
    assert fields(everybody.put(f"{drill}/clock", {"speed": 60}, If_Match="1")) >= RECEIPT


def test_reports_and_rollup(everybody, person, disaster):
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 5, "deaths": None},
        "entered_for": {"told_by": "村书记", "means": "phone"}, "reasons": {}, "base": None,
    }  # fmt: skip
    assert fields(everybody.put(f"/api/v1/reports/{report_id}", body)) >= RECEIPT
    verdict = {"id": new_id(), "action": "accept"}
    judged = person("city_reviewer").put(f"/api/v1/reports/{report_id}/verdict", verdict)
    assert fields(judged) >= RECEIPT
    at = f"disaster={disaster['id']}&area={CITY}"
    for basis in ("reported", "accepted"):
        asked = f"/api/v1/rollup?{at}&basis={basis}&at=2099-01-01T00:00Z&known_at=2099-01-01T00:00Z"
        total = everybody.get(asked)
        assert fields(total) >= {
            "area_code", "oldest_as_of", "newest_as_of", "expected", "reported", "values",
            "children",
        }  # fmt: skip
        assert total.json["values"]["affected"] == 5


def test_a_rival_is_named(everybody, disaster):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 5}, "base": None,
    }  # fmt: skip
    first, second = new_id(), new_id()
    everybody.put(f"/api/v1/reports/{first}", body)
    answer = everybody.put(f"/api/v1/reports/{second}", body | {"values": {"affected": 6}})

    assert answer.status_code == 201 and answer.json["rival_of"] == first


def test_areas(everybody):
    wanted = {"code", "name", "level", "valid_from", "valid_to", "point", "approximate"}
    assert fields(everybody.get(f"/api/v1/areas/{TOWNSHIP}")) >= wanted
    [first, *_rest] = everybody.get(f"/api/v1/areas?parent={CITY}").json["areas"]
    assert set(first) >= wanted


def test_layers_and_tiles(everybody, disaster):
    shelters.make_shelter(everybody)
    [layer, *_rest] = everybody.get("/api/v1/layers").json["layers"]
    assert layer["id"]
    answer = everybody.get("/api/v1/layers/shelters?bbox=120,28,123,31&limit=10")
    assert answer.json["type"] == "FeatureCollection" and answer.headers["ETag"]
    again = everybody.get(
        "/api/v1/layers/shelters?bbox=120,28,123,31&limit=10", If_None_Match=answer.headers["ETag"]
    )
    assert again.status_code == 304
    tile = everybody.get("/api/v1/tiles/shelters/9/428/211.pbf")
    assert tile.content_type == "application/vnd.mapbox-vector-tile"


def test_shelters(everybody, disaster):
    shelter = f"/api/v1/shelters/{new_id()}"
    assert fields(everybody.put(shelter, shelters.shelter_body())) >= RECEIPT
    opened = {"disaster_id": disaster["id"], "state": "open", "reason": "台风"}
    assert fields(everybody.put(f"{shelter}/state", opened)) >= RECEIPT
    counted = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 3}
    assert fields(everybody.put(f"{shelter}/headcounts/{new_id()}", counted)) >= RECEIPT
    arrived = {"disaster_id": disaster["id"], "people": 2}
    assert fields(everybody.put(f"{shelter}/arrivals/{new_id()}", arrived)) >= RECEIPT


def test_needs_stock_and_promises(everybody, person, disaster):
    need = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "tent_12", "quantity": 2,
        "priority": 1, "due_at": "2013-10-07T00:00:00Z", "place": None,
    }  # fmt: skip
    need_id = new_id()
    asking = person(f"township_reporter@{TOWNSHIP}")
    assert fields(asking.put(f"/api/v1/needs/{need_id}", need)) >= RECEIPT
    depot = stock.depot(everybody)
    moved = stock.move(everybody, kind="receive", to=depot, item="tent_12", quantity=5)
    assert fields(moved) >= RECEIPT
    assert fields(stock.reserve(everybody, need_id)) >= RECEIPT | {"quantity", "lines"}
    asked = f"/api/v1/stock/balances?depot={depot}&item=tent_12&at=2099-01-01T00:00Z"
    [row] = everybody.get(asked).json["balances"]
    assert set(row) >= {"lot", "on_hand", "promised", "free"}


def test_cases_and_claims(everybody, disaster):
    household, policy = new_id(), new_id()
    family = families.household(members=[families.member(id_number="")])
    everybody.put(f"/api/v1/households/{household}", family)
    case = {"household_id": household, "programme": "living_allowance", "answers": families.ANSWERS}
    assert fields(everybody.put(f"/api/v1/cases/{new_id()}", case)) >= RECEIPT
    assert fields(everybody.put(f"/api/v1/policies/{policy}", policy_body())) >= RECEIPT
    claim = {
        "policy_id": policy, "household_id": household, "disaster_id": disaster["id"],
        "depth_cm": 50,
    }  # fmt: skip
    assert fields(everybody.put(f"/api/v1/claims/{new_id()}", claim)) >= RECEIPT


def test_an_error_is_a_problem_document(everybody, stranger):
    refused = stranger.get("/api/v1/disasters")
    assert refused.content_type == "application/problem+json"
    assert set(refused.json) >= {"type", "title", "status", "code", "detail"}
    wrong = everybody.put(f"/api/v1/needs/{new_id()}", {})
    assert {"field", "code", "message"} == set(wrong.json["errors"][0])


def test_a_stale_edit_says_what_is_there(everybody, disaster):
    body = {"name": "别的", "kind": "flood", "started_at": MORNING.isoformat()}
    stale = everybody.put(f"/api/v1/disasters/{disaster['id']}", body, If_Match="7")

    assert stale.status_code == 412
    assert stale.json["current"] == {"id": disaster["id"], "revision": 1}


def test_a_stale_report_compares_field_by_field(everybody, disaster):
    def body(affected: int, base: str | None) -> dict[str, object]:
        return {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1", "base": base,
            "as_of": MORNING.isoformat(), "values": {"affected": affected},
        }  # fmt: skip

    first, second = new_id(), new_id()
    everybody.put(f"/api/v1/reports/{first}", body(5, None))
    everybody.put(f"/api/v1/reports/{second}", body(6, first))
    stale = everybody.put(f"/api/v1/reports/{new_id()}", body(7, first))

    assert stale.status_code == 412 and stale.json["current"]["id"] == second
    wanted = {"field": "affected", "base": 5, "theirs": 6, "yours": 7}
    assert wanted in stale.json["fields"]


def test_the_outside_addresses_answer(client):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 200
    assert client.get("/api/openapi.json").json["openapi"].startswith("3.1")
