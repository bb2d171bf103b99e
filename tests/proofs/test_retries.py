"""Fifty senders of one id make one report (D-3); another body under it changes nothing (D-4)."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest
import uuid6

from tests.bench import data
from tests.bench.wire import Answer, Http
from tests.bench.world import World, areas, bearer, world
from tests.conftest import KINDS

pytestmark = pytest.mark.sqlite_first
WRITERS, PAIRS = 50, 200
ROUNDS = [20, pytest.param(200, marks=pytest.mark.proof)]


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.target("D-3")
@pytest.mark.long(100)
def test_fifty_writers_of_one_id_make_one_report_each_time(kind, rounds, tell):
    with world(kind) as made:
        statuses, receipts = asyncio.run(_race(made, made.serve().port, rounds))
    tell(rounds=rounds, writers=WRITERS, statuses=dict(statuses))

    assert statuses == {201: rounds, 200: rounds * (WRITERS - 1)}
    assert all(len(each) == 1 for each in receipts), "the same receipt to all of them"


async def _race(made: World, port: int, rounds: int) -> tuple[Counter[int], list[set[bytes]]]:
    disaster = data.disaster()
    villages = [node.code for node in areas("village")]
    # Ten accounts, for one may not send so much so fast.
    tokens = [made.token(f"writer{number}", "township_reporter") for number in range(10)]
    clients = [Http(port, bearer(tokens[number % 10])) for number in range(WRITERS)]
    statuses: Counter[int] = Counter()
    receipts: list[set[bytes]] = []
    for number in range(rounds):
        path = f"/api/v1/reports/{uuid6.uuid7()}"
        body = data.report_body(disaster, villages[number], {"affected": number})
        answers = await asyncio.gather(*(each.call("PUT", path, body) for each in clients))
        statuses.update(each.status for each in answers)
        receipts.append({each.body for each in answers})
    for client in clients:
        client.close()
    return statuses, receipts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.target("D-4")
def test_another_body_under_a_known_id_is_always_refused(kind, tell):
    with world(kind) as made:
        port = made.serve().port
        disaster, token = data.disaster(), made.token("writer", "township_reporter")
        villages = [node.code for node in areas("village")]
        pairs = [_pair(number, disaster, villages) for number in range(PAIRS)]
        answers = asyncio.run(_differ(port, token, pairs))
    wrong = [
        (pair[1], [(each.status, each.body.decode()) for each in answer])
        for pair, answer in zip(pairs, answers, strict=True)
        if not _kept(pair, answer)
    ]
    tell(pairs=len(pairs), wrong=len(wrong))

    assert wrong == []


def _pair(number: int, disaster: str, villages: list[str]) -> tuple[Any, Any]:
    """Return a village's report and a body that differs from it in one thing, at random."""
    random = Random(f"pair:{number}")
    values = {"affected": random.randrange(10**6), "deaths": None}
    first = data.report_body(disaster, villages[number], values)
    change: dict[str, Any] = random.choice(
        [
            {"values": values | {"affected": values["affected"] + random.randrange(1, 99)}},
            {"values": values | {"deaths": 0}},
            {"values": {"affected": values["affected"]}},
            {"area_code": villages[number + PAIRS]},
            {"round": "other"},
            {"as_of": "2013-10-06T00:00:01Z"},
            {"reasons": {"affected": "重新核实"}},
        ]
    )
    return first, first | change


async def _differ(
    port: int, token: str, pairs: list[tuple[Any, Any]]
) -> list[tuple[Answer, Answer, Answer]]:
    found = []
    async with Http(port, bearer(token)) as client:
        for first, other in pairs:
            path = f"/api/v1/reports/{uuid6.uuid7()}"
            made = await client.call("PUT", path, first)
            refused = await client.call("PUT", path, other)
            found.append((made, refused, await client.call("GET", path)))
    return found


def _kept(pair: tuple[Any, Any], answers: tuple[Answer, Answer, Answer]) -> bool:
    made, refused, stored = answers
    return (
        made.status == 201
        and (refused.status, refused.json()["code"]) == (409, "body_differs")
        and stored.json()["area_code"] == pair[0]["area_code"]
        and stored.json()["values"]["affected"] == pair[0]["values"]["affected"]
        and stored.json()["values"]["deaths"] is None
    )
