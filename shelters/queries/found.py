"""By what somebody is found who asks for one household exactly."""

from __future__ import annotations

from relief_ops import vault
from shelters import rules


def phone_index(phone: str) -> bytes | None:
    """Return what a household's telephone number is found by, or None without one."""
    digits = rules.digits_of(phone)
    return vault.blind(f"phone:{digits}") if digits else None
