"""A worker that dies between sending and noting: told again under the same id, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import update

from relief_ops import clock, db
from relief_ops.config import ROOT
from relief_ops.messages import Message, State
from tests.conftest import MASTER, SECRET
from tests.messages.conftest import stored

WORKER = """
import relief_ops.plugins as plugins
from relief_ops import worker
from tests.messages.conftest import TEMPLATES
given = plugins.contributed
plugins.contributed = lambda slot: TEMPLATES.items() if slot == "messages" else given(slot)
worker.main()
"""


def start(database, folder, peer):
    (folder / "secret.key").write_bytes(SECRET)
    (folder / "master.key").write_bytes(MASTER)
    environ = os.environ | {
        "DATABASE_URL": database, "DATA_DIR": str(folder), "SMTP_HOST": "localhost",
        "SMTP_PORT": str(peer.port), "SMTP_SECURITY": "none", "SMTP_FROM": "duty@city.example",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environ)


def wait(for_what, seconds=30):
    deadline = time.monotonic() + seconds
    while not for_what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.mark.proof
def test_a_worker_killed_after_the_letter_left_sends_it_again_under_the_same_id(
    app, database, write, mail_peer, tmp_path
):
    message_id = write("email", "li@town.example")
    mail_peer.held = True
    first = start(database, tmp_path, mail_peer)
    wait(lambda: len(mail_peer.letters) == 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    between = stored(message_id)

    mail_peer.held = False
    with db.transaction() as session:  # two minutes later the claim is over
        session.execute(update(Message).values(next_try=clock.now()))
    second = start(database, tmp_path, mail_peer)
    try:
        wait(lambda: stored(message_id).state == State.SENT)
    finally:
        second.terminate()
        second.wait(20)

    assert (between.state, between.attempts) == (State.QUEUED, 1)
    assert between.next_try > clock.now(), "nobody takes it while the claim holds"
    assert stored(message_id).attempts == 2
    assert {each["Message-ID"] for each in mail_peer.letters} == {f"<{message_id}@city.example>"}
    assert len(mail_peer.letters) == 2, "at least once: the other end knows the second by its id"
