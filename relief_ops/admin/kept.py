"""Files on their way in: kept for a day between the check and the import, by their hash."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

from flask import has_app_context

from relief_ops.config import Settings
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.web import security

SHA = re.compile(r"[0-9a-f]{64}")
KEPT_SECONDS = 86_400


def keep(data: bytes) -> str:
    """Keep a file for a day and return its name, the hash of what it holds."""
    for old in _folder().iterdir():
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    name = hashlib.sha256(data).hexdigest()
    (_folder() / name).write_bytes(data)
    return name


def read(name: str) -> bytes:
    """Return a kept file. Raises Invalid when it is no longer there."""
    path = _folder() / name
    if not SHA.fullmatch(name) or not path.is_file():
        raise Invalid(_("The checked file is no longer here. Send it again."))
    return path.read_bytes()


def drop(name: str) -> None:
    """Let go of a file that was imported."""
    (_folder() / name).unlink(missing_ok=True)


def _folder() -> Path:
    """Return the folder, for a request and for a worker alike."""
    settings = security.settings() if has_app_context() else Settings.from_environ()
    folder = settings.data_dir / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
