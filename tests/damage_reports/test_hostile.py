"""Whatever is thrown at the newest routes: refused in words, never a fault, nothing half kept."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.damage_reports.test_pages import filled, hidden, token_of
from tests.damage_reports.test_rounds import FIRST, file
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.rosters import add, row_body
from tests.files.pictures import announcement, jpeg, send
from tests.reporting import open_round

pytestmark = pytest.mark.sqlite_first

SCRIPT = "<script>alert(1)</script>"
STRANGE = [
    None, True, -1, 10**30, 1.5, "", SCRIPT, "x" * 5000, [], {}, [None], "\u202e",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
BODIES = [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"a":"\\ud800"}', b"[" * 5000]
TOLD = {
    "taken_at": "2013-10-06T01:00:00Z", "time_source": "typed", "lon": 121.5, "lat": 29.8,
    "place_source": "typed",
}  # fmt: skip


def head():
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.max(EventRow.seq)))


@pytest.fixture
def caller(person):
    """Return somebody who may do all of it, so that nothing is refused for want of permission."""
    here = (f"township_reporter@{TOWNSHIP}", f"township_reviewer@{TOWNSHIP}")
    return person(*here, f"county_reviewer@{COUNTY}", "city_reviewer")


@pytest.fixture
def orders(caller, person, disaster):
    """Return right orders with where they go; what is thrown has one thing wrong in it."""
    open_round(person, disaster, FIRST)
    report_id = file(person(f"township_reporter@{TOWNSHIP}"), disaster)
    where = {"disaster_id": disaster["id"], "area_code": TOWNSHIP}
    stability_id = new_id()
    stable = where | {"area_code": COUNTY, "stable_at": "2013-10-06T20:00:00+08:00", "note": ""}
    assert caller.put(f"/api/v1/stabilities/{stability_id}", stable).status_code == 201
    data, pair = jpeg(77), {"left": add(caller, disaster), "right": add(caller, disaster)}
    verdict = {"id": new_id(), "action": "refuse", "reason": "x"}
    own = {"action": "own", "reason": "x", "values": {"affected": 3}, "id": new_id()}
    judged = person("county_reviewer").put(f"/api/v1/reports/{report_id}/verdict", own)
    assert judged.status_code == 201, judged.json
    figures = caller.get(f"/api/v1/reports/{report_id}/own-figures").json["own_figures"]
    answered = f"/api/v1/own-figures/{figures[0]['id']}/answers/"
    row = row_body(disaster["id"], "relocated", returned_at="2013-10-07T08:00:00Z")
    return [
        ("/api/v1/stabilities/", "", stable),
        (f"/api/v1/stabilities/{stability_id}/verdict", None, verdict),
        (f"/api/v1/reports/{report_id}/hold", None, {"id": new_id(), "take_over": True}),
        (answered, "", {"answer": "dispute", "reason": "x"}),
        ("/api/v1/files/", "", announcement(data, **TOLD)),
        ("/api/v1/report-photos/", "",
         where | TOLD | {"round": FIRST, "file_id": send(caller, data), "caption": ""}),
        ("/api/v1/roster-rows/", "", row_body(disaster["id"])),
        ("/api/v1/roster-rows/", "", row),
        ("/api/v1/roster-rows/", "", row_body(disaster["id"], "houses", damaged_on="2013-10-06")),
        ("/api/v1/roster-matches/", "", pair | {"same": False, "keep": None, "base": None}),
    ]  # fmt: skip


def test_no_strange_value_in_any_field_is_a_fault_or_half_kept(caller, orders):
    wrong = []
    for path, own_id, right in orders:
        thrown = [right | {field: value} for field in [*right, "unknown"] for value in STRANGE]
        for body in [*(json.dumps(each).encode() for each in thrown), *BODIES]:
            before, address = head(), path if own_id is None else path + new_id()
            answer = caller.put(address, body)
            kept = answer.status_code < 300
            if answer.status_code >= 500 or (head() != before and not kept):
                wrong.append((path, body[:300], answer.status_code))

    assert wrong == []


@pytest.mark.parametrize(
    "address",
    ["/reports/stability", "/rosters/casualties", "/rosters/relocated", "/rosters/houses",
     "/rosters/casualties/duplicates", "/rosters/houses/print", "/api/v1/reconciliation"],
)  # fmt: skip
@pytest.mark.parametrize(
    "query", ["page=9" + "9" * 30, "sort=__dict__", "show=%00", "at=0001-01-01"]
)
def test_no_strange_address_is_a_fault(caller, orders, address, query):
    assert caller.get(f"{address}?area={TOWNSHIP}&{query}").status_code < 500


DIGITS = "9" * 40
ODD = [
    {"values.crop_affected": DIGITS, "units.crop_affected": "mu"},
    {"values.crop_affected": "1E+999999", "units.crop_affected": "mu"},
    {"values.loss_total": DIGITS, "units.loss_total": "yuan"},
    {"values.affected": DIGITS}, {"id": "x"}, {"id": ""}, {"values": "5"}, {"units": "mu"},
    {"reasons": "x"}, {"unknown": "1"},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_form_at_the_desk_is_answered_with_what_was_typed(browse, disaster, odd):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = clerk.get("/reports/new")
    form = filled(page) | {"values.injured": "4321", "round": "r1"} | odd
    form = {key: each for key, each in form.items() if key.split(".")[0] not in odd or key in odd}
    before = head()

    answer = clerk.post("/reports/new", data=form)

    assert answer.status_code == 422
    assert 'value="4321"' in answer.text or "values" in odd
    assert head() == before
    again = {"id": hidden(answer, "id"), "csrf": token_of(answer)}
    right = filled(page) | again | {"values.injured": "1", "round": "r1"}
    assert clerk.post("/reports/new", data=right).status_code == 303


def test_a_form_of_no_disaster_at_all_is_refused_in_words(browse, disaster):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(clerk.get("/reports/new")) | {"values.affected": "1", "disaster_id": "x"}

    assert clerk.post("/reports/new", data=form).status_code == 422
