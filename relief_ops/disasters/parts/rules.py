"""Where a figure counts: what joined a disaster, and what was split off one.

A report lies for good under the disaster it was filed under. A split moves what one disaster
holds of some townships into another; a join lets everything one disaster holds count in a whole
as well. So every report is held by exactly one disaster, and lies on one way up from there: no
join and no split can lose a figure or count it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID


@dataclass(frozen=True)
class Split:
    """Townships whose figures left one disaster for another."""

    source: UUID
    into: UUID
    townships: frozenset[UUID]


@dataclass(frozen=True)
class Stream:
    """What was filed under one disaster and is held by another, or still by itself.

    `only` are the townships it is held of; None is every township but those in `less`.
    """

    disaster_id: UUID
    only: frozenset[UUID] | None = None
    less: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Grouping:
    """Which disaster is part of which, and the splits in the order they were made."""

    wholes: Mapping[UUID, UUID] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()

    def chain(self, disaster_id: UUID) -> tuple[UUID, ...]:
        """Return a disaster and every whole above it, the nearest first; a ring ends somewhere."""
        found = [disaster_id]
        while (above := self.wholes.get(found[-1])) is not None and above not in found:
            found.append(above)
        return tuple(found)

    def top(self, disaster_id: UUID) -> UUID:
        """Return the disaster that is part of nothing and in which this one counts."""
        return self.chain(disaster_id)[-1]

    def parts(self, whole_id: UUID) -> tuple[UUID, ...]:
        """Return the disasters that are parts of one directly."""
        return tuple(sorted(part for part, whole in self.wholes.items() if whole == whole_id))

    def members(self, disaster_id: UUID) -> tuple[UUID, ...]:
        """Return a disaster and every part below it, itself first."""
        found = [disaster_id]
        for each in found:
            found += [part for part in self.parts(each) if part not in found]
        return tuple(found)

    def home(self, disaster_id: UUID, township_id: UUID) -> UUID:
        """Return the disaster that holds what was filed under one for a township."""
        found = disaster_id
        for each in self.splits:
            if each.source == found and township_id in each.townships:
                found = each.into
        return found

    def streams(self, disaster_id: UUID) -> tuple[Stream, ...]:
        """Return what a disaster itself holds: its own reports and those split off into it."""
        touched = {area for each in self.splits for area in each.townships}
        less = {each for each in touched if self.home(disaster_id, each) != disaster_id}
        found = [Stream(disaster_id, less=frozenset(less))]
        for other in sorted({each.source for each in self.splits} - {disaster_id}):
            only = frozenset(each for each in touched if self.home(other, each) == disaster_id)
            if only:
                found.append(Stream(other, only))
        return tuple(found)

    def filed_under(self, disaster_id: UUID) -> frozenset[UUID]:
        """Return under which disasters lies what counts in one."""
        members = self.members(disaster_id)
        return frozenset(each.disaster_id for one in members for each in self.streams(one))

    def counts(self, process_id: UUID, disaster_id: UUID, township_id: UUID | None) -> bool:
        """Whether what was filed under a disaster for a township counts in a process."""
        home = self.home(disaster_id, township_id) if township_id else disaster_id
        return process_id in self.chain(home)

    def joined(self, part_id: UUID, whole_id: UUID) -> Grouping:
        """Return what it would be with one disaster part of another."""
        return replace(self, wholes={**self.wholes, part_id: whole_id})

    def separated(self, part_id: UUID) -> Grouping:
        """Return what it would be with a disaster part of nothing."""
        return replace(self, wholes={k: v for k, v in self.wholes.items() if k != part_id})

    def split(self, source: UUID, into: UUID, townships: Iterable[UUID]) -> Grouping:
        """Return what it would be with some townships' figures moved."""
        made = Split(source, into, frozenset(townships))
        return replace(self, splits=(*self.splits, made))


ALONE = Grouping()
