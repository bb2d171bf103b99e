"""Where a case stands, what may follow, and which clock runs meanwhile."""

from dataclasses import dataclass
from enum import StrEnum

from relief_ops.plugins import Verdict


class State(StrEnum):
    """The stages every programme shares, and the ways out."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    TRANSFERRED = "transferred"
    VERIFYING = "verifying"
    VISITED = "visited"
    REVIEWED = "reviewed"
    ON_NOTICE = "on_notice"
    APPROVED = "approved"
    PAID = "paid"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    REFUSED = "refused"
    TERMINATED = "terminated"
    REFERRED = "referred"


class Relation(StrEnum):
    """How a member of the household stands to its head."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    GRANDPARENT = "grandparent"
    OTHER = "other"


class Purpose(StrEnum):
    """Why somebody reads a person in full."""

    VERIFICATION = "verification"
    CONTACT = "contact"
    PAYMENT = "payment"
    CORRECTION = "correction"
    COMPLAINT = "complaint"


_ASIDE = frozenset({State.TERMINATED, State.REFERRED})
ASIDE = _ASIDE | {State.WAITING, State.NOT_ACCEPTED}
NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ACCEPTED, State.NOT_ACCEPTED}) | _ASIDE,
    State.ACCEPTED: frozenset({State.WAITING, State.TRANSFERRED, State.VERIFYING}) | _ASIDE,
    State.TRANSFERRED: frozenset({State.VERIFYING, State.VISITED}) | _ASIDE,
    State.VERIFYING: frozenset({State.VISITED}) | _ASIDE,
    State.VISITED: frozenset({State.REVIEWED}) | _ASIDE,
    State.REVIEWED: frozenset({State.ON_NOTICE, State.REFUSED}) | _ASIDE,
    State.ON_NOTICE: frozenset({State.APPROVED, State.REFUSED, State.VISITED}) | _ASIDE,
    State.APPROVED: frozenset({State.PAID, State.CLOSED}),
    State.PAID: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
    State.NOT_ACCEPTED: frozenset({State.ACCEPTED, State.CLOSED}),
    State.REFUSED: frozenset({State.VERIFYING, State.CLOSED}),
    State.TERMINATED: frozenset({State.CLOSED}),
    State.REFERRED: frozenset({State.CLOSED}),
}
DECISIONS = frozenset({State.APPROVED, State.REFUSED})
OPEN = frozenset(State) - {State.CLOSED, State.REFUSED, State.TERMINATED, State.REFERRED}
EDITABLE = frozenset({State.WAITING, State.ACCEPTED, State.NOT_ACCEPTED, State.VERIFYING})
OPENING = {
    Verdict.GRANT: State.ACCEPTED,
    Verdict.INCOMPLETE: State.WAITING,
    Verdict.REFUSE: State.NOT_ACCEPTED,
    Verdict.NOT_APPLICABLE: State.NOT_ACCEPTED,
}


@dataclass(frozen=True)
class Limit:
    """A clock of a stage: which figure it takes, and whether it counts working days."""

    kind: str
    keys: tuple[str, ...]
    workdays: bool = True


def may_follow(state: State, following: State) -> bool:
    """Say whether a case may go from one state to another."""
    return following in NEXT[state]


def limit_of(state: State, programme: str) -> Limit | None:
    """Return the clock that runs in a state; None where none does.

    The programme's own figure comes before the general one. Waiting for papers stops every
    clock.
    """
    if state is State.ACCEPTED:
        own = f"{programme}.investigation_workdays"
        return Limit("investigation", (own, "case.transfer_workdays"))
    if state in {State.TRANSFERRED, State.VERIFYING, State.VISITED}:
        return Limit("feedback", ("case.feedback_workdays",))
    if state is State.REVIEWED:
        return Limit("approval", (f"{programme}.approval_workdays", "case.final_workdays"))
    if state is State.ON_NOTICE:
        return Limit("notice", (f"{programme}.notice_days", "notice.days"), workdays=False)
    if state in {State.NOT_ACCEPTED, State.REFUSED}:
        return Limit("written_answer", ("case.refusal_notice_workdays",))
    return None
