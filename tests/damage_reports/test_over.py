"""A closed disaster, and one of another place: no claim, rule, decision or form is taken for it."""

from __future__ import annotations

from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import affected, choose, order_of, said, say, settle
from tests.damage_reports.test_pages import token_of
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP
from tests.factories.relief_work import form_body
from tests.factories.rosters import row_body
from tests.files.pictures import jpeg, send
from tests.reporting import open_round

OVER = ("disaster_id", "closed")
OUTSIDE = ("area_code", "outside")


@pytest.fixture
def close(disaster):
    def done():
        with db.transaction() as session:
            session.get(Disaster, UUID(disaster["id"])).state = "closed"

    return done


@pytest.fixture
def elsewhere(person):
    """Return a disaster of the first county alone."""
    disaster_id = new_id()
    body = {
        "name": "南山暴雨", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "area_code": COUNTY,
    }  # fmt: skip
    assert person("duty_officer").put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    return {"id": disaster_id}


def why(answer):
    assert answer.status_code == 422, answer.json
    return [(each["field"], each["code"]) for each in answer.json["errors"]]


def test_a_closed_disaster_takes_no_claim_and_what_counts_stays(person, disaster, close):
    bureau, city = person("bureau_liaison"), person("city_reviewer")
    claim_id = said(bureau, disaster, value=500)
    choose(city, disaster, "water", "report")
    close()

    _id, more = say(bureau, disaster, value=900, base=claim_id)
    assert why(more) == [OVER]
    assert why(say(bureau, disaster, "housing")[1]) == [OVER]
    assert affected(city, disaster, TOWNSHIP) == 500


def test_a_closed_disaster_takes_no_rule_and_no_decision_of_sources(person, disaster, close):
    city = person("city_reviewer")
    said(person("bureau_liaison"), disaster, value=500)
    close()

    rule = city.put(f"/api/v1/source-rules/{new_id()}", order_of(disaster, "water", "report"))
    assert why(rule) == [OVER]
    assert why(settle(city, disaster, "water", {"water": 500})) == [OVER]
    assert affected(city, disaster, CITY) is None


def test_what_was_claimed_before_it_was_closed_gets_its_receipt_again(person, disaster, close):
    bureau = person("bureau_liaison")
    claim_id, first = say(bureau, disaster)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "indicator": "affected",
        "source": "water", "value": 500, "base": None, "as_of": MORNING.isoformat(),
    }  # fmt: skip
    close()

    again = bureau.put(f"/api/v1/figure-claims/{claim_id}", body)
    assert (again.status_code, again.json) == (200, first.json)


def test_a_closed_disaster_takes_no_form_of_relief_work(person, disaster, close):
    officer = person(f"duty_officer@{COUNTY}")
    close()

    answer = officer.put(f"/api/v1/relief-work/{new_id()}", form_body(disaster["id"]))
    assert why(answer) == [OVER]


def test_a_claim_for_a_place_outside_the_disaster_is_refused(person, elsewhere):
    bureau = person("bureau_liaison")

    assert OUTSIDE in why(say(bureau, elsewhere, area_code=FAR_TOWNSHIP)[1])
    assert say(bureau, elsewhere)[1].status_code == 201


def test_no_contact_and_no_call_of_a_place_outside_the_disaster_is_taken(person, elsewhere):
    officer = person("duty_officer")
    assert open_round(person, elsewhere, "r1") is None
    here = {"disaster_id": elsewhere["id"], "area_code": FAR_TOWNSHIP}

    call = here | {"round": "r1", "outcome": "reached"}
    assert OUTSIDE in why(officer.put(f"/api/v1/calls/{new_id()}", call))
    assert OUTSIDE in why(officer.put(f"/api/v1/contacts/{new_id()}", here))


def test_a_form_of_a_county_outside_the_disaster_is_refused(person, elsewhere):
    officer = person("duty_officer")
    outside = form_body(elsewhere["id"]) | {"area_code": OTHER_COUNTY}

    answer = officer.put(f"/api/v1/relief-work/{new_id()}", outside)
    assert OUTSIDE in why(answer)


ROUND = ("round", "unknown")
TYPED = "河水漫堤,已转移沿河住户。"


def beside(disaster, kind, **more):
    """Return where something told beside the figures is sent, and what is sent."""
    body = {
        "narratives": {"round": "r1", "words": TYPED},
        "report-photos": {"round": "r1"},
        "report-papers": {"round": "r1", "told_by": "老王"},
        "roster-rows": row_body(disaster["id"]),
    }[kind]  # fmt: skip
    return body | {"disaster_id": disaster["id"], "area_code": TOWNSHIP} | more


