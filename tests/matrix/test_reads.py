"""The walk of reading: who sees a thing, in lists and layers too; rooms and catch-up alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from relief_ops import geo
from relief_ops.auth import visible_rooms
from relief_ops.auth.viewers import Grant, Viewer, roles
from relief_ops.events import SHARED
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.matrix.reading import ELSEWHERE, LOOKS, Look
from tests.matrix.stage import ABOVE, BELOW, BESIDE, DISABLED, HOLDS, OWN, Stage

pytestmark = pytest.mark.target("S-2")


def reading(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and "GET" in rule.methods
    }


def test_every_reading_route_is_in_the_table(the_app: Flask):
    known = {look.endpoint for look in LOOKS} | set(ELSEWHERE)

    assert reading(the_app) == known, "add the route to tests/matrix/reading.py"


def fault(look: Look, stage: Stage, role: str, relation: str, path: str) -> str | None:
    """Return what is wrong with the answer somebody gets, if anything."""
    caller = stage.person(role, HOLDS[relation], disabled=relation == DISABLED)
    answer = caller.get(path)
    inside = relation in (OWN, ABOVE)
    if relation == DISABLED:
        wanted = {401}
    elif not may(look, role):
        wanted = {403} if inside or look.kind != "object" else {403, 404}
    else:
        wanted = {200} if inside or look.kind != "object" else {404}
    if answer.status_code not in wanted:
        return f"{role} ({relation}): {answer.status_code}, not {sorted(wanted)}"
    if look.kind != "list" or answer.status_code != 200:
        return None
    shown = look.thing(stage).encode() in answer.data  # type: ignore[misc]
    return None if shown == inside else f"{role} ({relation}): it is {'' if shown else 'not '}named"


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.endpoint)
def test_who_may_see_it(stage: Stage, look: Look):
    walk(stage, look, lambda role, relation: relation == OWN or may(look, role))


@pytest.mark.proof
@pytest.mark.sqlite_in_proof
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.endpoint)
def test_nobody_else_may_see_it(stage: Stage, look: Look):
    walk(stage, look, lambda role, relation: True)


def may(look: Look, role: str) -> bool:
    return look.permission in roles()[role]["permissions"]


def walk(stage: Stage, look: Look, wanted: Callable[[str, str], bool]) -> None:
    path = look.path(stage)
    if look.thing:
        look.thing(stage)
    wrong = [] if stage.nobody.get(path).status_code == 401 else ["a stranger got in"]
    for role in roles():
        for relation in HOLDS:
            found = wanted(role, relation) and fault(look, stage, role, relation, path)
            wrong += [found] if found else []

    assert not wrong, f"{path} ({look.permission}):\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("holds", "hears"),
    [
        (CITY, {CITY, COUNTY, TOWNSHIP, NEIGHBOUR, VILLAGE}),
        (COUNTY, {COUNTY, TOWNSHIP, NEIGHBOUR, VILLAGE}),
        (TOWNSHIP, {TOWNSHIP, VILLAGE}),
        (NEIGHBOUR, {NEIGHBOUR}),
        (VILLAGE, {VILLAGE}),
    ],
)
def test_a_socket_hears_its_own_areas_and_what_is_shared(stage: Stage, holds: str, hears: set[str]):
    tree = geo.cached_tree()
    who = Viewer(
        id=geo.cached_tree().root.id, grants=(Grant("duty_officer", tree.by_code(holds).id),)
    )
    asked = (CITY, COUNTY, TOWNSHIP, NEIGHBOUR, VILLAGE)

    assert {code for code in asked if visible_rooms(who, tree.by_code(code).id)} == hears
    assert visible_rooms(who, SHARED)
    assert not visible_rooms(Viewer(id=None), SHARED)


def test_catch_up_tells_an_area_s_changes_to_nobody_beside_or_below(stage: Stage):
    seq = stage.put(f"/api/v1/reports/{new_id()}", stage.report_body())["seq"]
    told = {}
    for relation, area in {OWN: TOWNSHIP, ABOVE: COUNTY, BESIDE: NEIGHBOUR, BELOW: VILLAGE}.items():
        caller = stage.person("duty_officer", area)
        own = caller.get(f"/api/v1/events?area={area}&after={seq - 1}").json["events"]
        shared = caller.get(f"/api/v1/events?after={seq - 1}").json["events"]
        told[relation] = any(each["seq"] == seq for each in [*own, *shared])

    assert told == {OWN: True, ABOVE: True, BESIDE: False, BELOW: False}


@pytest.mark.parametrize(
    ("path", "name"),
    [("/shelters/export?format=geojson", "临江村避灾点"), ("/stock/balances.xlsx", "东山县库")],
)
def test_exports_are_cut_to_the_areas_of_whoever_asks(stage: Stage, path: str, name: str):
    stage.once("look:shelter", stage.shelter)
    stage.depot()
    seen = {}
    for area in (COUNTY, NEIGHBOUR):
        answer = stage.app.test_client().get(path, headers=_signed_in(stage, area))
        assert answer.status_code == 200
        seen[area] = name in _text(answer.data)

    assert seen == {COUNTY: True, NEIGHBOUR: False}


def _signed_in(stage: Stage, area: str) -> dict[str, str]:
    caller = stage.person("duty_officer", area)
    return {"Authorization": f"Bearer {caller.token}"}


def _text(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode()
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if ".xml" in name)
