"""What the limits say to a handout, and the words of a refusal: when, where, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from stockpile.handouts import rules
from stockpile.handouts.queries import households
from stockpile.handouts.queries.households import Given, Who
from stockpile.handouts.rules import Judged, Ruling


@dataclass(frozen=True)
class Line:
    """So much of one item as the limits judged it, and what the household got of it before."""

    item: Item
    quantity: int
    judged: Judged
    given: Sequence[Given]


def judge(
    session: Session, disaster: Disaster, whose: Who, wanted: Mapping[str, int], *, on: date,
    area_id: UUID, but: UUID | None = None,
) -> list[Line]:  # fmt: skip
    """Judge quantities by item for a household; one without a number is known by nothing."""
    given = households.earlier(session, disaster.id, whose, but=but)
    limits = households.limits(session, wanted, on=on, area_id=area_id)
    return [
        Line(
            item=items.item(session, code),
            quantity=quantity,
            judged=rules.judge(
                quantity, whose.people, [each.issue for each in given.get(code, [])],
                limits[code], on,
            ),
            given=given.get(code, []),
        )
        for code, quantity in wanted.items()
    ]  # fmt: skip


def refuse(lines: Sequence[Line]) -> None:
    """Raise Invalid naming every line the limits do not allow."""
    wrong = [
        FieldError(f"lines.{number}.quantity", each.judged.ruling, in_words(each))
        for number, each in enumerate(lines)
        if each.judged.ruling != Ruling.ALLOWED
    ]
    if wrong:
        raise Invalid(" ".join(each.message for each in wrong), wrong)


def in_words(line: Line) -> str:
    """Say what was given of an item before, when and where, and what may still be given."""
    said = [_before(line)] if line.given else []
    allowed, until = line.judged.allowed, line.judged.until
    about = {"item": items.name_of(line.item), "unit": items.unit_of(line.item)}
    if allowed:
        said.append(_("%(item)s: at most %(n)d %(unit)s may be given now.", n=allowed, **about))
    elif until:
        said.append(_("%(item)s: more from %(day)s on.", day=until.isoformat(), **about))
    elif allowed == 0:
        said.append(_("%(item)s: nothing more may be given in this disaster.", **about))
    return " ".join(said)


def _before(line: Line) -> str:
    last = line.given[0]
    return _(
        "%(item)s: %(n)d %(unit)s were handed out on %(when)s at %(place)s.",
        item=items.name_of(line.item), unit=items.unit_of(line.item), n=last.quantity,
        when=f"{clock.local(last.at):%Y-%m-%d %H:%M}", place=last.place,
    )  # fmt: skip
