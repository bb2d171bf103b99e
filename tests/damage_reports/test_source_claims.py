"""What may be said as a source, by whom, and what becomes of retries and nonsense."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from damage_reports.models import FigureClaim, SourceRule
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import affected, choose, events, order_of, said, say
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE


@pytest.fixture
def bureau(person):
    return person("bureau_liaison")


@pytest.fixture
def city(person):
    return person("city_reviewer")


# --- who may


def test_a_stranger_a_neighbour_and_a_reporter_are_refused(stranger, person, disaster):
    assert say(stranger, disaster)[1].status_code == 401
    assert say(person(f"bureau_liaison@{NEIGHBOUR}"), disaster)[1].status_code == 404
    assert say(person(f"township_reporter@{TOWNSHIP}"), disaster)[1].status_code == 403
    rule = order_of(disaster, "water", "report")
    path = f"/api/v1/source-rules/{new_id()}"
    assert stranger.put(path, rule).status_code == 401
    assert person("bureau_liaison").put(path, rule).status_code == 403
    assert person(f"duty_leader@{COUNTY}").put(path, rule).status_code == 404
    assert person("duty_officer").put("/api/v1/sources/x", {}).status_code in (403, 422)


def test_a_claim_is_shown_to_the_area_and_nobody_beside_it(bureau, person, disaster):
    claim = said(bureau, disaster, note="堤防巡查")

    shown = person(f"assessor@{TOWNSHIP}").get(f"/api/v1/figure-claims/{claim}")
    assert (shown.json["value"], shown.json["source"], shown.json["note"]) == (
        500, "water", "堤防巡查",
    )  # fmt: skip
    neighbour = person(f"assessor@{NEIGHBOUR}")
    assert neighbour.get(f"/api/v1/figure-claims/{claim}").status_code == 404
    listed = f"/api/v1/figure-claims?disaster={disaster['id']}&area="
    assert [x["id"] for x in bureau.get(listed + CITY).json["claims"]] == [claim]
    assert neighbour.get(listed + NEIGHBOUR).json["claims"] == []
    assert neighbour.get(listed + TOWNSHIP).status_code == 404


# --- retries, races, bad input


def test_the_same_claim_again_gets_the_same_receipt_and_stands_once(bureau, disaster):
    claim_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "indicator": "affected",
        "source": "water", "value": 5, "as_of": MORNING.isoformat(),
    }  # fmt: skip
    path = f"/api/v1/figure-claims/{claim_id}"
    first, again = bureau.put(path, body), bureau.put(path, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = bureau.put(path, body | {"value": 6})
    assert (other.status_code, other.json["code"]) == (409, "body_differs")
    with act_as(SYSTEM), db.reading() as session:
        assert session.scalar(select(func.count()).select_from(FigureClaim)) == 1
    assert events("figure_claim.filed") == ["figure_claim.filed"]


def test_whoever_writes_blind_or_on_an_old_base_sees_both_figures(bureau, disaster):
    first = said(bureau, disaster, value=500)
    second = said(bureau, disaster, value=600, base=first)

    for base, was in ((None, None), (first, 500)):
        _id, answer = say(bureau, disaster, value=700, base=base)
        assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
        assert answer.json["current"] == {"id": second, "revision": 2}
        assert answer.json["fields"] == [
            {"field": "value", "base": was, "theirs": 600, "yours": 700}
        ]


def test_a_neighbours_claim_named_as_base_tells_nothing_of_its_figure(bureau, person, disaster):
    theirs = said(bureau, disaster, value=444, area_code=NEIGHBOUR)
    said(bureau, disaster, value=500)

    _id, answer = say(person(f"bureau_liaison@{TOWNSHIP}"), disaster, value=1, base=theirs)
    assert answer.status_code == 412 and "444" not in answer.text
    assert answer.json["fields"][0]["base"] is None


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"source": "report"}, 422, "source"),
        ({"source": "nobody"}, 422, "source"),
        ({"indicator": "nothing"}, 422, "indicator"),
        ({"area_code": VILLAGE}, 422, "area_code"),
        ({"area_code": CITY}, 422, "area_code"),
        ({"area_code": "000000000000"}, 422, "area_code"),
        ({"value": -1}, 422, "value"),
        ({"value": 1.5}, 422, "value"),
        ({"value": "many"}, 422, "value"),
        ({"value": True}, 422, "value"),
        ({"as_of": "2013-10-06T08:00:00"}, 422, "as_of"),
        ({"as_of": "2099-01-01T00:00:00Z"}, 422, "as_of"),
        ({"as_of": "2013-09-01T00:00:00Z"}, 422, "as_of"),
        ({"note": "x" * 401}, 422, "note"),
        ({"surprise": 1}, 422, "surprise"),
        ({"source": "WATER"}, 422, "source"),
    ],
)
def test_a_bad_claim_is_refused_in_words_and_nothing_is_kept(bureau, disaster, more, status, field):
    _id, answer = say(bureau, disaster, **more)
    assert answer.status_code == status, answer.json
    assert field in {each["field"].split(".")[0] for each in answer.json["errors"]}
    assert all(each["message"] for each in answer.json["errors"])
    with act_as(SYSTEM), db.reading() as session:
        assert session.scalar(select(func.count()).select_from(FigureClaim)) == 0


@pytest.mark.parametrize(
    ("sources", "more", "field"),
    [
        (("water",), {}, "sources"),  # no report in it: figures would get lost
        (("water", "water", "report"), {}, "sources"),
        (("nobody", "report"), {}, "sources"),
        (("water", "report"), {"reason": " "}, "reason"),
        (("water", "report"), {"reason": ""}, "reason"),
        (("water", "report"), {"indicator": "affected", "group": "people"}, "group"),
        (("water", "report"), {"indicator": "nothing"}, "indicator"),
        (("water", "report"), {"group": "nothing"}, "group"),
        (("water", "report"), {"only_here": True}, "indicator"),
        (("water", "report"), {"area": VILLAGE}, "area_code"),
    ],
)
def test_a_bad_rule_is_refused_in_words(city, disaster, sources, more, field):
    answer = city.put(f"/api/v1/source-rules/{new_id()}", order_of(disaster, *sources, **more))
    assert answer.status_code == 422, answer.json
    assert field in {each["field"] for each in answer.json["errors"]}
    with act_as(SYSTEM), db.reading() as session:
        assert session.scalar(select(func.count()).select_from(SourceRule)) == 0


def test_a_rule_set_blind_over_another_is_refused(city, disaster):
    first = choose(city, disaster, "water", "report")
    blind = city.put(f"/api/v1/source-rules/{new_id()}", order_of(disaster, "housing", "report"))
    assert (blind.status_code, blind.json["current"]["id"]) == (412, first)


# --- the sources themselves


def test_a_source_is_added_without_code_retired_and_keeps_what_it_said(person, city, disaster):
    admin, bureau = person("system_admin"), person("bureau_liaison")
    body = {"kind": "bureau", "name_zh": "海事部门", "name_en": "Maritime office"}
    assert admin.put("/api/v1/sources/maritime", body).status_code == 201
    claim = said(bureau, disaster, "maritime", 30)
    choose(city, disaster, "maritime", "report")
    assert affected(city, disaster) == 30

    assert admin.put("/api/v1/sources/maritime", body).status_code == 200, "the receipt again"
    assert admin.put("/api/v1/sources/maritime", body | {"position": 5}).status_code == 409
    assert admin.put("/api/v1/sources/water", body).status_code == 428, "it is there already"
    retired = admin.put("/api/v1/sources/maritime", body | {"active": False}, If_Match="1")
    assert (retired.status_code, retired.json["revision"]) == (200, 2)
    _id, answer = say(bureau, disaster, "maritime", 31, base=claim)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "retired")
    assert affected(city, disaster) == 30
    listed = {x["code"]: x for x in city.get("/api/v1/sources").json["sources"]}
    assert listed["maritime"]["active"] is False and listed["water"]["source"]
    report = admin.put("/api/v1/sources/report", body)
    assert (report.status_code, report.json["errors"][0]["field"]) == (422, "code")


def test_every_seeded_source_says_where_it_comes_from(city):
    for each in city.get("/api/v1/sources").json["sources"]:
        assert each["source"] and each["confidence"] and each["name_zh"] and each["name_en"]
