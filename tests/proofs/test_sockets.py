"""Who may hear what: each socket event, role and relation; a thousand foreign joins (S-3)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Any

import pytest

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User
from relief_ops.auth.viewers import roles
from relief_ops.realtime.sockets import socketio
from tests.bench.wire import Socket
from tests.conftest import MORNING, Caller, new_id
from tests.factories.city import (
    CITY,
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
)
from tests.matrix.stage import DISABLED, HOLDS, Stage

pytestmark = [pytest.mark.proof, pytest.mark.target("S-3")]
JOINS = 1000
ASKED = (CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP, VILLAGE)
# What an area holds, restated: itself and everything below it, told by the codes alone.
BELOW = {CITY: "99", COUNTY: "9901", TOWNSHIP: "990101", NEIGHBOUR: "990102", VILLAGE: VILLAGE}
NO_EVENTS = ("join", "leave", "message", "change", "beat", "enter_room", "emit", "nonsense", "")


@pytest.fixture
def stage(app) -> Stage:
    return Stage(app)


def cookie_of(caller: Caller) -> str:
    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, caller.user_id)
        secret = services.start_session(session, user, by_link=False, second_factor=True)
    return f"session={secret}"


class Ear:
    """A socket that notes the numbers it hears, by room."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.heard: list[tuple[int, tuple[str, ...]]] = []
        self.socket: Any = None

    async def connect(self, port: int) -> bool:
        """Whether we were let in."""
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            self.socket = await asyncio.wait_for(
                Socket.connect(port, self.hear, cookie=self.cookie), 5
            )
            return True
        return False

    def hear(self, name: str, body: Any, _at: float) -> None:
        for change in [body] if name == "change" else body if name == "changes" else []:
            self.heard.append((change["seq"], tuple(change["prev"])))

    def area_numbers(self) -> set[int]:
        return {seq for seq, rooms in self.heard if set(rooms) - {"shared"}}


def report(disaster_id: str, area: str) -> dict[str, Any]:
    return {
        "disaster_id": disaster_id, "area_code": area, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 5},
    }  # fmt: skip


def test_there_is_no_socket_event_that_is_not_walked(the_app):
    assert set(socketio.server.handlers["/"]) == {"connect", "disconnect", "follow"}


def test_each_role_in_each_relation_hears_its_own_and_no_more(stage, server, tell):
    disaster = stage.disaster()
    cells = [(role, relation) for role in roles() for relation in HOLDS]
    ears = {
        cell: Ear(cookie_of(stage.person(cell[0], HOLDS[cell[1]], disabled=cell[1] == DISABLED)))
        for cell in cells
    }

    async def walk() -> tuple[list[str], set[int]]:
        wrong = []
        for (role, relation), ear in ears.items():
            if await ear.connect(server.port) == (relation == DISABLED):
                wrong.append(f"{role} ({relation}): connected is {relation == DISABLED}")
            elif relation != DISABLED:
                wrong += await follow_all(ear, role, HOLDS[relation])
        numbers = await asyncio.to_thread(
            lambda: {stage.put(f"/api/v1/reports/{new_id()}", report(disaster, TOWNSHIP))["seq"]}
        )
        await asyncio.sleep(3)
        for ear in ears.values():
            if ear.socket is not None:
                ear.socket.abort()
        await asyncio.sleep(0.1)
        return wrong, numbers

    wrong, numbers = asyncio.run(walk())
    wrong += [fault for cell, ear in ears.items() for fault in misheard(ear, *cell, numbers)]
    tell(cells=len(cells), follows=len(cells) * len(ASKED), wrong=len(wrong))
    assert not wrong, "\n".join(wrong[:40])


def misheard(ear: Ear, role: str, relation: str, numbers: set[int]) -> list[str]:
    """Return what somebody heard that was not for them, or did not hear that was."""
    heard = ear.area_numbers() & numbers
    hears = relation != DISABLED and TOWNSHIP.startswith(BELOW[HOLDS[relation]])
    wanted = numbers if hears else set()
    return [] if heard == wanted else [f"{role} ({relation}) heard {sorted(heard)}"]


async def follow_all(ear: Ear, role: str, holds: str) -> list[str]:
    wrong = []
    for code in ASKED:
        answer = await ear.socket.call("follow", {"area": code})
        if ("room" in answer) != code.startswith(BELOW[holds]):
            wrong.append(f"{role} of {holds} asked for {code}: {answer}")
    if (await ear.socket.call("follow", {"area": None})).get("room") != "shared":
        wrong.append(f"{role} of {holds} is not in the shared room")
    return wrong


def test_nobody_gets_in_without_a_sign_in(server):
    async def knock() -> list[str]:
        bad = ("", "session=", "session=" + "0" * 64, "session=null; x=y")
        return [cookie for cookie in bad if await Ear(cookie).connect(server.port)]

    assert asyncio.run(knock()) == []


def foreign() -> list[Any]:
    """Return what somebody may try in order to get into a room that is not theirs."""
    tree = geo.cached_tree()
    codes = [c for c in ASKED if not c.startswith(BELOW[TOWNSHIP])]
    rooms = [str(tree.by_code(code).id) for code in codes]
    odd = [
        0, 1, True, 1e9, [], {}, [codes[0]], {"area": codes[0]}, "*", "%", "shared", "' OR 1=1 --",
        f"{TOWNSHIP} ", f"{codes[0]}\x00", "９９００００００００００", "../" + codes[0], "x" * 9000,
    ]  # fmt: skip
    return [*codes, *rooms, *odd]


def test_a_thousand_foreign_joins_let_nothing_through(stage, server, tell):
    disaster = stage.disaster()
    thief = Ear(cookie_of(stage.person("township_reporter", TOWNSHIP)))
    owner = Ear(cookie_of(stage.person("duty_officer", CITY)))

    async def steal() -> tuple[list[Any], set[int]]:
        assert await thief.connect(server.port)
        assert await owner.connect(server.port)
        assert "room" in await owner.socket.call("follow", {"area": CITY})
        tries = itertools.islice(itertools.cycle(foreign()), JOINS)
        answers = [await thief.socket.call("follow", {"area": each}) for each in tries]
        rooms = [str(geo.cached_tree().by_code(code).id) for code in (CITY, COUNTY, NEIGHBOUR)]
        for event, room in itertools.product(NO_EVENTS, rooms):
            thief.socket.send(f'42["{event}","{room}"]'.encode())
        for raw in (
            b'42["follow"]',
            b"42[]",
            b"42{}",
            b"42",
            b'4299["follow",1,2,3]',
            b"40/admin,",
        ):
            thief.socket.send(raw)
        numbers = await asyncio.to_thread(file_reports)
        await asyncio.sleep(7)  # a heartbeat is among it
        for each in (thief, owner):
            each.socket.abort()
        await asyncio.sleep(0.1)
        return answers, numbers

    def file_reports() -> set[int]:
        return {
            stage.put(f"/api/v1/reports/{new_id()}", report(disaster, area))["seq"]
            for area in (NEIGHBOUR, FAR_TOWNSHIP)
        }

    answers, numbers = asyncio.run(steal())
    let_in = [each for each in answers if each != {"error": "not_found"}]
    tell(joins=len(answers), let_in=len(let_in), messages=len(thief.area_numbers()))
    assert not let_in, let_in[:5]
    assert thief.area_numbers() == set()
    assert numbers <= owner.area_numbers(), "who may hear it, heard it"
