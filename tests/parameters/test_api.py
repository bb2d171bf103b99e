"""Policy numbers over the API: stranger, neighbour, answer, record, retry, other body."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from relief_ops import db, geo, parameters
from relief_ops.errors import Invalid
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP


def body(**changes):
    return {
        "key": "living_allowance.standard",
        "area_code": COUNTY,
        "value": 588.5,
        "unit": "元/人·月",
        "effective_from": "2013-07-01",
        "source": "试验文件",
        "confidence": "S1",
    } | changes


def test_a_stranger_is_refused(stranger):
    assert stranger.get("/api/v1/parameters").status_code == 401
    assert stranger.put(f"/api/v1/parameters/{new_id()}", body()).status_code == 401


def test_a_county_administrator_does_not_set_the_whole_site_s_figures(person):
    neighbour = person(f"system_admin@{COUNTY}")

    assert neighbour.put(f"/api/v1/parameters/{new_id()}", body()).status_code == 404


def test_a_clerk_may_not(person):
    assert person("window_clerk").put(f"/api/v1/parameters/{new_id()}", body()).status_code == 403


def test_a_version_answers_with_a_receipt_and_is_on_the_record(person):
    admin, version = person("system_admin"), new_id()
    answer = admin.put(f"/api/v1/parameters/{version}", body())

    assert answer.status_code == 201
    events = admin.get(f"/api/v1/events?after={answer.json['seq'] - 1}").json["events"]
    assert [each["name"] for each in events] == ["parameter.changed"]
    assert events[0]["payload"]["value"] == "588.5"
    shown = admin.get(f"/api/v1/parameters/{version}").json
    assert (shown["value"], shown["flagged"], shown["revision"]) == (588.5, False, 1)


def test_the_same_request_gets_the_same_receipt_and_another_body_is_refused(person):
    admin, address = person("system_admin"), f"/api/v1/parameters/{new_id()}"
    first = admin.put(address, body())

    assert admin.put(address, body()).json == first.json
    assert admin.put(address, body(value=600)).status_code == 409
    edited = admin.put(address, body(value=600), If_Match="1")
    assert edited.status_code == 200
    assert admin.put(address, body(value=700), If_Match="1").status_code == 412
    assert admin.put(address, body(value=700)).status_code == 428


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "NaN"}, "value"),
        ({"value": 1e300}, "value"),
        ({"effective_to": "2013-01-01"}, ""),
        ({"area_code": "99"}, "area_code"),
        ({"confidence": "sure"}, "confidence"),
        ({"key": "x"}, "key"),
        ({"more": 1}, "more"),
    ],
)
def test_nonsense_is_explained(person, wrong, field):
    answer = person("system_admin").put(f"/api/v1/parameters/{new_id()}", body(**wrong))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_two_versions_are_never_in_force_on_one_day(person):
    admin = person("system_admin")
    admin.put(f"/api/v1/parameters/{new_id()}", body())

    answer = admin.put(f"/api/v1/parameters/{new_id()}", body(effective_from="2015-01-01"))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "overlap"


def test_a_township_is_ruled_by_its_county_s_own_figure(person):
    person("system_admin").put(f"/api/v1/parameters/{new_id()}", body())

    with db.reading() as session:
        tree = geo.tree(session)
        standards = [
            parameters.value(
                session,
                "living_allowance.standard",
                on=date(2015, 6, 1),
                area_id=tree.by_code(code).id,
            )
            for code in (TOWNSHIP, OTHER_COUNTY)
        ]

    assert [each.value for each in standards] == [Decimal("588.5"), Decimal(744)]
    assert [each.flagged for each in standards] == [False, True]


def test_a_figure_that_is_not_in_force_is_said_to_be_missing(session):
    with pytest.raises(Invalid, match=r"temporary_aid\.multiple"):
        parameters.value(session, "temporary_aid.multiple", on=date(2010, 1, 1))


@pytest.mark.parametrize("text", [r"a\u0000b", r"half \ud800"])
def test_a_text_no_database_can_keep_is_refused(person, text):
    admin, address = person("system_admin"), f"/api/v1/parameters/{new_id()}"
    sent = json.dumps(body(unit="UNIT")).replace("UNIT", text).encode()

    assert admin.put(address, sent).status_code == 400
    assert admin.get("/api/v1/parameters?key=a%00b").status_code == 400
