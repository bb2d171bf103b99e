"""A bad network loses nothing and doubles nothing (quality D-2, fault 9)."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from damage_reports.models import Report
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.receipts import ReceiptRow
from tests.conftest import MORNING, new_id
from tests.factories.city import TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy, seeded

WRITERS, TRIES = 8, 30


class Outbox:
    """A reporter's phone: sends the same bytes until a receipt comes back."""

    def __init__(self, proxy: Proxy, token: str, timeout: float = 10):
        self.client = httpx.Client(
            base_url=proxy.url, timeout=timeout, headers={"Authorization": f"Bearer {token}"}
        )
        self.retries = 0

    def __enter__(self) -> Outbox:
        return self

    def __exit__(self, *_error: object) -> None:
        self.client.close()

    def send(self, report_id: str, body: dict[str, Any]) -> dict[str, Any]:
        for _ in range(TRIES):
            try:
                answer = self.client.put(f"/api/v1/reports/{report_id}", json=body)
            except httpx.TransportError:
                self.retries += 1
                continue
            assert answer.status_code in (200, 201), answer.text
            return answer.json()
        raise AssertionError(f"{report_id} found no way in {TRIES} tries")


def report(disaster: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": f"r{number}",
        "as_of": MORNING.isoformat(), "values": {"affected": 9},
    }  # fmt: skip


def send_all(proxy: Proxy, token: str, bodies: dict[str, Any], *, timeout: float = 10) -> dict:
    """Send everything from eight phones at once and return the receipts by id."""
    waiting, receipts, errors = list(bodies.items()), {}, []

    def work() -> None:
        try:
            with Outbox(proxy, token, timeout) as outbox:
                while waiting:
                    report_id, body = waiting.pop()
                    receipts[report_id] = outbox.send(report_id, body)
        except (AssertionError, IndexError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not errors, errors[0]
    return receipts


def stored() -> tuple[int, dict[str, int]]:
    with act_as(SYSTEM), db.reading() as session:
        count = session.scalar(select(func.count()).select_from(Report))
        rows = session.execute(select(ReceiptRow.id, ReceiptRow.seq)).all()
    return count or 0, {str(each): seq for each, seq in rows}


def swallowing(part: int, of: int, *, seed: int = 1) -> Callable[[int], Fault | None]:
    """Return a script that swallows the answers of so many of the first requests."""
    chosen = set(random.Random(seed).sample(range(of), part))
    return lambda number: Fault(Kind.SWALLOW) if number in chosen else None


def prove_swallowed(server, person, disaster, *, part: int, of: int) -> None:
    reporter = person(f"township_reporter@{TOWNSHIP}")
    bodies = {new_id(): report(disaster, number) for number in range(of)}
    with Proxy(server.port, swallowing(part, of)) as proxy:
        receipts = send_all(proxy, reporter.token, bodies)
        swallowed = proxy.met[Kind.SWALLOW]

    count, kept = stored()

    assert swallowed == part
    assert count == of == len(receipts)
    assert all(kept[each] == receipt["seq"] for each, receipt in receipts.items())


@pytest.mark.slow
@pytest.mark.proof
def test_swallowed_answers_double_nothing(server, person, disaster):
    prove_swallowed(server, person, disaster, part=100, of=500)


@pytest.mark.proof
@pytest.mark.target("D-2")
@pytest.mark.long(100)
def test_a_thousand_swallowed_answers_of_five_thousand_double_nothing(server, person, disaster):
    prove_swallowed(server, person, disaster, part=1000, of=5000)


@pytest.mark.proof
@pytest.mark.target("F-1")
def test_each_kind_of_fault_loses_and_doubles_nothing(server, person, disaster):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    for turn, kind in enumerate(Kind):
        bodies = {new_id(): report(disaster, 100 * turn + number) for number in range(24)}
        with Proxy(server.port, seeded(7, kinds=(kind,), part=0.4)) as proxy:
            receipts = send_all(proxy, reporter.token, bodies)
            met = proxy.met[kind]

        count, kept = stored()

        assert met > 0, kind
        assert len(receipts) == len(bodies), kind
        assert count == (turn + 1) * len(bodies), kind
        assert {one: receipt["seq"] for one, receipt in receipts.items()}.items() <= kept.items()


@pytest.mark.slow
@pytest.mark.target("F-1")
def test_a_report_of_eight_kilobytes_gets_through_at_64_kbit(server, person, disaster):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    body = report(disaster, 1) | {"reasons": {f"x{n}": "长" * 100 for n in range(18)}}
    with (
        Proxy(server.port, lambda _number: Fault(Kind.SLOW, bits=64_000)) as proxy,
        Outbox(proxy, reporter.token, 30) as outbox,
    ):
        receipt = outbox.send(new_id(), body)

    assert receipt["revision"] == 1
