"""Bad input: the right code, clear words in both languages, and nothing half-written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from damage_reports.models import Report, ReportValue
from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import Token
from relief_ops.events.models import EventRow
from relief_ops.receipts import ReceiptRow
from tests.conftest import MORNING, new_id
from tests.factories.city import TOWNSHIP
from tests.spine.test_live import cookie_of

pytestmark = pytest.mark.sqlite_first

HAN = re.compile("[一-鿿]")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def good(disaster) -> dict[str, Any]:
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 5},
    }  # fmt: skip


def dumped(body: Any) -> bytes:
    return json.dumps(body).encode()


def counts() -> tuple[int, ...]:
    with act_as(SYSTEM), db.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(each)) or 0
            for each in (Report, ReportValue, ReceiptRow, EventRow)
        )


MALFORMED, LARGE, INVALID = (400, "malformed"), (413, "too_large"), (422, "invalid")


def spoilt(**changes: Any) -> Callable[[dict[str, Any]], bytes]:
    """Return a maker of the good report with some fields spoilt."""
    return lambda good: dumped(good | changes)


def figure(value: Any) -> Callable[[dict[str, Any]], bytes]:
    return spoilt(values={"affected": value})


def told_by(name: str) -> Callable[[dict[str, Any]], bytes]:
    return spoilt(entered_for={"told_by": name, "means": "phone"})


def without_round(good: dict[str, Any]) -> bytes:
    return dumped({key: value for key, value in good.items() if key != "round"})


BODIES = {
    "not JSON at all": (lambda good: b"{affected: 5", MALFORMED),
    "an empty body": (lambda good: b"", MALFORMED),
    "broken UTF-8": (lambda good: dumped(good).replace(b"r1", b"r\xff\xfe"), MALFORMED),
    "UTF-16": (lambda good: json.dumps(good).encode("utf-16"), MALFORMED),
    "a list": (lambda good: dumped([good]), MALFORMED),
    "a bare string": (lambda good: b'"report"', MALFORMED),
    "a key twice": (lambda good: b'{"round": "r1", ' + dumped(good)[1:], MALFORMED),
    "NaN": (figure(float("nan")), MALFORMED),
    "infinity": (figure(float("inf")), MALFORMED),
    "nested 3,000 deep": (lambda good: b"[" * 3000 + b"]" * 3000, MALFORMED),
    "a report of 9 kB": (spoilt(reasons={f"x{n}": "r" * 300 for n in range(30)}), LARGE),
    "20 MB": (lambda good: b"x" * 20_000_000, LARGE),
    "a field of another type": (spoilt(values=[5]), INVALID),
    "true for a number": (figure(True), INVALID),
    "words for a number": (figure("五"), INVALID),
    "a negative number": (figure(-1), INVALID),
    "half a person": (figure(1.5), INVALID),
    "a number without end": (figure(10**30), INVALID),
    "1e999999": (lambda good: dumped(good).replace(b": 5}", b": 1e999999}"), INVALID),
    "1e999999999": (lambda good: dumped(good).replace(b": 5}", b": 1e999999999}"), INVALID),
    "1e-999999999": (lambda good: dumped(good).replace(b": 5}", b": 1e-999999999}"), INVALID),
    "an exponent past all": (
        lambda good: dumped(good).replace(b": 5}", b": 1e%s}" % (b"9" * 30)),
        MALFORMED,
    ),
    "an unknown indicator": (spoilt(values={"ghosts": 1}), INVALID),
    "an unknown field": (spoilt(admin=True), INVALID),
    "a field left out": (without_round, INVALID),
    "a time without a zone": (spoilt(as_of="2013-10-06T08:00"), INVALID),
    "a time before the calendar": (spoilt(as_of="0001-01-01T00:00:00+23:59"), INVALID),
    "a time to come": (spoilt(as_of="2099-01-01T00:00Z"), INVALID),
    "an area that is nowhere": (spoilt(area_code="111111111111"), INVALID),
    "an area code of letters": (spoilt(area_code="x' OR 1=1"), INVALID),
    "a round with a line break": (spoilt(round="r\n1"), INVALID),
    "a NUL": (told_by("a\x00b"), MALFORMED),
    "half a surrogate": (
        lambda good: told_by("X")(good).replace(b'"X"', b'"\\ud800"'),
        MALFORMED,
    ),
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bad_report_is_refused_in_clear_words_and_leaves_nothing(reporter, good, what, language):
    spoil, (status, code) = BODIES[what]
    before = counts()

    answer = reporter.put(f"/api/v1/reports/{new_id()}", spoil(good), Accept_Language=language)

    assert (answer.status_code, answer.json["code"]) == (status, code), answer.json
    assert answer.content_type == "application/problem+json"
    said = [answer.json["detail"], *(each["message"] for each in answer.json.get("errors", []))]
    assert all(bool(HAN.search(each)) == (language == "zh") for each in said), said
    assert status != 422 or answer.json["errors"][0]["field"], answer.json
    assert "Traceback" not in answer.text
    assert counts() == before


def test_the_good_report_is_taken(reporter, good):
    assert reporter.put(f"/api/v1/reports/{new_id()}", good).status_code == 201


FAR = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1899-12-31T00:00:00Z"]


@pytest.mark.parametrize("when", FAR)
def test_a_year_no_page_could_show_is_never_kept(reporter, disaster, when):
    need = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "quilt", "quantity": 5,
        "due_at": when,
    }  # fmt: skip

    answer = reporter.put(f"/api/v1/needs/{new_id()}", need)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "due_at")
    assert reporter.get(f"/api/v1/needs?disaster={disaster['id']}").status_code == 200


@pytest.mark.parametrize("quantity", [b"1e999999999", b"1e-999999999", b"true"])
def test_a_number_that_is_none_is_no_quantity(reporter, disaster, quantity):
    need = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "quilt", "quantity": 5,
    }  # fmt: skip

    answer = reporter.put(
        f"/api/v1/needs/{new_id()}", dumped(need).replace(b": 5}", b": %s}" % quantity)
    )

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "quantity")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/json", ""])
def test_another_content_type_is_415(reporter, good, kind):
    answer = reporter.client.put(
        f"/api/v1/reports/{new_id()}", data=dumped(good), content_type=kind,
        headers={"Authorization": f"Bearer {reporter.token}"},
    )  # fmt: skip

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type")


def test_an_expired_a_revoked_and_an_invented_token_are_401(reporter, good):
    path = f"/api/v1/reports/{new_id()}"
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(Token).values(expires_at=clock.now()))
    expired = reporter.put(path, good)
    reporter.token = "x" * 5000
    invented = reporter.put(path, good)
    foreign = reporter.client.put(
        path, json=good, headers={"Authorization": b"Bearer \xe4\xbb\xa4"}
    )

    assert [each.status_code for each in (expired, invented, foreign)] == [401, 401, 401]
    assert expired.json["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "path", ["/api/v1/reports/not-an-id", "/api/v1/nothing", "/api/v1/reports/"]
)
def test_an_address_that_is_none_is_404(reporter, good, path):
    answer = reporter.put(path, good)

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_method_that_is_none_is_405_and_says_which_are(reporter, good):
    answer = reporter.call("POST", f"/api/v1/reports/{new_id()}", good)

    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "PUT" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "query",
    [
        "disaster=x", "at=yesterday", "at=2013-10-06T08:00", "known_at=99999-01-01T00:00Z",
        "basis=guessed", "bbox=1,2,3", "bbox=nan,nan,nan,nan", "area=%F0%28",
        "at=0001-01-01T00:00:00%2B23:59", "limit=x",
    ],
)  # fmt: skip
def test_a_bad_address_is_explained(person, disaster, query):
    reviewer = person("city_reviewer")
    asked = query if query.startswith("disaster=") else f"disaster={disaster['id']}&{query}"

    answer = reviewer.get(f"/api/v1/rollup?{asked}")

    assert answer.status_code == 422, answer.json
    assert answer.json["code"] == "invalid"


@pytest.mark.parametrize(
    "address",
    [
        "/desk/totals?at=9999-12-31T23:59:59Z", "/desk/totals?at=0001-01-01T00:00:00Z",
        "/desk/totals?basis=guessed", "/api/v1/totals?at=9999-12-31T23:59:59Z",
        "/stock?at=9999-12-31T23:59:59Z", "/api/v1/layers/indicators?basis=guessed",
        f"/areas/{TOWNSHIP}/panel?basis=guessed", "/desk/snapshot.html?basis=guessed",
    ],
)  # fmt: skip
def test_no_page_fails_over_a_bad_address(person, disaster, address):
    assert person("city_reviewer").get(address).status_code == 422


def test_no_changes_at_all_may_be_asked_for(person, disaster):
    answer = person("city_reviewer").get("/api/v1/events?after=0&limit=0")

    assert answer.status_code == 200


def test_a_nul_in_the_address_is_malformed(person, disaster):
    answer = person("city_reviewer").get(f"/api/v1/rollup?disaster={disaster['id']}&area=%00")

    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


def test_if_match_of_nonsense_is_refused_and_changes_nothing(person, disaster):
    officer = person("duty_officer")
    before = counts()
    for tag in ('"x"', "*", "1; drop table", "-1", "9" * 400):
        answer = officer.put(
            f"/api/v1/disasters/{disaster['id']}", dict(disaster_body()), If_Match=tag
        )
        assert answer.status_code in (412, 422), (tag, answer.json)

    assert counts() == before


def disaster_body() -> dict[str, Any]:
    return {"name": "别的", "kind": "flood", "started_at": MORNING.isoformat()}


def test_a_form_of_thousands_of_fields_is_refused(client):
    answer = client.post("/sign-in", data={f"f{n}": "x" for n in range(5000)})

    assert answer.status_code in (400, 403, 413)


def test_a_figure_that_is_a_list_is_one_error_of_its_own_field(reporter, good):
    answer = reporter.put(f"/api/v1/reports/{new_id()}", good | {"values": {"affected": [1]}})

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["values.affected"]


def test_a_character_that_is_no_text_is_said_in_words_that_fit(person, disaster):
    answer = person("city_reviewer").get("/api/v1/rollup?disaster=%00")

    assert answer.status_code == 400
    assert "JSON" not in answer.json["detail"]


def test_whoever_may_not_see_the_map_begins_with_what_they_may_see(app, person):
    client = app.test_client()
    client.set_cookie("session", cookie_of(person("auditor")))
    answer = client.get("/")

    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
