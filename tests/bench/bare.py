"""The reference for HTTP: a bare WSGI application that answers with bytes laid ready for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def _laid_ready() -> dict[str, tuple[str, bytes]]:
    folder = Path(os.environ["BARE_FOLDER"])
    return {f"/{path.name}": ("text/html", path.read_bytes()) for path in folder.iterdir()}


BODIES = _laid_ready()


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the bytes of that name."""
    kind, body = BODIES.get(environ["PATH_INFO"], ("text/plain", b"ready\n"))
    start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
