"""Who works in all runs of a machine, and the hands of the clock they go by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relief_ops import clock
from tests.conftest import MORNING, Caller, new_id


class Hands:
    """The hands of the one clock, which a test moves."""

    def __init__(self) -> None:
        self.base, self.seconds = datetime.now(UTC), 0

    def at(self, _real: datetime, _of: Any = None) -> datetime:
        """Stand in for `clock.at`."""
        return self.moment(self.seconds)

    def moment(self, seconds: int) -> datetime:
        """Return the instant that is so many seconds from the beginning."""
        return self.base + timedelta(seconds=seconds)


@dataclass(frozen=True)
class People:
    """Three people, two disasters, one clock."""

    manager: Caller
    keeper: Caller
    reporter: Caller
    here: dict[str, Any]
    other: dict[str, Any]
    hands: Hands


@pytest.fixture
def people(
    person: Callable[..., Caller], manager: Caller, keeper: Caller, reporter: Caller,
    disaster: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
) -> People:  # fmt: skip
    """Return who works in the runs of a machine, by a clock of its own."""
    other = {
        "name": "别处的水", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "form_version": "2020",
    }  # fmt: skip
    other_id, hands = new_id(), Hands()
    answer = person("duty_officer").put(f"/api/v1/disasters/{other_id}", other)
    assert answer.status_code == 201, answer.json
    monkeypatch.setattr(clock, "at", hands.at)
    return People(manager, keeper, reporter, disaster, other | {"id": other_id}, hands)
