"""Filing a relief-work form over the API: who may, what is kept, what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from damage_reports.relief_work.models import ReliefWorkForm, ReliefWorkValue
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.rosters.test_rows import events_named


def shown(who, form_id):
    answer = who.get(f"/api/v1/relief-work/{form_id}")
    assert answer.status_code == 200, answer.json
    return answer.json


def errors(answer):
    assert answer.status_code == 422, answer.json
    return {(each["field"], each["code"]) for each in answer.json["errors"]}


def stored():
    with act_as(SYSTEM), db.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(each))
            for each in (ReliefWorkForm, ReliefWorkValue)
        )


def test_a_stranger_a_neighbour_and_whoever_only_reads_are_refused(
    stranger, neighbour, person, file
):
    assert file(stranger).status_code == 401
    assert file(neighbour).status_code == 404
    assert file(person(f"township_reporter@{TOWNSHIP}")).status_code == 404
    assert file(person(f"inspector@{COUNTY}")).status_code == 403
    assert stored() == (0, 0)


def test_it_answers_and_is_read_back(officer, file):
    answer = file(officer, values={"rescuers": 120, "boats": None, "money_spent": "35.5"})
    found = shown(officer, answer.json["id"])

    assert answer.status_code == 201
    assert found["values"] == {"rescuers": 120, "boats": None, "money_spent": 35.5}
    assert (found["revision"], found["current"], found["area_code"]) == (1, True, COUNTY)
    assert "vehicles" not in found["values"], "nobody said anything of it: it is not 0"


def test_a_form_is_nobodys_who_does_not_hold_the_county(officer, neighbour, person, stranger, file):
    form = file(officer).json["id"]
    path = f"/api/v1/relief-work/{form}"

    assert stranger.get(path).status_code == 401
    assert neighbour.get(path).status_code == 404
    assert person(f"township_reporter@{TOWNSHIP}").get(path).status_code == 404
    assert person(f"window_clerk@{COUNTY}").get(path).status_code == 403
    assert person("city_reviewer").get(path).status_code == 200


def test_it_is_on_the_record_without_a_word_of_anybodys(officer, file):
    form = file(officer, reasons={"rescuers": "算了两遍"}).json
    (event,) = events_named("relief_work.filed")

    assert str(event.subject) == form["id"] and event.seq == form["seq"]
    assert '"revision":1' in event.payload and "算了两遍" not in event.payload


def test_a_retry_gets_its_first_receipt_and_another_body_is_refused(officer, file):
    form = new_id()
    first, again = file(officer, form), file(officer, form)
    other = file(officer, form, values={"rescuers": 7})

    assert (again.json, again.status_code) == (first.json, 200)
    assert (other.status_code, other.json["code"]) == (409, "body_differs")
    assert stored() == (1, 2)


def test_a_second_form_of_a_round_must_name_the_first(officer, file):
    first = file(officer).json["id"]
    blind = file(officer, values={"rescuers": 90})
    right = file(officer, base=first, values={"rescuers": 90})

    assert blind.status_code == 412
    assert blind.json["current"] == {"id": first, "revision": 1}
    assert blind.json["fields"] == [{"field": "rescuers", "base": None, "theirs": 120, "yours": 90}]
    assert (right.status_code, right.json["revision"]) == (200, 2)
    assert not shown(officer, first)["current"]


def test_an_old_base_is_answered_field_by_field(officer, file):
    first = file(officer, values={"rescuers": 1, "vehicles": 4}).json["id"]
    second = file(officer, base=first, values={"rescuers": 2, "vehicles": 4}).json["id"]
    stale = file(officer, base=first, values={"rescuers": 3, "vehicles": 4})

    assert (stale.status_code, stale.json["code"]) == (412, "stale_base")
    assert stale.json["current"] == {"id": second, "revision": 2}
    assert stale.json["fields"] == [{"field": "rescuers", "base": 1, "theirs": 2, "yours": 3}]


def test_a_neighbours_form_named_as_base_tells_nothing_of_its_figures(officer, neighbour, file):
    theirs = file(neighbour, area_code=OTHER_COUNTY, values={"rescuers": 777}).json["id"]
    answer = file(officer, base=theirs, values={"rescuers": 1})

    assert answer.status_code == 412 and answer.json["current"] is None
    assert "777" not in answer.text


def test_a_round_of_its_own_is_a_form_of_its_own(officer, file):
    assert file(officer).status_code == 201
    assert file(officer, round="r2").json["revision"] == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"values": {"rescuers": -1}}, ("values.rescuers", "negative")),
        ({"values": {"rescuers": 1.5}}, ("values.rescuers", "too_many_decimals")),
        ({"values": {"rescuers": "viele"}}, ("values.rescuers", "not_a_number")),
        ({"values": {"rescuers": 10**16}}, ("values.rescuers", "too_large")),
        ({"values": {"affected": 4}}, ("values.affected", "unknown_indicator")),
        ({"values": {"response_level": 5}}, ("values.response_level", "level")),
        ({"values": {"response_since": "2013-10-06T08:00"}}, ("values.response_since", "instant")),
        ({"values": {"response_since": 5}}, ("values.response_since", "instant")),
        ({"values": {}}, ("values", "missing")),
        ({"values": {"money_spent": 1, "money_city": 2}}, ("values.money_spent", "parts")),
        ({"taken": {"goods_tents": 5}}, ("taken.goods_tents", "changed_meanwhile")),
        ({"values": {"goods_tents": 4}, "taken": {"goods_tents": 5}},
         ("values.goods_tents", "either")),
        ({"area_code": TOWNSHIP}, ("area_code", "level")),
        ({"area_code": CITY}, ("area_code", "level")),
        ({"area_code": "999999999999"}, ("area_code", "unknown")),
        ({"as_of": "2099-01-01T00:00:00Z"}, ("as_of", "future")),
        ({"as_of": (MORNING - timedelta(days=9)).isoformat()}, ("as_of", "early")),
        ({"as_of": "2013-10-06T08:00:00"}, ("as_of", "timezone_aware")),
        ({"round": "r 1"}, ("round", "string_pattern_mismatch")),
        ({"base": "x"}, ("base", "uuid_parsing")),
        ({"values": {"rescuers": True}}, ("values.rescuers", "value_error")),
        ({"more": 1}, ("more", "extra_forbidden")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_field_by_field_and_nothing_is_kept(person, file, changes, wrong):
    answer = file(person("duty_officer"), **changes)

    found = errors(answer)
    assert any(each[0].startswith(wrong[0]) and each[1] == wrong[1] for each in found), found
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"values": NaN}', "application/json", 400),
        (b"x" * 20_000, "application/json", 413),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json", 422),
    ],
)
def test_a_body_that_is_none_is_refused_in_its_own_words(officer, disaster, body, kind, status):
    sent = {"Authorization": f"Bearer {officer.token}"}
    answer = officer.client.put(
        f"/api/v1/relief-work/{new_id()}", data=body, headers=sent, content_type=kind
    )

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_disaster_nobody_knows_is_not_found(officer, file):
    assert file(officer, disaster_id=new_id()).status_code == 404


def test_two_who_file_blind_at_once_are_one_form_and_one_who_hears_of_it(person, order):
    officers = [person(f"duty_officer@{COUNTY}") for _each in range(2)]

    def send(number):
        body = order(values={"rescuers": number})
        return officers[number].put(f"/api/v1/relief-work/{new_id()}", body).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [201, 412]
    assert stored() == (1, 1)


def test_a_field_is_data_and_one_more_needs_no_code(person, officer, file):
    field = {
        "name_zh": "投入直升机", "name_en": "Helicopters", "unit_zh": "架次", "unit_en": "times",
        "group": "forces", "versions": ["work_2020"], "made_of": "aviation/helicopters",
    }  # fmt: skip
    added = person("system_admin").put("/api/v1/indicators/helicopters", field)
    answer = file(officer, values={"helicopters": 3})

    assert added.status_code == 201, added.json
    assert shown(officer, answer.json["id"])["values"] == {"helicopters": 3}


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": "level"},
        {"roll_up": "least"},
        {"nature": "level", "roll_up": "least", "versions": ["2020"]},
        {"made_of": "no words of a kind"},
    ],
)
def test_a_field_that_could_not_be_added_up_is_refused(person, changes):
    field = {
        "name_zh": "试验", "name_en": "Test", "unit_zh": "级", "unit_en": "level",
        "group": "forces", "versions": ["work_2020"],
    } | changes  # fmt: skip
    answer = person("system_admin").put("/api/v1/indicators/tested", field)

    assert answer.status_code == 422, answer.json
