"""The worker: `python -m relief_ops.worker`. It asks the table for jobs four times a second.

Beside it a postman for each channel carries messages in a thread of his own, so that a mail
server that does not answer holds nothing else up, text messages least of all.

Once a day, from one o'clock in the night (local time) on, it also puts the refusals of the
day before into the chain; after a downtime, those of every day it missed. Every ten minutes
it throws away the pieces of files nobody went on sending; every hour it tells the head of the log
to a file outside the database.
"""

from __future__ import annotations

import importlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import uuid6
from sqlalchemy.exc import DBAPIError

from relief_ops import backup, clock, db, jobs, parameters, plugins
from relief_ops.app import create_app
from relief_ops.auth import SYSTEM, accounts, act_as
from relief_ops.config import Outgoing
from relief_ops.errors import Busy
from relief_ops.files import services as files
from relief_ops.jobs.beats import BEAT_SECONDS
from relief_ops.messages.postman import carry_next
from relief_ops.messages.rules import Channel

log = logging.getLogger(__name__)
CARRIED = (Channel.EMAIL, Channel.WEBHOOK, Channel.SMS)
POLL_SECONDS, POST_SECONDS = 0.25, 1.0
DIGEST_HOUR = 1
SWEEP_SECONDS = 600.0
HEADS_SECONDS = 3600.0
UNFINISHED, UNFINISHED_HOURS = "file.unfinished_hours", 168.0


def main() -> None:
    """Work until told to stop."""
    app = create_app()
    refuse_unfit()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    known = plugins.contributed("jobs")
    steps = {job.kind: job.step for job in known}
    beats, ahead = Beats(), Ahead(name for job in known for name in job.loads)
    digest, sweep, heads = Digest(), Sweep(), Heads(app.config["SETTINGS"].heads)
    outgoing = app.config["SETTINGS"].outgoing
    postmen = [threading.Thread(target=carry, args=(stop, outgoing, each)) for each in CARRIED]
    for each in postmen:
        each.start()
    log.info("worker ready for %s", ", ".join(sorted(steps)))
    while not stop.is_set():
        worked = [
            _tried(beats.step),
            _tried(digest.step),
            _tried(sweep.step),
            _tried(heads.step),
            _tried(lambda: jobs.run_due(steps)),
        ]
        if not any(worked) and not ahead.step():
            stop.wait(POLL_SECONDS)
    for each in postmen:
        each.join()


def refuse_unfit() -> None:
    """End with one line where the self-check finds something; a database that is away may come."""
    try:
        with db.reading():
            pass
    except db.Unfit as error:
        raise SystemExit(f"Not ready: {error}") from None
    except DBAPIError:
        log.warning("the database does not answer yet")


def carry(stop: threading.Event, outgoing: Outgoing, channel: Channel) -> None:
    """Carry the messages of a channel, one after the other, until told to stop.

    Should the postman break, the worker ends with him, and whoever supervises starts it again.
    """
    templates = dict(plugins.contributed("messages"))
    try:
        while not stop.is_set():
            if not _tried(lambda: carry_next(templates, outgoing, channel)):
                stop.wait(POST_SECONDS)
    finally:
        stop.set()


def _tried(work: Callable[[], bool]) -> bool:
    try:
        with act_as(SYSTEM):
            return work()
    except (DBAPIError, Busy, db.Unfit) as error:
        log.warning("the database does not answer; trying again: %s", type(error).__name__)
        return False


class Digest:
    """The daily digest of refusals. It keeps in memory only which day it need not ask for again."""

    def __init__(self) -> None:
        self.until: date | None = None

    def step(self) -> bool:
        """Digest one day that is over; return whether there was one."""
        due = last_due()
        if self.until is not None and self.until >= due:
            return False
        with db.transaction() as session:
            day = accounts.next_digest(session)
            if day <= due:
                accounts.digest_denials(session, day)
        self.until = min(day, due)
        return day <= due


class Sweep:
    """Throws away what nobody finished sending, once in a while."""

    def __init__(self) -> None:
        self.next = 0.0

    def step(self) -> bool:
        """Sweep if it is time; there is never more to do at once."""
        if time.monotonic() < self.next:
            return False
        self.next = time.monotonic() + SWEEP_SECONDS
        with db.transaction() as session:
            held = parameters.values(session, [UNFINISHED], on=clock.local_date(clock.now()))
            hours = float(held[UNFINISHED].value) if UNFINISHED in held else UNFINISHED_HOURS
            swept = files.sweep(session, hours=hours)
        if swept:
            log.info("%d files that nobody finished sending were thrown away", swept)
        return False


class Beats:
    """Leaves a sign of life every half minute, so that `/readyz` can say whether work is done."""

    def __init__(self) -> None:
        self.id, self.next = uuid6.uuid7(), 0.0

    def step(self) -> bool:
        """Leave it if it is time; there is never more to do at once."""
        if time.monotonic() < self.next:
            return False
        with db.transaction() as session:
            jobs.beat(session, self.id)
        self.next = time.monotonic() + BEAT_SECONDS
        return False


class Ahead:
    """Loads the slow modules while there is nothing to do: the first who asks need not wait."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(dict.fromkeys(names))

    def step(self) -> bool:
        """Load one; return whether there was one."""
        if not self.names:
            return False
        name = self.names.pop(0)
        try:
            importlib.import_module(name)
        except ImportError:
            log.exception("%s cannot be loaded; whoever needs it is told then", name)
        return True


class Heads:
    """Tells the file outside the database how far the log is, every hour in which it grew."""

    def __init__(self, path: Path) -> None:
        self.path, self.next = path, 0.0

    def step(self) -> bool:
        """Tell it if it is time; there is never more to do at once."""
        if time.monotonic() < self.next:
            return False
        self.next = time.monotonic() + HEADS_SECONDS
        try:
            backup.tell_head(self.path)
        except (OSError, ValueError) as error:
            log.error("the head of the log could not be told to %s: %s", self.path, error)  # noqa: TRY400
        return False


def last_due() -> date:
    """Return the latest day whose digest is due: yesterday, from the fixed hour on."""
    return clock.local_date(clock.now() - timedelta(hours=DIGEST_HOUR)) - timedelta(days=1)


if __name__ == "__main__":
    main()
