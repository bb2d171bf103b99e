"""Incidents over the API: kept once, corrected with their history, and seen to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.daybook import incident, incident_body, put_incident
from tests.factories.shelters import make_shelter

SECRET = "三楼何无尽测高烧四十度"


def incidents(caller, shelter):
    return caller.get(f"/api/v1/shelters/{shelter}/incidents").json["incidents"]


def one(caller, shelter, incident_id):
    return caller.get(f"/api/v1/shelters/{shelter}/incidents/{incident_id}").json


def queue(caller, disaster, kind):
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={TOWNSHIP}"
    return [each for each in caller.get(asked).json["attention"] if each["kind"] == kind]


def test_an_incident_stands_in_the_book_of_its_shelter(manager, shelter, disaster):
    incident(manager, shelter, disaster, people=None)

    (row,) = incidents(manager, shelter)
    assert (row["kind"], row["people"], row["severity"], row["state"]) == (
        "power", None, "ordinary", "open",
    )  # fmt: skip
    assert row["has_account"] is False and row["revision"] == 1


def test_the_same_incident_again_gets_the_same_receipt(manager, shelter, disaster):
    body, incident_id = incident_body(disaster, account="x"), new_id()
    first, again = (put_incident(manager, shelter, body, id=incident_id) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert len(events_named("shelter.incident_logged")) == len(incidents(manager, shelter)) == 1


def test_a_correction_says_the_revision_it_was_made_on(manager, shelter, disaster):
    incident_id = incident(manager, shelter, disaster, account=SECRET)
    changed = incident_body(disaster, people=41, account="另一种说法")

    assert put_incident(manager, shelter, changed, id=incident_id).status_code == 409
    assert put_incident(manager, shelter, changed, id=incident_id, If_Match="1").status_code == 200
    again = incident_body(disaster, people=9, account=SECRET)
    stale = put_incident(manager, shelter, again, id=incident_id, If_Match="1")

    assert stale.status_code == 412
    assert {each["field"] for each in stale.json["fields"]} == {"people", "account"}
    assert SECRET not in stale.text and "另一种说法" not in stale.text
    blind = put_incident(manager, shelter, again, id=incident_id)
    assert blind.status_code == 428 and incidents(manager, shelter)[0]["people"] == 41


def test_every_version_stays_with_who_made_it_and_what_it_was_before(
    manager, shelter, disaster, person
):
    incident_id = incident(manager, shelter, disaster)
    other = person(f"shelter_manager@{TOWNSHIP}", login="second")
    body = incident_body(disaster, people=55, severity="serious", account=SECRET)
    put_incident(other, shelter, body, id=incident_id, If_Match="1")

    last, first = one(manager, shelter, incident_id)["history"]
    assert last["changed"] == {"people": 40, "severity": "ordinary", "account": None}
    assert (last["by"], last["revision"]) == ("second", 2)
    assert (first["people"], first["changed"]) == (40, {})
    assert first["by"] and first["by"] != "second"


def test_a_step_that_cannot_follow_is_refused(manager, shelter, disaster):
    incident_id, first = incident(manager, shelter, disaster), new_id()

    def step(state, revision):
        body = incident_body(disaster, state=state)
        return put_incident(manager, shelter, body, id=incident_id, If_Match=str(revision))

    too_far = step("closed", 1)
    assert (too_far.status_code, too_far.json["code"]) == (409, "illegal_transition")
    assert [step("handled", 1).status_code, step("closed", 2).status_code] == [200, 200]
    assert step("open", 3).json["code"] == "illegal_transition"
    new = put_incident(manager, shelter, incident_body(disaster, state="closed"), id=first)
    assert new.json["code"] == "illegal_transition"
    assert one(manager, shelter, incident_id)["state"] == "closed"


def test_an_edit_that_says_no_state_and_no_account_leaves_them(manager, shelter, disaster):
    incident_id = incident(manager, shelter, disaster, state="handled", account=SECRET)
    put_incident(manager, shelter, incident_body(disaster, people=1), id=incident_id, If_Match="1")

    row = one(manager, shelter, incident_id)
    assert (row["state"], row["has_account"], row["people"]) == ("handled", True, 1)


def test_an_account_is_read_only_by_who_may_log_and_on_record(manager, shelter, disaster, person):
    incident_id = incident(manager, shelter, disaster, account=SECRET)
    address = f"/api/v1/shelters/{shelter}/incidents/{incident_id}"

    assert person(f"auditor@{COUNTY}").get(f"{address}/account").status_code == 403
    assert SECRET not in manager.get(address).text
    assert events_named("shelter.incident_read") == []
    assert manager.get(f"{address}/account").json["account"] == SECRET
    (read,) = events_named("shelter.incident_read")
    assert str(read.subject) == shelter and incident_id in read.payload


def test_no_word_of_an_account_lies_in_the_database_in_clear(manager, shelter, disaster, database):
    if not database.startswith("sqlite"):
        return  # the same bytes are sent to both; the file is easier to look through
    incident(manager, shelter, disaster, account=SECRET)

    path = Path(database.removeprefix("sqlite:///"))
    held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert SECRET.encode() not in held
    assert "临江村避灾点".encode() in held  # what is looked in is really the database


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"happened_at": "2099-01-01T00:00:00Z"}, "happened_at"), ({"people": -1}, "people"),
        ({"happened_at": "2013-10-06T18:30:00"}, "happened_at"), ({"kind": "ufo"}, "kind"),
        ({"kind": "infectious"}, "syndrome"), ({"syndrome": "fever"}, "syndrome"),
        ({"severity": "huge"}, "severity"), ({"account": "火" * 2001}, "account"),
        ({"account": "a\x07b"}, "account"), ({"people": True}, "people"), ({"x": 1}, "x"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_explained_by_its_field(manager, shelter, disaster, change, field):
    answer = put_incident(manager, shelter, incident_body(disaster, **change))

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]
    assert incidents(manager, shelter) == []


def test_another_area_finds_nothing_and_a_reader_enters_nothing(person, shelter, disaster, manager):
    incident_id = incident(manager, shelter, disaster)
    neighbour = person(f"shelter_manager@{FAR_TOWNSHIP}")
    address = f"/api/v1/shelters/{shelter}/incidents"

    assert neighbour.get(address).status_code == 404
    assert neighbour.get(f"{address}/{incident_id}").status_code == 404
    assert put_incident(neighbour, shelter, incident_body(disaster)).status_code == 404
    assert put_incident(person(f"auditor@{COUNTY}"), shelter, {}).status_code in (403, 422)
    elsewhere = make_shelter(manager, name="另一处", point=[121.52, 29.81])
    there = manager.get(f"/api/v1/shelters/{elsewhere}/incidents/{incident_id}")
    assert there.status_code == 404


def test_a_serious_incident_stands_in_the_queue_until_it_is_handled(manager, shelter, disaster):
    incident(manager, shelter, disaster)
    serious = incident(manager, shelter, disaster, kind="fire", severity="serious", people=None)

    (entry,) = queue(manager, disaster, "shelter.incident")
    assert "火情" in entry["title"] and entry["href"].endswith(serious)
    body = incident_body(disaster, kind="fire", severity="serious", state="handled")
    put_incident(manager, shelter, body, id=serious, If_Match="1")
    assert queue(manager, disaster, "shelter.incident") == []
    put_incident(manager, shelter, body | {"state": "open"}, id=serious, If_Match="2")
    assert len(queue(manager, disaster, "shelter.incident")) == 1


def test_people_who_fall_ill_alike_in_one_shelter_are_an_outbreak(manager, shelter, disaster):
    def ill(where, hour, people, **more):
        at = f"2013-10-07T{hour:02d}:00:00Z"
        return incident(manager, where, disaster, happened_at=at, people=people,
                        **({"kind": "illness", "syndrome": "diarrhoea"} | more))  # fmt: skip

    other = make_shelter(manager, name="另一处", point=[121.52, 29.81])
    ill(shelter, 1, 2)
    ill(shelter, 2, 2, kind="infectious")
    ill(other, 2, 4)
    ill(shelter, 3, 3, syndrome="fever")
    assert queue(manager, disaster, "shelter.outbreak_suspected") == []
    ill(shelter, 4, None)

    (entry,) = queue(manager, disaster, "shelter.outbreak_suspected")
    assert "5" in entry["title"] and "腹泻" in entry["title"]
    found = manager.get(f"/api/v1/shelters/{shelter}/incidents").json["outbreaks"]
    assert [(each["syndrome"], each["people"]) for each in found] == [("diarrhoea", 5)]
    ill(shelter, 5, 1)
    assert len(events_named("shelter.outbreak_suspected")) == 1


def test_the_threshold_of_an_outbreak_is_a_figure_of_the_parameters(
    manager, shelter, disaster, person
):
    incident(manager, shelter, disaster, kind="illness", syndrome="rash", people=3)
    assert queue(manager, disaster, "shelter.outbreak_suspected") == []
    body = {
        "key": "shelter.outbreak_people", "value": 3, "unit": "人", "source": "市疾控通知",
        "confidence": "D", "effective_from": "2013-01-01", "area_code": TOWNSHIP,
    }  # fmt: skip
    keeper = person(f"system_admin@{CITY}")
    answer = keeper.put(f"/api/v1/parameters/{new_id()}", body)
    assert answer.status_code == 201, answer.json

    assert len(queue(manager, disaster, "shelter.outbreak_suspected")) == 1


def test_the_drawer_of_an_area_shows_what_is_open_in_its_shelters(
    manager, shelter, disaster, person
):
    serious = incident(manager, shelter, disaster, kind="fire", severity="serious")
    incident(manager, shelter, disaster, kind="theft", state="handled")
    officer = person(f"duty_officer@{COUNTY}")
    headers = {"Authorization": f"Bearer {officer.token}"}
    text = officer.client.get(
        f"/areas/{TOWNSHIP}/panel?disaster={disaster['id']}", headers=headers
    ).text

    assert serious in text and "失窃" not in text


def test_no_event_says_what_the_account_says(manager, shelter, disaster):
    incident(manager, shelter, disaster, account=SECRET)

    (told,) = events_named("shelter.incident_logged")
    assert "三楼" not in told.payload and "account" not in told.payload


def test_the_page_of_the_shelter_says_how_many_are_open(manager, shelter, disaster):
    page = f"/shelters/{shelter}?disaster={disaster['id']}"
    assert "待处置事件" not in manager.get(page).text
    ordinary = incident(manager, shelter, disaster)
    incident(manager, shelter, disaster, severity="serious", kind="fire")

    assert "待处置事件 2 起，其中严重 1 起" in manager.get(page).text
    body = incident_body(disaster, state="handled")
    put_incident(manager, shelter, body, id=ordinary, If_Match="1")
    assert "待处置事件 1 起" in manager.get(page).text
