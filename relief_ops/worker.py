"""The job worker: `python -m relief_ops.worker`. It asks the table and polls once a second."""

from __future__ import annotations

import logging
import signal
import threading

from sqlalchemy.exc import DBAPIError

from relief_ops import jobs, plugins
from relief_ops.app import create_app
from relief_ops.auth import SYSTEM, act_as
from relief_ops.errors import Busy

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0


def main() -> None:
    """Work until told to stop."""
    create_app()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    steps = {job.kind: job.step for job in plugins.contributed("jobs")}
    log.info("worker ready for %s", ", ".join(sorted(steps)))
    while not stop.is_set():
        if not _once(steps):
            stop.wait(POLL_SECONDS)


def _once(steps: dict[str, jobs.services.Step]) -> bool:
    try:
        with act_as(SYSTEM):
            return jobs.run_due(steps)
    except (DBAPIError, Busy) as error:
        log.warning("the database does not answer; trying again: %s", type(error).__name__)
        return False


if __name__ == "__main__":
    main()
