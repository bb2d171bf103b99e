"""Importing a library without the optional parts it would load along."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*optional: str) -> Iterator[None]:
    """Let what is imported inside find these packages absent, unless they are in use already.

    A library that guards an import by `except ImportError` does without; afterwards they can
    be imported as ever.
    """
    hidden = [each for each in optional if each not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: not to be found
    try:
        yield
    finally:
        for each in hidden:
            sys.modules.pop(each, None)
