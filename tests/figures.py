"""Figures a proof reached, printed whether it holds or not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

Told = Callable[..., None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Told:
    """Return a printer of figures; they stand in the results file too, held or not."""
    began = time.monotonic()

    def say(**figures: Any) -> None:
        reached = [(name, _short(value)) for name, value in figures.items()]
        plain = json.loads(json.dumps([(str(name), value) for name, value in reached], default=str))
        request.node.user_properties.extend((name, value) for name, value in plain)
        shown = ", ".join(f"{name} {value}" for name, value in reached)
        with capsys.disabled():
            print(f"\n  {request.node.name}: {shown} ({time.monotonic() - began:.0f} s)")

    return say


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
