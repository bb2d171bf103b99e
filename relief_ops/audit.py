"""The hash chain over the event log: pure, so that anyone can check it offline."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True, kw_only=True)
class Head:
    """How far the log was, told to somebody outside: whoever has it can tell a rewritten log.

    With `restored` it is where a restore left the log: heads told before and beyond it are gone.
    """

    seq: int
    hash: str
    epoch: str = ""
    at: str = ""
    restored: bool = False

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    def line(self) -> str:
        """Return the head as a line of a file of heads."""
        return orjson.dumps(asdict(self)).decode() + "\n"


WRITTEN = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def read_heads(text: str) -> list[Head]:
    """Read heads: `number:hash`, a backup's manifest, or a file with one head a line.

    Raises ValueError for anything else, and where there is none at all.
    """
    try:
        heads = [_head(orjson.loads(text))]
    except ValueError:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        heads = [_written(line) for line in lines]
    if not heads:
        raise ValueError("there is no head in it")
    return heads


def _written(line: str) -> Head:
    if found := WRITTEN.fullmatch(line):
        return Head(seq=int(found[1]), hash=found[2])
    return _head(orjson.loads(line))


def _head(told: Any) -> Head:
    names = Head.__dataclass_fields__
    try:
        head = Head(**{name: told[name] for name in told if name in names})
    except TypeError:
        raise ValueError("this is no head of a log") from None
    if not (type(head.seq) is int and WRITTEN.fullmatch(str(head))):
        raise ValueError("this is no head of a log")
    return head


def standing(heads: Iterable[Head]) -> list[Head]:
    """Return the heads the log must still contain: a restore takes back what came after."""
    kept: list[Head] = []
    for head in heads:
        if head.restored:
            kept = [each for each in kept if each.seq <= head.seq]
        kept.append(head)
    return kept


def lost_heads(heads: Iterable[Head], hashes: Mapping[int, str]) -> list[str]:
    """Return which heads are not in a log with these hashes by number (0 is its beginning)."""
    known = {0: GENESIS, **hashes}
    return [
        f"head {head.seq} ({head.hash[:12]}…) told {head.at or 'before'} is not in the log: "
        + ("it was rewritten" if head.seq in known else "its end was cut off")
        for head in heads
        if known.get(head.seq) != head.hash
    ]
