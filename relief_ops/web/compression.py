"""Text answers leave packed where the reader takes it: a phone at 03:00 has 64 kbit/s.

What changes is gzipped as it leaves. Files are packed once and kept, with Brotli for whoever
takes it; the libraries' big ones were packed at their best by the set-up and lie beside them.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
from flask import Response, current_app, request
from werkzeug.security import safe_join

LEAST = 1024
LEVEL = 5
QUALITY = 9  # the levels above are too slow to wait for
TEXTS = ("text/", "application/json", "application/problem+json", "application/javascript",
         "application/geo+json", "application/manifest+json", "image/svg+xml")  # fmt: skip


def compress(answer: Response) -> Response:
    """Pack an answer of text above 1 kB, and say that it depends on what the reader takes."""
    if not _worthwhile(answer):
        return answer
    tag, _weak = answer.get_etag()
    answer.direct_passthrough = False
    data = answer.get_data()
    if len(data) >= LEAST:
        kept = bool(tag) and request.path.startswith("/static/")
        coding = "br" if kept and _takes("br") else "gzip"
        packed = _file(tag or "", request.path, coding, data) if kept else _gzip(data, LEVEL)
        answer.set_data(packed)
        answer.headers["Content-Encoding"] = coding
        if tag:
            answer.set_etag(tag, weak=True)
    answer.vary.add("Accept-Encoding")
    return answer


def _file(tag: str, path: str, coding: str, data: bytes) -> bytes:
    """Return a file packed, from memory if the file this tag names was asked for before."""
    if (tag, coding) not in _packed:
        if len(_packed) >= MOST_FILES:
            _packed.clear()
        packed = _gzip(data, 9) if coding == "gzip" else _lying_ready(path)
        _packed[tag, coding] = packed or brotli.compress(data, quality=QUALITY)
    return _packed[tag, coding]


MOST_FILES = 400
_packed: dict[tuple[str, str], bytes] = {}


def _lying_ready(path: str) -> bytes | None:
    """Return what the set-up packed beforehand for a file, if it did."""
    folder = current_app.static_folder or ""
    packed = safe_join(folder, path.removeprefix("/static/") + ".br")
    return Path(packed).read_bytes() if packed and Path(packed).is_file() else None


def _gzip(data: bytes, level: int) -> bytes:
    return gzip.compress(data, level, mtime=0)


def _takes(coding: str) -> bool:
    return coding in request.headers.get("Accept-Encoding", "")


def _worthwhile(answer: Response) -> bool:
    return (
        answer.status_code == 200
        and _takes("gzip")
        and "Content-Encoding" not in answer.headers
        and "Range" not in request.headers
        and request.method != "HEAD"
        and (answer.direct_passthrough or not answer.is_streamed)
        and (answer.mimetype or "").startswith(TEXTS)
    )
