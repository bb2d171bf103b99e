"""The worker's own daily work: the refusals of each day go into the chain, once."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from relief_ops import clock, db, plugins
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.events.models import EventRow
from relief_ops.worker import Ahead, Digest, last_due

# 00:59 in Beijing on 2 March 2031 is 16:59 UTC on the first.
BEFORE_ONE = datetime(2031, 3, 1, 16, 59, tzinfo=UTC)
AT_ONE = datetime(2031, 3, 1, 17, 0, tzinfo=UTC)


def refused(at: datetime, times: int = 1) -> None:
    with time_machine.travel(at, tick=False), db.transaction() as session:
        for _number in range(times):
            services.note_denial(
                session, actor_id=None, code="forbidden", endpoint="users.listed", address="::1"
            )


def night(at: datetime, digest: Digest) -> int:
    """Let the worker poll at an instant until nothing is left; return how often it worked."""
    with time_machine.travel(at, tick=False), act_as(SYSTEM):
        return sum(iter(digest.step, False))


def digests() -> dict[date, int]:
    with db.reading() as session:
        rows = session.scalars(
            select(EventRow.payload).where(EventRow.name == "denial.digest").order_by(EventRow.seq)
        ).all()
    found = [json.loads(each) for each in rows]
    assert len({each["day"] for each in found}) == len(found), "a day stands twice"
    return {date.fromisoformat(each["day"]): each["count"] for each in found}


@pytest.mark.parametrize(
    ("at", "day"), [(BEFORE_ONE, date(2031, 2, 28)), (AT_ONE, date(2031, 3, 1))]
)
def test_a_day_is_due_from_one_o_clock_of_the_next_in_beijing(at, day):
    with time_machine.travel(at, tick=False):
        assert last_due() == day


def test_the_digest_is_written_once_a_night(app):
    refused(datetime(2031, 3, 1, 3, 0, tzinfo=UTC), times=2)
    refused(datetime(2031, 3, 1, 16, 30, tzinfo=UTC))  # already the second of March in Beijing
    digest = Digest()

    assert night(BEFORE_ONE, digest) == 0
    assert night(AT_ONE, digest) == 1
    assert night(AT_ONE + timedelta(hours=5), digest) == 0
    assert night(AT_ONE + timedelta(days=1), digest) == 1

    assert digests() == {date(2031, 3, 1): 2, date(2031, 3, 2): 1}


def test_a_night_without_refusals_is_in_the_chain_too(app):
    assert night(AT_ONE, Digest()) == 1

    assert digests() == {date(2031, 3, 1): 0}


def test_after_a_downtime_every_missed_day_is_caught_up(app):
    refused(datetime(2031, 2, 27, 3, 0, tzinfo=UTC))
    night(datetime(2031, 2, 27, 17, 0, tzinfo=UTC), Digest())
    refused(datetime(2031, 3, 1, 3, 0, tzinfo=UTC), times=3)

    assert night(datetime(2031, 3, 4, 8, 0, tzinfo=UTC), Digest()) == 4

    assert digests() == {
        date(2031, 2, 27): 1, date(2031, 2, 28): 0, date(2031, 3, 1): 3, date(2031, 3, 2): 0,
        date(2031, 3, 3): 0,
    }  # fmt: skip


def test_two_workers_at_once_write_a_day_once(app):
    refused(datetime(2031, 3, 1, 3, 0, tzinfo=UTC))
    gate = threading.Barrier(2)

    def work() -> None:
        gate.wait()
        with act_as(SYSTEM):
            Digest().step()

    with time_machine.travel(AT_ONE, tick=False):
        both = [threading.Thread(target=work) for _number in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()

    assert digests() == {date(2031, 3, 1): 1}
    assert clock.local_date(clock.now()) < date(2031, 3, 1)


def test_what_the_jobs_load_is_there_before_anybody_asks_and_is_loaded_once(tmp_path, monkeypatch):
    (tmp_path / "slow_to_load.py").write_text("loaded = []\n")
    monkeypatch.syspath_prepend(tmp_path)
    ahead = Ahead(["no_such_module", "slow_to_load", "slow_to_load"])

    assert [ahead.step() for _turn in range(3)] == [True, True, False]
    assert "slow_to_load" in sys.modules


def test_every_module_a_job_names_is_there(app):
    named = {name for job in plugins.contributed("jobs") for name in job.loads}

    assert len(named) > 5 and all(map(importlib.util.find_spec, named))
