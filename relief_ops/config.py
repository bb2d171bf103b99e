"""Settings: read once from the environment, never from anywhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
MEGABYTE = 1024 * 1024


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
    second_factor: bool = True
    password_profile: str = "mlps3"  # noqa: S105  the name of rules
    max_body: int = 16 * MEGABYTE
    site: str = "main"
    testing: bool = False

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
            second_factor=environ.get("SECOND_FACTOR", "required") != "off",
            password_profile=_profile(environ.get("PASSWORD_PROFILE") or "mlps3"),
            site=environ.get("SITE", "main"),
        )


def _profile(name: str) -> str:
    if name not in ("mlps3", "asvs"):
        raise ValueError(f"PASSWORD_PROFILE is mlps3 or asvs, not {name}")
    return name


def _key(path: Path) -> bytes:
    """Return the key in `path`, made with mode 600 when there is none yet."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) != 32:
        raise ValueError(f"{path} must hold exactly 32 bytes")
    return key
