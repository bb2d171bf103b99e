"""`make demo`: Ningbo under typhoon Fitow 2013, replayed as a drill until Ctrl-C.

Everything it makes lies in var/demo/: database, keys, logs. A second run goes on where the
first stopped. It never looks at DATABASE_URL or REDIS_URL, so it cannot meet real data.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys

import supervisor
from supervisor import ROOT, Supervisor, flask, gunicorn, refuse, say

HOME = ROOT / "var" / "demo"
STATE = HOME / "address.json"
SCENARIO = "fitow-2013"
CHECK = "drills-only"
PREPARE = (CHECK, "init-db", "import-areas")
REAL = 3
READY_SECONDS = 60


def main() -> int:
    """Start everything, or print fresh sign-ins for what already runs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--logins", action="store_true", help="fresh sign-ins, nothing else")
    HOME.mkdir(parents=True, exist_ok=True)
    if options.parse_args().logins:
        environ = environment(last_address()["public"])
        prepare(environ, CHECK)
        say(fresh_links(environ))
        return 0
    with contextlib.suppress(KeyboardInterrupt):
        run(os.environ.get("HOST") or "127.0.0.1", port_wanted())
    return 0


def run(host: str, port: int) -> None:
    """Run web, worker and drill in the foreground."""
    only_one()
    supervisor.refuse_taken_port(host, port)
    supervisor.on_terminate()
    tls = [] if is_loopback(host) else certificate(host)
    public, here = addresses(host, port, secure=bool(tls))
    STATE.write_text(json.dumps({"public": public, "here": here}))
    environ = environment(public)
    prepare(environ, *PREPARE)
    programs = Supervisor(environ, logs=HOME / "log")
    try:
        programs.start("web", *gunicorn(host, port, *tls))
        programs.start("worker", *supervisor.worker())
        links = fresh_links(environ)
        supervisor.wait_until_ready(programs, here, seconds=READY_SECONDS, tls=trusted(here))
        say(f"READY {public}", links)
        say("演练 Drill: the replay of Fitow 2013 begins. Ctrl-C stops everything.")
        programs.start("drill", *drill(here), once=True, screen=True)
        programs.wait()
    finally:
        programs.stop()


def prepare(environ: dict[str, str], *commands: str) -> None:
    """Create or upgrade the database and load Ningbo; harmless when repeated.

    Before anything else a database with a real disaster in it is refused.
    """
    command = [sys.executable, "-m", "deploy.commands", *commands]
    status = supervisor.run(command, environ).returncode
    if status == REAL:
        refuse(
            f"The demo does not start on {environ['DATA_DIR']}. Move that folder away and run "
            "`make demo` again; to work with what is in it: "
            f"DATA_DIR={environ['DATA_DIR']} make serve"
        )
    if status:
        refuse(f"Preparing the database failed ({', '.join(commands)}); see the lines above.")


def fresh_links(environ: dict[str, str]) -> str:
    """Return one sign-in link for the duty officer and one for each role."""
    done = supervisor.run(flask("demo-logins", "--url", environ["PUBLIC_URL"]), environ, read=True)
    if done.returncode:
        refuse("`flask --app wsgi demo-logins` failed; see the lines above.")
    return done.stdout.rstrip()


def drill(url: str) -> list[str]:
    """Return the command of the replay, at the pace asked for by MINUTES or SPEED."""
    pace = [(f"--{name.lower()}", os.environ.get(name)) for name in ("MINUTES", "SPEED")]
    asked = [part for option, value in pace if value for part in (option, value)]
    return flask("drill", SCENARIO, "--url", url, *asked)


def environment(public_url: str) -> dict[str, str]:
    """Return the settings of a demo: its own folder, no second factor, and it says so."""
    settings = {"DATA_DIR": str(HOME), "PUBLIC_URL": public_url, "SECOND_FACTOR": "off"}
    if (HOME / "tls" / "cert.pem").exists() and public_url.startswith("https:"):
        settings["SSL_CERT_FILE"] = str(HOME / "tls" / "cert.pem")
    others = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY_FILE", "MASTER_KEY_FILE", "TRUSTED_PROXIES")
    return supervisor.environment(drop=others, **settings)


def last_address() -> dict[str, str]:
    """Return where the demo last ran."""
    if not STATE.exists():
        refuse("There is no demo yet. Start one with: make demo")
    found: dict[str, str] = json.loads(STATE.read_text())
    return found


def port_wanted() -> int:
    """Return PORT, 8000 when it is not set."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        refuse(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    return int(wanted)


def only_one() -> None:
    """Hold var/demo/ for ourselves: two demos would write into one database."""
    lock = os.open(HOME / "lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        where = json.loads(STATE.read_text())["public"] if STATE.exists() else "this folder"
        refuse(f"A demo already runs at {where}. New sign-ins: make demo-logins")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def addresses(host: str, port: int, *, secure: bool) -> tuple[str, str]:
    """Return the address to tell people and the one to use on this machine."""
    scheme = "https" if secure else "http"
    everywhere = host in {"0.0.0.0", "::"}  # nosec B104  # noqa: S104  # compared, not bound
    public = socket.gethostname() if everywhere else host
    here = "127.0.0.1" if everywhere else host
    named = [f"[{each}]" if ":" in each else each for each in (public, here)]
    return f"{scheme}://{named[0]}:{port}", f"{scheme}://{named[1]}:{port}"


def certificate(host: str) -> list[str]:
    """Make a self-signed certificate for `host`; return gunicorn's options to use it."""
    folder = HOME / "tls"
    folder.mkdir(mode=0o700, exist_ok=True)
    key, cert = folder / "key.pem", folder / "cert.pem"
    here = {host, socket.gethostname(), "localhost", "127.0.0.1"}
    names = here - {"0.0.0.0", "::"}  # nosec B104  # noqa: S104  # compared, not bound
    kinds = ",".join(sorted(f"{'IP' if is_address(name) else 'DNS'}:{name}" for name in names))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "30", "-subj", "/CN=relief-ops demo"]
    command += ["-addext", f"subjectAltName={kinds}", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    key.chmod(0o600)
    say("A self-signed certificate was made: the browser will ask once whether to trust it.")
    return ["--certfile", str(cert), "--keyfile", str(key)]


def is_address(name: str) -> bool:
    """Whether `name` is an IP address."""
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(name))
    return False


def trusted(address: str) -> ssl.SSLContext | None:
    """Return a context that trusts the demo's own certificate, if `address` needs one."""
    if not address.startswith("https:"):
        return None
    return ssl.create_default_context(cafile=str(HOME / "tls" / "cert.pem"))


if __name__ == "__main__":
    sys.exit(main())
