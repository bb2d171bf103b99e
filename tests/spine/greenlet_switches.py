"""Run by test_greenlets.py in a process of its own: writes under gevent, watched for switches."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
import greenlet  # noqa: E402
from sqlalchemy import event  # noqa: E402

from relief_ops import cli, db, geo  # noqa: E402
from relief_ops.app import create_app  # noqa: E402
from relief_ops.auth import SYSTEM, act_as  # noqa: E402
from relief_ops.config import Settings  # noqa: E402
from tests.conftest import MASTER, SECRET, new_id  # noqa: E402
from tests.factories.city import TOWNSHIP  # noqa: E402

inside: set[int] = set()
switches: list[str] = []


def watch(engine) -> None:
    """Note which greenlet holds the write transaction, from BEGIN to COMMIT."""

    def begun(connection) -> None:
        if connection.get_execution_options().get("writing"):
            inside.add(id(greenlet.getcurrent()))

    def ended(_connection) -> None:
        inside.discard(id(greenlet.getcurrent()))

    event.listen(engine, "begin", begun)
    event.listen(engine, "commit", ended)
    event.listen(engine, "rollback", ended)


def trace(kind: str, pair: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
    """Write down a switch away from a greenlet inside a write transaction."""
    if kind in ("switch", "throw") and id(pair[0]) in inside:
        switches.append(f"{kind} from {pair[0]!r}")


def main(url: str) -> None:
    """Let sixteen greenlets file reports and print how many switches were seen."""
    settings = Settings(
        database_url=url,
        secret_key=SECRET,
        master_key=MASTER,
        data_dir=Path("/tmp"),
    )
    app = create_app(settings)
    with db.reading() as session:
        geo.tree(session)
    with act_as(SYSTEM), db.transaction() as session:
        user = cli.make_user(session, "w", "w", (f"township_reporter@{TOWNSHIP}", "duty_officer"))
        token = cli.make_token(session, user, days=1)
    headers = {"Authorization": f"Bearer {token}"}
    disaster_id = new_id()
    body = {"name": "x", "kind": "flood", "started_at": "2013-10-06T00:00:00Z"}
    app.test_client().put(f"/api/v1/disasters/{disaster_id}", json=body, headers=headers)
    watch(db.engine())
    greenlet.settrace(trace)
    jobs = [gevent.spawn(write, app, disaster_id, headers, number) for number in range(16)]
    gevent.joinall(jobs, raise_error=True)
    greenlet.settrace(None)
    sys.stdout.write(f"{len(switches)} switches, {sum(job.value for job in jobs)} reports\n")


def write(app, disaster_id: str, headers: dict[str, str], number: int) -> int:
    """File five reports; return how many were taken."""
    taken = 0
    for part in range(5):
        report = {
            "disaster_id": disaster_id, "area_code": TOWNSHIP, "round": f"r{number}-{part}",
            "as_of": "2013-10-06T00:00:00Z", "values": {"affected": 1000},
        }  # fmt: skip
        answer = app.test_client().put(f"/api/v1/reports/{new_id()}", json=report, headers=headers)
        taken += answer.status_code == 201
        gevent.sleep(0)
    return taken


if __name__ == "__main__":
    main(sys.argv[1])
