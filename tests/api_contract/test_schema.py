"""Whatever is sent by the book of /api/openapi.json, the server never breaks."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

SMALL, LARGE = 2, 10_000


def operations(app) -> list:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    return [each.ok() for each in schema.get_all_operations()]


def exercise(app, caller, *, examples: int) -> list[str]:
    """Call every operation with generated data, right and wrong; return what broke."""
    broken: list[str] = []
    for operation in operations(app):
        for mode in GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)
            _call(strategy, caller, broken, examples=examples)
    return broken


def _call(strategy, caller, broken: list[str], *, examples: int) -> None:
    @settings(
        max_examples=examples, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def send(case) -> None:
        headers = {"Authorization": f"Bearer {caller.token}"}
        answer = case.call(headers=headers)
        if answer.status_code >= 500 or (answer.status_code == 404 and not answer.content):
            broken.append(f"{case.method} {case.formatted_path}: {answer.status_code}")
        kind = answer.headers.get("content-type", [""])[0]
        if answer.status_code >= 400 and "problem+json" not in kind:
            broken.append(f"{case.method} {case.formatted_path}: {answer.status_code} as {kind}")

    send()


EVERYTHING = (
    "duty_officer", "township_reporter", "city_reviewer", "shelter_manager", "logistics_manager",
    "depot_keeper", "window_clerk", "case_approver", "insurance_liaison", "claim_approver",
    "system_admin", "drill_director",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.target("S-1")
def test_three_hundred_generated_calls_break_nothing(app, person, disaster):
    broken = exercise(app, person(*EVERYTHING), examples=SMALL)

    assert not broken, "\n".join(broken[:40])


@pytest.mark.proof
@pytest.mark.target("S-1")
def test_ten_thousand_generated_calls_break_nothing(app, person, disaster):
    """Ten thousand on each database, as many of each operation, right ones and wrong ones."""
    kinds = len(operations(app)) * len(GenerationMode)
    broken = exercise(app, person(*EVERYTHING), examples=-(-LARGE // kinds))

    assert not broken, "\n".join(broken[:40])
