"""Whatever is sent by the book of /api/openapi.json, the server keeps to the book (S-1).

That is: no 5xx, nothing wrong accepted, each answer with a status, a type and a shape the book
names. What is right by the book may still break a rule of the business: 422 is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi import checks as openapi

from relief_ops.auth.viewers import roles

SMALL, LARGE = 2, 20_000
# That nothing is done without a sign-in, each route is asked in tests/matrix.
NOT_ASKED = [openapi.positive_data_acceptance, openapi.ignored_auth]


def operations(app) -> list:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    return [each.ok() for each in schema.get_all_operations()]


def exercise(app, callers, *, examples: int) -> list[str]:
    """Call every operation with generated data, right and wrong; return what broke the book."""
    broken: list[str] = []
    turn = cycle(callers)
    for operation in operations(app):
        for mode in GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)
            _call(strategy, turn, broken, examples=examples)
    return broken


def _call(strategy, turn: Iterator, broken: list[str], *, examples: int) -> None:
    @settings(
        max_examples=examples, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def send(case) -> None:
        headers = {"Authorization": f"Bearer {next(turn).token}", "Accept-Encoding": "identity"}
        answer = case.call(headers=headers)
        what = f"{case.method} {case.formatted_path}: {answer.status_code}"
        refused = [openapi.negative_data_rejection] if 400 <= answer.status_code < 500 else []
        try:
            case.validate_response(answer, excluded_checks=NOT_ASKED + refused, headers=headers)
        except* Failure as found:
            broken.extend(f"{what} {type(each).__name__}" for each in found.exceptions)
        kind = answer.headers.get("content-type", [""])[0]
        if answer.status_code >= 400 and "problem+json" not in kind:
            broken.append(f"{what} as {kind}")

    send()


EVERYTHING = (
    "duty_officer", "township_reporter", "city_reviewer", "shelter_manager", "logistics_manager",
    "depot_keeper", "window_clerk", "case_approver", "insurance_liaison", "claim_approver",
    "system_admin", "drill_director",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.target("S-1")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_three_hundred_generated_calls_keep_to_the_book(app, person, disaster):
    broken = exercise(app, [person(*EVERYTHING)], examples=SMALL)

    assert not broken, "\n".join(broken[:40])


@pytest.mark.proof
@pytest.mark.sqlite_in_proof
@pytest.mark.target("S-1")
@pytest.mark.long(500)
def test_twenty_thousand_generated_calls_keep_to_the_book(app, person, disaster, tell):
    """As many of each operation, by people of every role in turn, and one who may do everything."""
    by_everybody(app, person, tell, calls=LARGE)


@pytest.mark.proof
@pytest.mark.target("S-1")
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.long(150)
def test_four_thousand_generated_calls_keep_to_the_book(app, person, disaster, tell):
    """What only PostgreSQL would refuse shows early; all twenty thousand go there at night."""
    by_everybody(app, person, tell, calls=LARGE // 5)


def by_everybody(app, person, tell, *, calls: int) -> None:
    callers = [person(*EVERYTHING), *(person(role) for role in roles())]
    kinds = len(operations(app)) * len(GenerationMode)
    broken = exercise(app, callers, examples=-(-calls // kinds))
    tell(calls=calls, roles=len(callers), broken=len(broken))

    assert not broken, "\n".join(broken[:40])


def test_a_map_layer_is_documented_as_the_geojson_it_is(app, person):
    spec = app.test_client().get("/api/openapi.json").json
    answered = person("duty_officer").get("/api/v1/layers/shelters")
    documented = spec["paths"]["/api/v1/layers/{layer_id}"]["get"]["responses"]["200"]["content"]

    assert list(documented) == [answered.content_type]
