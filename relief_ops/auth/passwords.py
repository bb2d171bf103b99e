"""Passwords: argon2id, off the event loop, at most four at a time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

T = TypeVar("T")
MIN_LENGTH, MAX_LENGTH = 12, 128
JUDGED = 72
GUESSES = 10**9  # what one machine tries against us in thirty years, at one try a second
_hasher = PasswordHasher()
_slots = threading.BoundedSemaphore(4)
_dummy: list[str] = []


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password (about 150 ms of work)."""
    return off_loop(lambda: _hasher.hash(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account takes as long as a known one."""
    known = stored or _some_hash()
    try:
        fits = off_loop(lambda: _hasher.verify(known, password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(fits) and stored is not None


def weaknesses(password: str, *, login: str, profile: str = "mlps3") -> list[str]:
    """Return what is wrong with a new password, as codes.

    `mlps3` asks for three kinds of signs besides (GB/T 22239-2019, 8.1.4.1); `asvs` does not.
    """
    problems = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        problems.append("length")
    if profile == "mlps3" and _kinds(password) < 3:
        problems.append("complexity")
    if login.lower() in password.lower():
        problems.append("contains_login")
    if is_common(password, login):
        problems.append("common")
    return problems


def _kinds(password: str) -> int:
    kinds: list[Callable[[str], bool]] = [
        str.islower,
        str.isupper,
        str.isdigit,
        lambda each: not each.isalnum(),
    ]
    return sum(any(kind(char) for char in password) for kind in kinds)


def is_common(password: str, login: str = "") -> bool:
    """Whether a password is one of those tried first, or little more than one of them.

    The 30,000 most common ones, and what is guessed from them by a year, a row of digits, a
    capital or a letter written as a sign. Only the head of a long one is judged; all of it is
    hashed and compared.
    """
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # 15 MB: not before it is needed
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    if password.lower() in FREQUENCY_LISTS["passwords"]:
        return True
    guesses = zxcvbn(password[:JUDGED], user_inputs=[login] if login else [])["guesses"]
    return bool(guesses < GUESSES)


def new_secret() -> str:
    """Return a random secret for a cookie, a token or a link."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what the database keeps of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(first, second)


def off_loop(work: Callable[[], T]) -> T:
    """Run heavy work in gevent's thread pool when under gevent, else right here."""
    with _slots:
        from gevent import get_hub
        from gevent.monkey import is_module_patched

        if not is_module_patched("threading"):
            return work()
        result: T = get_hub().threadpool.apply(work)
        return result


def _some_hash() -> str:
    if not _dummy:
        _dummy.append(_hasher.hash(secrets.token_hex(16)))
    return _dummy[0]
