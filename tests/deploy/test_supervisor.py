"""The supervisor of `make demo` and `make serve`, with real programs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time\nprint('up', flush=True)\ntime.sleep(60)"


@pytest.fixture
def supervisor(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    import supervisor

    return supervisor


@pytest.fixture
def programs(supervisor, tmp_path):
    running = supervisor.Supervisor(dict(os.environ), logs=tmp_path)
    yield running
    running.stop()


def wait_for(programs, true):
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        programs.tick()
        time.sleep(0.05)


def test_a_killed_program_is_started_again_and_said(programs, capsys):
    programs.start("sleeper", sys.executable, "-c", SLEEPER)
    first = programs.programs[0].process.pid

    os.kill(first, signal.SIGKILL)
    wait_for(programs, lambda: programs.programs[0].process is None)
    wait_for(programs, lambda: programs.programs[0].process is not None)

    assert programs.programs[0].process.pid != first
    assert "sleeper ended (signal 9)" in capsys.readouterr().out


def test_a_program_that_is_to_run_once_stays_ended(programs):
    programs.start("once", sys.executable, "-c", "", once=True)

    wait_for(programs, lambda: programs.programs[0].ended)
    programs.tick()

    assert programs.programs[0].process is None


def test_a_program_that_never_ends_well_is_given_up(programs, supervisor, monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "ATTEMPTS", 2)
    programs.start("drill", sys.executable, "-c", "raise SystemExit(1)", once=True)

    wait_for(programs, lambda: programs.programs[0].ended)

    assert "drill ended (status 1) and is given up" in capsys.readouterr().out


def test_a_program_that_keeps_dying_is_started_ever_more_slowly(programs):
    programs.start("broken", sys.executable, "-c", "raise SystemExit(3)")

    wait_for(programs, lambda: programs.programs[0].pause >= 2)

    assert programs.programs[0].due_at > time.monotonic() + 1


def test_everything_stops_with_the_supervisor(programs):
    programs.start("sleeper", sys.executable, "-c", SLEEPER)
    process = programs.programs[0].process

    programs.stop()

    assert process.returncode == -signal.SIGTERM


def test_nothing_survives_a_killed_supervisor(tmp_path):
    script = (
        "import os, pathlib, sys, time; sys.path.insert(0, 'deploy'); import supervisor;"
        f"s = supervisor.Supervisor(dict(os.environ), logs=pathlib.Path({str(tmp_path)!r}));"
        "s.start('sleeper', sys.executable, '-c', 'import time; time.sleep(60)');"
        "print(s.programs[0].process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 5
    while running(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(pid: int) -> bool:
    """Whether the process lives: an ended one that nobody has fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_said_in_one_line(supervisor):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SystemExit) as refusal:
            supervisor.refuse_taken_port("127.0.0.1", port)

    assert str(port) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_demo_never_sees_the_real_database(supervisor, monkeypatch):
    import demo

    monkeypatch.setenv("DATABASE_URL", "postgresql://real/relief")
    monkeypatch.setenv("MASTER_KEY_FILE", "/etc/relief/master.key")

    environ = demo.environment("http://127.0.0.1:8000")

    assert "DATABASE_URL" not in environ
    assert "MASTER_KEY_FILE" not in environ
    assert environ["DATA_DIR"] == str(ROOT / "var" / "demo")


def test_settings_come_from_the_file_without_its_comments(supervisor, tmp_path):
    import serve

    file = tmp_path / "env"
    file.write_text("# NAME=comment\nSITE=ningbo\nREDIS_URL=\nPUBLIC_URL='https://a.example'\n")

    assert serve.settings(file) == {"SITE": "ningbo", "PUBLIC_URL": "https://a.example"}


def test_more_than_one_web_process_needs_postgresql(supervisor):
    import serve

    assert serve.processes({"WEB_PROCESSES": "2", "DATABASE_URL": "postgresql://a/b"}) == 2
    with pytest.raises(SystemExit, match="PostgreSQL"):
        serve.processes({"WEB_PROCESSES": "2"})


def test_a_terminate_ends_it_also_where_a_shell_had_ctrl_c_ignored():
    code = (
        "import supervisor, time\n"
        "supervisor.on_terminate()\n"
        "try:\n    print('up', flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('stopped in order')\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT / "deploy", stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    assert running.stdout.readline() == "up\n"
    running.terminate()

    assert running.communicate(timeout=10)[0] == "stopped in order\n"