def tell(who, disaster, kind, **more):
    if kind in ("report-photos", "report-papers"):
        more |= {"file_id": send(who, jpeg(7))}
    return who.put(f"/api/v1/{kind}/{new_id()}", beside(disaster, kind, **more))


KINDS = ("narratives", "report-photos", "report-papers", "roster-rows")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_taken_beside_the_figures_of_a_closed_disaster(person, disaster, close, kind):
    clerk = person(f"township_reporter@{TOWNSHIP}")
    close()

    assert why(tell(clerk, disaster, kind)) == [OVER]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_taken_beside_the_figures_of_an_area_outside(person, elsewhere, kind):
    clerk = person("township_reporter")
    answer = tell(clerk, elsewhere, kind, area_code=FAR_TOWNSHIP)

    assert OUTSIDE in why(answer)


@pytest.mark.parametrize("kind", KINDS[:3])
def test_nothing_is_told_of_a_round_nobody_opened_unless_a_report_stands_in_it(
    person, disaster, kind
):
    clerk = person(f"township_reporter@{TOWNSHIP}")
    assert tell(clerk, disaster, kind, round="r1").status_code == 201
    open_round(person, disaster, "r2")

    assert why(tell(clerk, disaster, kind, round="rx")) == [ROUND]
    assert tell(clerk, disaster, kind, round="r2").status_code == 201


def test_a_closed_disaster_takes_no_own_figure_and_the_page_keeps_what_was_typed(
    person, disaster, close, browse
):
    clerk, report_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 9},
    }  # fmt: skip
    assert clerk.put(f"/api/v1/reports/{report_id}", body).status_code == 201
    close()
    order = {"id": new_id(), "action": "own", "reason": "核查", "values": {"affected": 7}}
    refused = person("city_reviewer").put(f"/api/v1/reports/{report_id}/verdict", order)
    assert why(refused) == [OVER]

    city = browse("city_reviewer")
    form = {
        "csrf": token_of(city.get(f"/reports/{report_id}")), "id": new_id(), "action": "own",
        "indicator": "affected", "value": "7", "reason": "现场核查",
    }  # fmt: skip
    page = city.post(f"/reports/{report_id}/verdict", data=form)
    assert page.status_code == 422
    assert 'value="7"' in page.text and 'value="现场核查"' in page.text
    assert '<option value="affected" selected>' in page.text


def test_no_report_of_a_closed_disaster_is_judged_or_settled_any_more(
    person, disaster, close, browse
):
    clerk, city = person(f"township_reporter@{TOWNSHIP}"), person("city_reviewer")
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 9},
    }  # fmt: skip
    report_id, rival = new_id(), new_id()
    for each, value in ((report_id, 9), (rival, 7)):
        told = body | {"values": {"affected": value}}
        assert clerk.put(f"/api/v1/reports/{each}", told).status_code == 201
    page = browse("city_reviewer")
    assert 'value="return"' in page.get(f"/reports/{report_id}").text
    close()

    for action in ("accept", "return"):
        order = {"id": new_id(), "action": action, "reason": "核查"}
        assert why(city.put(f"/api/v1/reports/{report_id}/verdict", order)) == [OVER]
    for keep in (True, False):
        order = {"id": new_id(), "keep": keep, "reason": "核查"}
        assert why(city.put(f"/api/v1/reports/{rival}/settlement", order)) == [OVER]
    assert affected(city, disaster, TOWNSHIP) == 9
    assert 'value="return"' not in page.get(f"/reports/{report_id}").text
    assert f"/reports/{rival}/settlement" not in page.get(f"/reports/{rival}").text


def test_words_typed_for_a_disaster_that_was_closed_meanwhile_stay_in_the_field(
    person, disaster, close, browse
):
    clerk, report_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 9},
    }  # fmt: skip
    assert clerk.put(f"/api/v1/reports/{report_id}", body).status_code == 201
    desk = browse(f"township_reporter@{TOWNSHIP}")
    page = desk.get(f"/reports/{report_id}/narrative")
    close()
    form = {"csrf": token_of(page), "id": new_id(), "words": TYPED}
    answer = desk.post(f"/reports/{report_id}/narrative", data=form)

    assert answer.status_code == 422 and f"{TYPED}</textarea>" in answer.text
