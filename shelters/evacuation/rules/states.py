"""Where a household stands under an order: the steps it may take, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class State(StrEnum):
    """应转人员 under one order, from nobody reached to home again."""

    TO_TELL = "to_tell"
    TOLD = "told"
    READY = "ready"
    ON_THE_WAY = "on_the_way"
    AT_SHELTER = "at_shelter"
    WITH_RELATIVES = "with_relatives"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    RETURNED = "returned"


class Means(StrEnum):
    """By what somebody was told (叫应)."""

    PHONE = "phone"
    DOOR = "door"
    BROADCAST = "broadcast"
    GONG = "gong"
    MESSAGE = "message"


SAFE = frozenset({State.AT_SHELTER, State.WITH_RELATIVES, State.RETURNED})
LEAVING = frozenset({State.READY, State.ON_THE_WAY})
_MOVING = frozenset(
    {
        *(State.READY, State.ON_THE_WAY, State.AT_SHELTER, State.WITH_RELATIVES),
        *(State.REFUSED, State.NOT_FOUND),
    }
)
_LEFT = (State.ON_THE_WAY, State.NOT_FOUND, State.TO_TELL)
# TO_TELL again is another try that nobody answered, or people who went back and must be told
# anew. Only the safe return, and only when the order allows it.
NEXT: Mapping[State, frozenset[State]] = {
    State.TO_TELL: _MOVING | {State.TO_TELL, State.TOLD},
    State.TOLD: _MOVING | {State.TOLD},
    State.READY: _MOVING,
    State.ON_THE_WAY: _MOVING - {State.READY} | {State.TO_TELL},
    State.AT_SHELTER: frozenset({*_LEFT, State.WITH_RELATIVES, State.RETURNED}),
    State.WITH_RELATIVES: frozenset({*_LEFT, State.AT_SHELTER, State.RETURNED}),
    State.REFUSED: _MOVING | {State.TOLD},
    State.NOT_FOUND: _MOVING - {State.NOT_FOUND} | {State.TOLD},
    State.RETURNED: frozenset(),
}


class Told(Protocol):
    """One step as it was kept; `origin` is the same for it under every order.

    With `people` so many came into shelters, or left them (negative); `out_of` how many there are.
    """

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def origin(self) -> UUID: ...  # noqa: D102
    @property
    def people(self) -> int | None: ...  # noqa: D102
    @property
    def out_of(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True)
class Said:
    """What the steps of a household add up to.

    `sheltered` of its people are registered in shelters; the others are where `state` says.
    """

    state: State = State.TO_TELL
    since: datetime | None = None
    first_tried: datetime | None = None
    safe_since: datetime | None = None
    refusals: int = 0
    sheltered: int = 0
    at: datetime | None = None


def may_become(before: State, after: State) -> bool:
    """Whether the step is one a household may take."""
    return after in NEXT[before]


def outcome(state: State, *, read_back: bool) -> State:
    """Return what a step really reached: told only if it was read back, else one more try."""
    return State.TO_TELL if state == State.TOLD and not read_back else state


def fold(steps: Iterable[Told]) -> Said:
    """Return where the steps lead, in the order they happened; what cannot follow is passed over.

    Phones send late: a step that happened before one already known falls into its place, and
    the state is that of the latest step that could be taken.
    """
    said = Said()
    for each in course(steps):
        said = each
    return said


def course(steps: Iterable[Told]) -> Iterator[Said]:
    """Yield where a household stood after each step that could be taken, in their order."""
    said = Said()
    for each in sorted(steps, key=lambda step: (step.at, step.origin)):
        after = _said(said, each) if each.people is None else _counted(said, each, each.people)
        if after is not None:
            said = after
            yield said


def _said(before: Said, step: Told) -> Said | None:
    """Return where a step said of everybody leads, or of the others where some are in shelters."""
    state = State(step.state)
    if not may_become(before.state, state):
        return None
    return _after(before, state, step, 0 if before.state in SAFE else before.sheltered)


def _counted(before: Said, step: Told, people: int) -> Said | None:
    """Return where it leads that so many came into shelters, or left them; None: nowhere new.

    All are there once as many are as there were to come. Who leaves for another safe place while
    others are still to come counts on among those who are safe.
    """
    here, state = max(0, before.sheltered + people), State(step.state)
    if people > 0:
        if before.state == State.RETURNED:
            return None
        if here >= (step.out_of or 1):
            return _after(before, State.AT_SHELTER, step, here)
    elif (here < (step.out_of or 1) and before.state in SAFE) or before.sheltered + people < 0:
        stays = before.state != state and not may_become(before.state, state)
        return None if stays else _after(before, state, step, here)
    elif state in SAFE:
        return None
    return replace(
        before, since=before.since or step.at, first_tried=before.first_tried or step.at,
        sheltered=here, at=step.at,
    )  # fmt: skip


def _after(said: Said, state: State, step: Told, sheltered: int) -> Said:
    safe_since = (said.safe_since or step.at) if state in SAFE else None
    return Said(
        state=state,
        since=step.at,
        first_tried=said.first_tried or step.at,
        safe_since=safe_since,
        refusals=said.refusals + (state == State.REFUSED),
        sheltered=sheltered,
        at=step.at,
    )


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody says of one or more households, as far as the rules ask."""

    state: State
    means: Means | None = None
    compulsory: bool = False
    decided_by: str = ""
    present: str = ""
    lifted: bool = False
    homeless: bool = False


def step_errors(before: Said, act: Act) -> dict[str, str]:
    """Return what is missing or out of order in a step: field → code."""
    if not may_become(before.state, act.state):
        return {"state": "not_from_here"}
    if act.state in (State.TOLD, State.TO_TELL) and act.means is None:
        return {"means": "missing"}
    if act.state == State.RETURNED and not act.lifted:
        return {"state": "not_lifted"}
    if act.state == State.RETURNED and act.homeless:
        return {"state": "uninhabitable"}
    return _compulsory_errors(before, act)


def _compulsory_errors(before: Said, act: Act) -> dict[str, str]:
    """Nobody is moved by force who was not talked to and refused, nor without names for it."""
    if not act.compulsory:
        return {}
    if act.state != State.ON_THE_WAY or before.state != State.REFUSED:
        return {"compulsory": "only_after_refusal"}
    return {name: "missing" for name in ("decided_by", "present") if not getattr(act, name)}
