"""Reporting past the city: to the province and the ministry, at the same time (同时越级上报)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Above(StrEnum):
    """Whom a county tells past the city; 自然灾害情况统计制度 (民函〔2008〕119号)."""

    PROVINCE = "province"
    MINISTRY = "ministry"


@dataclass(frozen=True)
class Word:
    """What a level was told, and when."""

    above: Above
    at: datetime
    deaths: int
    missing: int

    @property
    def lost(self) -> int:
        """Return how many dead and missing were told."""
        return self.deaths + self.missing


def latest(words: Iterable[Word]) -> dict[Above, Word]:
    """Return what each level was told last; of one instant the word that came later in order."""
    return {each.above: each for each in sorted(words, key=lambda each: each.at)}


def untold(told: Mapping[Above, Word], lost: int) -> list[Above]:
    """Return who was told nothing, or of fewer dead and missing than are known now."""
    return [each for each in Above if each not in told or told[each].lost < lost]
