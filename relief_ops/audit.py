"""The hash chain over the event log: pure, so that anyone can check it offline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

GENESIS = "0" * 64
FIELDS = ("site", "seq", "epoch", "name", "actor_id", "subject", "payload", "at", "areas")


def row_hash(row: Mapping[str, Any], prev_hash: str) -> str:
    """Return the SHA-256 of a row's canonical JSON after the previous row's hash.

    `payload` is the exact text as stored, `at` an ISO instant, `areas` sorted ids.
    """
    canonical = orjson.dumps({key: row[key] for key in FIELDS}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(prev_hash.encode() + b"\n" + canonical).hexdigest()


def broken_rows(rows: Iterable[Mapping[str, Any]], *, first_prev: str = GENESIS) -> list[str]:
    """Return what is wrong with a run of rows in order: gaps, wrong links, changed rows."""
    problems: list[str] = []
    prev_hash, expected = first_prev, None
    for row in rows:
        seq = row["seq"]
        if expected is not None and seq != expected:
            problems.append(f"event {expected}: missing before {seq}")
        if row["prev_hash"] != prev_hash:
            problems.append(f"event {seq}: does not follow the row before it")
        if row["hash"] != row_hash(row, row["prev_hash"]):
            problems.append(f"event {seq}: was altered")
        prev_hash, expected = row["hash"], seq + 1
    return problems
