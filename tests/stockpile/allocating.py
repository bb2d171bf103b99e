"""Eight processes that promise from one stock, each as a web process of its own would.

Run as a program with the address of a database and a folder. For each line it reads (eight
needs, how often to ask for each) it answers with a line: how many units were promised, refused,
asked for again because the database was busy. With `unguarded` it runs the same services with
their guard taken out: the balance is looked at before the transaction, and what was seen there
is written back without a condition.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import select, update

from relief_ops import db, geo
from relief_ops.app import create_app
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import Settings
from relief_ops.errors import Busy, IllegalTransition
from relief_ops.receipts import Attempt
from stockpile import schemas, services
from stockpile.models import Balance
from stockpile.queries import balances
from stockpile.queries.register import LEDGER
from stockpile.services import ledger

PROCESSES = 8
GIVES = UUID(int=7)
_fork = multiprocessing.get_context("fork")
_together = _fork.Barrier(PROCESSES)
_seen: dict[UUID, Balance] = {}


def ask(need_id: UUID) -> str:
    """Ask for one unit in a transaction of its own, until the database has time for it."""
    write_id = uuid6.uuid7()
    order = schemas.PutReservation(need_id=need_id, quantity=1)
    attempt = Attempt(id=write_id, base="", digest=write_id.hex)
    try:
        with db.transaction() as session:
            services.reserve(session, attempt, order, actor_id=GIVES)
    except Busy:
        return "busy"
    except IllegalTransition:
        return "refused"
    return "promised"


def ask_often(job: tuple[str, int, bool]) -> Counter[str]:
    """Ask again and again, from the moment all eight are ready; every ask is answered."""
    need_id, asks, unguarded = UUID(job[0]), job[1], job[2]
    told: Counter[str] = Counter()
    if unguarded:
        take_the_guard_out()
    with db.reading() as session:
        geo.tree(session)
    _together.wait()
    with act_as(SYSTEM):
        while told["promised"] + told["refused"] < asks:
            if unguarded:
                look()
            told[ask(need_id)] += 1
    return told


def take_the_guard_out() -> None:
    """Let the services trust what `look` saw, and write it back whatever stands there by now."""

    def locked(_session: Any, ids: Any) -> dict[UUID, Balance]:
        return {each: _seen[each] for each in ids}

    def set_aside(session: Any, each: UUID, quantity: int) -> None:
        promised = _seen[each].promised + quantity
        session.execute(update(Balance).where(Balance.id == each).values(promised=promised))

    balances.lock = locked
    ledger.set_aside = set_aside


def look() -> None:
    """Read every balance, as one does who checks first and writes later."""
    with db.reading() as session:
        rows = session.scalars(select(Balance).execution_options(**LEDGER)).all()
        _seen.update({row.id: row for row in rows})


def main(url: str, folder: str, *flags: str) -> None:
    """Answer line by line until there are no more."""
    create_app(Settings(database_url=url, data_dir=Path(folder), testing=True))
    with _fork.Pool(PROCESSES) as pool:
        for line in sys.stdin:
            order = json.loads(line)
            jobs = [(need, order["asks"], "unguarded" in flags) for need in order["needs"]]
            total: Counter[str] = Counter()
            for told in pool.map(ask_often, jobs, chunksize=1):
                total += told
            print(json.dumps(total), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
