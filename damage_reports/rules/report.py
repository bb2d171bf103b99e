"""What kinds of report there are, and what a filed one may become."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from relief_ops.i18n import gettext as _


class RoundKind(StrEnum):
    """初报, 续报, 核报. A 24-hour zero report is a flag on an update, not a kind."""

    INITIAL = "initial"
    UPDATE = "update"
    FINAL = "final"


class PaperState(StrEnum):
    """What became of the picture of a report on paper."""

    WAITING = "waiting"
    TYPED = "typed"
    WITHDRAWN = "withdrawn"


class ReportState(StrEnum):
    """Where a revision stands.

    A rival was filed blind on a grain that already had a current revision: it counts in
    nothing until a person chooses it (submitted) or sets it aside (discarded). A withdrawn
    one counts in nothing either: its round is owed again, unless it was a rival.
    """

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RIVAL = "rival"
    DISCARDED = "discarded"


class Basis(StrEnum):
    """Which figures a total counts: from receipt on (未核), or accepted by the county."""

    REPORTED = "reported"
    ACCEPTED = "accepted"


class Means(StrEnum):
    """How figures reached the person who enters them for somebody else (代报)."""

    PHONE = "phone"
    RADIO = "radio"
    PAPER = "paper"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    SATELLITE_PHONE = "satellite_phone"
    SMS = "sms"
    WORKBOOK = "workbook"


COUNTED: dict[Basis, frozenset[ReportState]] = {
    Basis.REPORTED: frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED}),
    Basis.ACCEPTED: frozenset({ReportState.ACCEPTED}),
}

_NEXT: dict[ReportState, frozenset[ReportState]] = {
    ReportState.SUBMITTED: frozenset(
        {
            ReportState.ACCEPTED,
            ReportState.RETURNED,
            ReportState.SUPERSEDED,
            ReportState.WITHDRAWN,
        }
    ),
    ReportState.RETURNED: frozenset({ReportState.SUPERSEDED, ReportState.WITHDRAWN}),
    ReportState.ACCEPTED: frozenset({ReportState.RETURNED, ReportState.SUPERSEDED}),
    ReportState.RIVAL: frozenset(
        {ReportState.SUBMITTED, ReportState.DISCARDED, ReportState.WITHDRAWN}
    ),
}

WITHDRAWAL = "withdraw"
KEPT, DISCARDED = "keep", "discard"  # what a person decided of a rival


def state_words() -> dict[str, str]:
    """Return where a revision stands, in the reader's language."""
    return {
        ReportState.SUBMITTED: _("received"),
        ReportState.RETURNED: _("returned"),
        ReportState.ACCEPTED: _("accepted"),
        ReportState.SUPERSEDED: _("replaced"),
        ReportState.WITHDRAWN: _("withdrawn"),
        ReportState.RIVAL: _("to be settled"),
        ReportState.DISCARDED: _("set aside"),
    }


def may_become(state: ReportState, following: ReportState) -> bool:
    """Say whether a revision in `state` may take the `following` one."""
    return following in _NEXT.get(state, frozenset())


ROUND = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d)")


def slot_of(local: datetime) -> str:
    """Return the round of a local moment before any was opened: that of its two hours."""
    return f"{local:%Y%m%d}T{local.hour // 2 * 2:02d}00"


def round_words(code: str) -> str:
    """Return a round as people say it: its local day and hour, or its name as it is."""
    found = ROUND.search(code)
    return f"{found[2]}-{found[3]} {found[4]}:{found[5]}" if found else code
