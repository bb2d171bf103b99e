"""Households and persons over the API: stranger, neighbour, answer, record, retry, other body."""

from __future__ import annotations

import json

import pytest

from relief_ops import db
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories import families
from tests.factories.city import NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def clerk(person):
    return person(f"window_clerk@{TOWNSHIP}")


@pytest.fixture
def registered(clerk):
    household_id, body = new_id(), families.household()
    answer = clerk.put(f"/api/v1/households/{household_id}", body)
    assert answer.status_code == 201, answer.json
    return body | {"id": household_id, "seq": answer.json["seq"]}


def test_a_stranger_is_refused(stranger):
    assert stranger.get(f"/api/v1/households/{new_id()}").status_code == 401
    body = families.household()
    assert stranger.put(f"/api/v1/households/{new_id()}", body).status_code == 401
    assert stranger.get(f"/api/v1/persons/{new_id()}/full?purpose=contact").status_code == 401


def test_a_neighbour_neither_sees_nor_registers(person, registered):
    neighbour = person(f"window_clerk@{NEIGHBOUR}")

    assert neighbour.get(f"/api/v1/households/{registered['id']}").status_code == 404
    address = f"/api/v1/households/{new_id()}"
    assert neighbour.put(address, families.household()).status_code == 404


def test_a_reporter_without_the_permission_is_refused(person):
    reporter = person(f"township_reporter@{TOWNSHIP}")

    answer = reporter.put(f"/api/v1/households/{new_id()}", families.household())

    assert answer.status_code == 403


def test_a_household_is_shown_masked(clerk, registered):
    answer = clerk.get(f"/api/v1/households/{registered['id']}")

    head = answer.json["members"][0]
    assert (head["name"], head["id_number"]) == ("施*", "330203********0017")
    assert (head["phone"], head["bank_account"]) == ("138****2604", "**** 1234")
    assert "施试验" not in answer.get_data(as_text=True)


def test_it_is_on_the_record_without_personal_data(clerk, registered):
    events = clerk.get(f"/api/v1/events?after={registered['seq'] - 1}&area={TOWNSHIP}").json

    assert [each["name"] for each in events["events"]] == ["household.registered"]
    assert events["events"][0]["payload"] == {"household_id": registered["id"], "members": 2}


def test_the_same_request_gets_the_same_receipt_and_another_body_is_refused(clerk):
    address, body = f"/api/v1/households/{new_id()}", families.household()
    first = clerk.put(address, body)

    assert clerk.put(address, body).json == first.json
    assert clerk.put(address, body | {"address": "别处"}).status_code == 409
    edited = clerk.put(address, body | {"address": "别处"}, If_Match="1")
    assert (edited.status_code, edited.json["revision"]) == (200, 2)
    assert clerk.put(address, body | {"address": "三处"}, If_Match="1").status_code == 412


def test_members_left_out_are_gone(clerk, registered):
    address = f"/api/v1/households/{registered['id']}"
    body = {key: registered[key] for key in ("area_code", "address")}
    clerk.put(address, body | {"members": registered["members"][:1]}, If_Match="1")

    assert len(clerk.get(address).json["members"]) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id_number": "330203194901010018"}, "members.0.id_number"),
        ({"id_number": "123"}, "members.0.id_number"),
        ({"name": ""}, "members.0.name"),
        ({"phone": "<script>"}, "members.0.phone"),
        ({"relation": "cousin"}, "members.0.relation"),
    ],
)
def test_a_wrong_member_is_explained(clerk, wrong, field):
    body = families.household(members=[families.member(**wrong)])

    answer = clerk.put(f"/api/v1/households/{new_id()}", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_a_person_belongs_to_one_household(clerk, registered):
    body = families.household(members=[families.member()])

    answer = clerk.put(f"/api/v1/households/{new_id()}", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "known"


def test_the_id_of_another_person_is_not_taken_over(clerk, registered):
    thief = families.member(id=registered["members"][0]["id"], id_number="")

    answer = clerk.put(f"/api/v1/households/{new_id()}", families.household(members=[thief]))

    assert answer.status_code == 409


def test_personal_fields_lie_sealed_in_the_database(registered):
    with db.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM person").fetchall()
        log = session.query(EventRow.payload).all()
    stored = repr([tuple(bytes(x) if isinstance(x, memoryview) else x for x in r) for r in rows])
    for secret in ("施试验", families.ID_MAN, "13800002604", "6222020000001234"):
        assert secret not in stored
        assert secret.encode().hex() not in stored
        assert secret not in json.dumps([tuple(row) for row in log], ensure_ascii=False)


def test_a_full_read_needs_its_permission_and_a_purpose(person, clerk, registered):
    address = f"/api/v1/persons/{registered['members'][0]['id']}/full"
    approver = person(f"case_approver@{TOWNSHIP}")

    assert clerk.get(f"{address}?purpose=contact").status_code == 403
    assert approver.get(address).status_code == 422
    outside = person(f"case_approver@{OTHER_COUNTY}")
    assert outside.get(f"{address}?purpose=contact").status_code == 404


def test_a_full_read_is_one_event_with_its_purpose(person, registered):
    person_id = registered["members"][0]["id"]
    approver = person(f"case_approver@{TOWNSHIP}")
    shown = approver.get(f"/api/v1/persons/{person_id}/full?purpose=payment")

    assert shown.json["name"] == "施试验"
    assert shown.json["id_number"] == families.ID_MAN
    after = f"/api/v1/events?after={registered['seq']}&area={TOWNSHIP}"
    read = [e for e in approver.get(after).json["events"] if e["name"] == "person.read"]
    assert [each["payload"] for each in read] == [{"person_id": person_id, "purpose": "payment"}]
