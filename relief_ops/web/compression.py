"""Text answers leave gzipped where the reader takes it: a phone at 03:00 has 64 kbit/s."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

LEAST = 1024
LEVEL = 5
TEXTS = ("text/", "application/json", "application/problem+json", "application/javascript",
         "application/geo+json", "application/manifest+json", "image/svg+xml")  # fmt: skip


def compress(answer: Response) -> Response:
    """Gzip an answer of text above 1 kB; files are packed once and kept."""
    if not _worthwhile(answer):
        return answer
    tag, _weak = answer.get_etag()
    answer.direct_passthrough = False
    data = answer.get_data()
    if len(data) >= LEAST:
        kept = request.path.startswith("/static/") and tag
        answer.set_data(_packed_file(tag, data) if kept else gzip.compress(data, LEVEL, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        if tag:
            answer.set_etag(tag, weak=True)
    answer.vary.add("Accept-Encoding")
    return answer


@lru_cache(maxsize=400)
def _packed_file(_tag: str, data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _worthwhile(answer: Response) -> bool:
    return (
        answer.status_code == 200
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in answer.headers
        and "Range" not in request.headers
        and request.method != "HEAD"
        and (answer.direct_passthrough or not answer.is_streamed)
        and (answer.mimetype or "").startswith(TEXTS)
    )
