"""Settings: read once from the environment, never from anywhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
MEGABYTE = 1024 * 1024
LEAST_IDLE = 15
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The mail server: `security` is starttls, tls or none; `ca_file` instead of the system's."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """Where webhooks may go, and the secret their signatures are made with."""

    hosts: frozenset[str]
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Sms:
    """The SMS gateway: our token there, and the secret it signs its receipts with."""

    url: str
    token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """The ways out of the house; one that is None does not exist here."""

    public_url: str = "http://127.0.0.1:8000"
    mail: Mail | None = None
    hooks: Hooks | None = None
    sms: Sms | None = None

    @property
    def channels(self) -> frozenset[str]:
        """Return the channels an installation has; within the application always."""
        ways = {"email": self.mail, "webhook": self.hooks, "sms": self.sms}
        return frozenset({"in_app", *(name for name, way in ways.items() if way)})

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Outgoing:
        """Read the ways out. Raises ValueError for one that is set by half."""
        return cls(
            public_url=environ.get("PUBLIC_URL") or cls.public_url,
            mail=_mail(environ),
            hooks=_hooks(environ),
            sms=_sms(environ),
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may choose. Paths are absolute; keys are raw bytes."""

    database_url: str = f"sqlite:///{VAR / 'relief.db'}"
    redis_url: str | None = None
    secret_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    master_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    data_dir: Path = VAR
    files_dir: Path | None = None
    heads_file: Path | None = None
    second_factor: bool = True
    idle_minutes: int = 150
    password_profile: str = "mlps3"  # noqa: S105  the name of rules
    max_body: int = 16 * MEGABYTE
    site: str = "main"
    outgoing: Outgoing = field(default_factory=Outgoing)
    testing: bool = False

    @property
    def files(self) -> Path:
        """Return the folder that holds what people send: by default beside the database."""
        return self.files_dir or self.data_dir / "files"

    @property
    def heads(self) -> Path:
        """Return the file the heads of the log are told to: best where this machine only adds."""
        return self.heads_file or self.data_dir / "log" / "heads.jsonl"

    @property
    def secure(self) -> bool:
        """Whether cookies may insist on an encrypted connection."""
        return self.public_url.startswith("https:")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings, making the two keys on first use (mode 600, under data_dir)."""
        data_dir = Path(environ.get("DATA_DIR", VAR)).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        return cls(
            database_url=environ.get("DATABASE_URL", f"sqlite:///{data_dir / 'relief.db'}"),
            redis_url=environ.get("REDIS_URL") or None,
            secret_key=_key(Path(environ.get("SECRET_KEY_FILE", data_dir / "secret.key"))),
            master_key=_key(Path(environ.get("MASTER_KEY_FILE", data_dir / "master.key"))),
            public_url=environ.get("PUBLIC_URL", "http://127.0.0.1:8000"),
            trusted_proxies=int(environ.get("TRUSTED_PROXIES", "0")),
            data_dir=data_dir,
            files_dir=Path(named).resolve() if (named := environ.get("FILES_DIR")) else None,
            heads_file=Path(named).resolve() if (named := environ.get("HEADS_FILE")) else None,
            second_factor=environ.get("SECOND_FACTOR", "required") != "off",
            idle_minutes=_idle(environ.get("IDLE_MINUTES") or "150"),
            password_profile=_profile(environ.get("PASSWORD_PROFILE") or "mlps3"),
            site=environ.get("SITE", "main"),
            outgoing=Outgoing.from_environ(environ),
        )


def _idle(minutes: str) -> int:
    if not minutes.isdigit() or int(minutes) < LEAST_IDLE:
        raise ValueError(f"IDLE_MINUTES is a whole number from {LEAST_IDLE} on, not {minutes}")
    return int(minutes)


def _profile(name: str) -> str:
    if name not in ("mlps3", "asvs"):
        raise ValueError(f"PASSWORD_PROFILE is mlps3 or asvs, not {name}")
    return name


def _mail(environ: Mapping[str, str]) -> Mail | None:
    if not environ.get("SMTP_HOST"):
        return None
    security = environ.get("SMTP_SECURITY") or "starttls"
    if security not in SMTP_PORTS:
        raise ValueError(f"SMTP_SECURITY is starttls, tls or none, not {security}")
    return Mail(
        host=environ["SMTP_HOST"],
        port=int(environ.get("SMTP_PORT") or SMTP_PORTS[security]),
        sender=_needed(environ, "SMTP_FROM", "SMTP_HOST"),
        security=security,
        user=environ.get("SMTP_USER", ""),
        password=environ.get("SMTP_PASSWORD", ""),
        ca_file=environ.get("SMTP_CA_FILE") or None,
    )


def _hooks(environ: Mapping[str, str]) -> Hooks | None:
    hosts = frozenset(environ.get("WEBHOOK_HOSTS", "").split())
    secret = _needed(environ, "WEBHOOK_SECRET", "WEBHOOK_HOSTS") if hosts else ""
    return Hooks(hosts=hosts, secret=secret) if hosts else None


def _sms(environ: Mapping[str, str]) -> Sms | None:
    if not environ.get("SMS_URL"):
        return None
    return Sms(
        url=environ["SMS_URL"],
        token=_needed(environ, "SMS_TOKEN", "SMS_URL"),
        secret=_needed(environ, "SMS_SECRET", "SMS_URL"),
    )


def _needed(environ: Mapping[str, str], name: str, because: str) -> str:
    if not environ.get(name):
        raise ValueError(f"{because} is set, so {name} must be too")
    return environ[name]


def _key(path: Path) -> bytes:
    """Return the key in `path`, made with mode 600 when there is none yet."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(made, path)
        made.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise ValueError(f"{path} must hold exactly 32 bytes")
    return key
