"""`make serve`: web and worker as in production, with the settings of .env.

HOST, PORT and WEB_PROCESSES are read from there too; the rest is in docs/operations.md.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import supervisor
from supervisor import ROOT, Supervisor, flask, gunicorn, refuse, say

ENV = ROOT / ".env"


def main() -> int:
    """Bring the database up to date, then run until interrupted."""
    if not ENV.exists():
        refuse("There is no .env yet. Make one: cp .env.example .env, then read it through.")
    environ = supervisor.environment() | settings(ENV) | dict(os.environ)
    host, port = environ.get("HOST") or "127.0.0.1", int(environ.get("PORT") or "8000")
    count = processes(environ)
    supervisor.refuse_taken_port(host, port)
    supervisor.on_terminate()
    if supervisor.run(flask("init-db"), environ).returncode:
        refuse("`flask --app wsgi init-db` failed; see the lines above.")
    programs = Supervisor(environ, logs=Path(environ.get("DATA_DIR", ROOT / "var")) / "log")
    with contextlib.suppress(KeyboardInterrupt):
        try:
            programs.start("web", *gunicorn(host, port, "--workers", str(count)))
            programs.start("worker", *supervisor.worker())
            supervisor.wait_until_ready(programs, f"http://{host}:{port}", seconds=60)
            say(f"READY http://{host}:{port} (behind {environ.get('PUBLIC_URL', 'no proxy')})")
            programs.wait()
        finally:
            programs.stop()
    return 0


def processes(environ: dict[str, str]) -> int:
    """Return how many web processes to run. The embedded database has room for one."""
    count = int(environ.get("WEB_PROCESSES") or "1")
    embedded = not environ.get("DATABASE_URL", "").startswith("postgresql")
    if count > 1 and embedded:
        refuse("WEB_PROCESSES above 1 needs PostgreSQL: set DATABASE_URL in .env.")
    return count


def settings(path: Path) -> dict[str, str]:
    """Read NAME=value lines; a `#` line and an empty value are passed over."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and value and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("\"'")
    return found


if __name__ == "__main__":
    sys.exit(main())
