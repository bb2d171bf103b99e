"""Encryption of personal fields and their blind index; the key never enters the database.

AES-256-GCM with a key per column, derived from the data key; the associated data is
table, column and row, so that a value moved elsewhere no longer opens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

_master: bytes | None = None


def unlock(master_key: bytes) -> None:
    """Use this 32-byte master key from here on."""
    global _master
    _master = master_key


def seal(table: str, column: str, row_id: UUID, text: str) -> bytes:
    """Encrypt one field of one row."""
    nonce = os.urandom(12)
    bound = f"{table}.{column}.{row_id}".encode()
    return nonce + AESGCM(_key(f"{table}.{column}")).encrypt(nonce, text.encode(), bound)


def unseal(table: str, column: str, row_id: UUID, sealed: bytes) -> str:
    """Decrypt one field. Raises ValueError if it was altered, moved, or the key is another."""
    bound = f"{table}.{column}.{row_id}".encode()
    try:
        plain = AESGCM(_key(f"{table}.{column}")).decrypt(sealed[:12], sealed[12:], bound)
    except InvalidTag as error:
        raise ValueError(f"{table}.{column} of {row_id} cannot be opened") from error
    return plain.decode()


def blind(text: str) -> bytes:
    """Return the keyed index of a normalised value: equal values, equal index."""
    return hmac.digest(_key("blind-index"), text.strip().upper().encode(), hashlib.sha256)


def keyed_digest(data: bytes) -> str:
    """Return a keyed hash of personal bytes, safe to show in a receipt."""
    return hmac.new(_key("digest"), data, hashlib.sha256).hexdigest()


def emptied(session: Session, columns: Sequence[Any], which: Any, really: bool) -> int:
    """Return in how many rows of one table sealed columns hold something, emptied if `really`.

    Whom the rows belong to is not asked: this is for the end of their time.
    """
    table = columns[0].class_.__table__
    held = [table.c[each.key] for each in columns]
    filled = which & or_(*(each.is_not(None) for each in held))
    connection = session.connection()
    counted = select(func.count()).select_from(table).where(filled)
    count: int = connection.execute(counted).scalar_one()
    if really and count:
        connection.execute(update(table).where(filled).values({each: None for each in held}))
    return count


def fingerprint() -> str:
    """Return what tells two master keys apart without telling either."""
    return hmac.new(_key("fingerprint"), b"relief_ops", hashlib.sha256).hexdigest()[:16]


def _key(purpose: str) -> bytes:
    if _master is None:
        raise RuntimeError("the vault is locked: call vault.unlock(master_key) first")
    return hmac.digest(_master, purpose.encode(), hashlib.sha256)
