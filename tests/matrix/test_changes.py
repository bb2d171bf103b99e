"""The walk of every changing route (design.md §5): 401, 403, 404, or it works."""

from __future__ import annotations

import pytest
from flask import Flask

from relief_ops.auth.viewers import roles
from tests.matrix.stage import ABOVE as ANCESTOR
from tests.matrix.stage import DISABLED, OWN, Stage
from tests.matrix.table import ELSEWHERE, ROWS, Ask, Row

pytestmark = pytest.mark.target("S-2")

IN_SCOPE = {OWN, ANCESTOR}
DONE = {200, 201, 204}


def changing(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.methods & {"PUT", "POST", "DELETE", "PATCH"}
    }


def test_every_changing_route_is_in_the_table(the_app: Flask):
    known = {row.endpoint for row in ROWS} | set(ELSEWHERE)

    assert changing(the_app) == known, "add the route to tests/matrix/table.py"


def expected(row: Row, role: str, relation: str) -> set[int]:
    """Work out from the role what must be answered."""
    if relation == DISABLED:
        return {401}
    may = row.allows(role)
    if relation == ANCESTOR and row.own_only:
        return {403}
    if relation in IN_SCOPE:
        return DONE if may else {403}
    # Whoever lacks the function altogether hears so, before anything is looked up.
    return {404} if may else {403, 404}


def send(stage: Stage, row: Row, ask: Ask, role: str, relation: str) -> int:
    caller = stage.person(role, row.holds[relation], disabled=relation == DISABLED)
    return caller.call(row.method, ask.path, ask.body, **ask.headers).status_code


def telling(row: Row) -> list[tuple[str, str]]:
    """Return the pairs of role and relation that tell most: whoever may, in every relation;
    the others in their own area, where only the missing permission stands in the way."""
    return [
        (role, relation)
        for role in roles()
        for relation in row.holds
        if relation == OWN or row.allows(role)
    ]


def everything(row: Row) -> list[tuple[str, str]]:
    return [(role, relation) for role in roles() for relation in row.holds]


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.endpoint)
def test_who_may_change_it(stage: Stage, row: Row):
    walk(stage, row, telling(row))


@pytest.mark.proof
@pytest.mark.sqlite_in_proof
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.endpoint)
def test_nobody_else_may_change_it(stage: Stage, row: Row):
    walk(stage, row, everything(row))


def walk(stage: Stage, row: Row, pairs: list[tuple[str, str]]) -> None:
    refused, wrong = row.make(stage), []
    if stage.nobody.call(row.method, refused.path, refused.body).status_code != 401:
        wrong.append("a stranger was not told to sign in")
    for role, relation in pairs:
        wanted = expected(row, role, relation)
        ask = row.make(stage) if wanted == DONE else refused
        found = send(stage, row, ask, role, relation)
        if found not in wanted:
            wrong.append(f"{role} ({relation}): {found}, not {sorted(wanted)}")

    assert not wrong, f"{row.endpoint} ({row.permission}):\n" + "\n".join(wrong)
