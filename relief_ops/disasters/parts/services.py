"""Joining disasters, separating them, and splitting areas off one into another."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import db, plugins, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters import schemas as disaster_schemas
from relief_ops.disasters import services as disaster_services
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import events, queries, schemas
from relief_ops.disasters.parts.models import DisasterPart, DisasterSplit, DisasterSplitArea
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

SPLIT_LEVELS = (Level.COUNTY, Level.TOWNSHIP)


def join(
    session: Session, attempt: Attempt, order: schemas.PutPart, *, whole: Disaster,
    part: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Let a disaster count in another from now on; nothing that was filed is touched.

    Raises Invalid where their figures cannot be added, IllegalTransition where one is settled,
    where the part counts in a whole already, or where the whole is part of the part.
    """
    db.alone(session)
    if receipt := receipts.replay(session, attempt):
        return receipt
    _read_afresh(session, whole, part)
    _check_reason(order.reason)
    check_join(session, whole=whole, part=part)
    now = disasters.now_of(session, whole)
    session.add(
        DisasterPart(
            id=attempt.id, part_id=part.id, whole_id=whole.id, from_at=now, reason=order.reason,
            document=order.document, actor_id=actor_id,
        )
    )  # fmt: skip
    session.flush()
    queries.read_again(session)
    event = events.DisasterJoined(attempt.id, whole.id, part.id)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[whole.area_id])
    return receipts.keep(session, attempt, revision=1)


def check_join(session: Session, *, whole: Disaster, part: Disaster) -> None:
    """Raise Invalid or IllegalTransition where a disaster cannot become part of another."""
    _check_fit(session, whole, part)
    _check_free(session, whole, part)
    _check_open(session, whole, part)


def separate(
    session: Session, attempt: Attempt, order: schemas.EndPart, *, row: DisasterPart,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Let a part count on its own again from now on.

    Raises IllegalTransition when it was separated already, or when one of the two is settled.
    """
    db.alone(session)
    if receipt := receipts.replay(session, attempt):
        return receipt
    session.refresh(row)
    whole, part = (disasters.disaster(session, each) for each in (row.whole_id, row.part_id))
    _read_afresh(session, whole, part)
    _check_reason(order.reason)
    if row.to_at is not None:
        raise IllegalTransition(_("It was separated already."))
    _check_open(session, whole, part)
    row.to_at = max(row.from_at, disasters.now_of(session, whole))
    row.end_reason, row.end_document, row.ended_by = order.reason, order.document, actor_id
    session.flush()
    queries.read_again(session)
    event = events.DisasterSeparated(row.id, whole.id, part.id)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[whole.area_id])
    return receipts.keep(session, attempt, revision=1)


def split(
    session: Session, attempt: Attempt, order: schemas.PutSplit, *, source: Disaster,
    into: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Move what a disaster holds of some townships into another, for what is filed later too.

    Raises Invalid for areas that cannot be split off, IllegalTransition where one is settled,
    where the figures left already, or where the other has figures of its own there.
    """
    db.alone(session)
    if receipt := receipts.replay(session, attempt):
        return receipt
    _read_afresh(session, source, into)
    _check_reason(order.reason)
    townships = splittable(session, order.area_codes, source=source, into=into)
    number = (session.scalar(select(func.max(DisasterSplit.number))) or 0) + 1
    session.add(
        DisasterSplit(
            id=attempt.id, number=number, source_id=source.id, into_id=into.id,
            at=disasters.now_of(session, source), reason=order.reason,
            document=order.document, actor_id=actor_id,
        )
    )  # fmt: skip
    session.flush()
    session.add_all(DisasterSplitArea(split_id=attempt.id, area_id=each) for each in townships)
    session.flush()
    queries.read_again(session)
    event = events.DisasterWasSplit(attempt.id, source.id, into.id, len(townships))
    concerned = [source.area_id, into.area_id]
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=concerned)
    return receipts.keep(session, attempt, revision=1)


def split_anew(
    session: Session, attempt: Attempt, order: schemas.PutSplit, new: disaster_schemas.PutDisaster,
    *, source: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a disaster and split areas of another off into it, both or neither."""
    db.alone(session)
    opening = Attempt(id=order.into_id, base="", digest=attempt.digest, mutable=True)
    disaster_services.put_disaster(session, opening, new, actor_id=actor_id)
    session.flush()
    into = disasters.disaster(session, order.into_id)
    return split(session, attempt, order, source=source, into=into, actor_id=actor_id)


def splittable(
    session: Session, area_codes: Iterable[str], *, source: Disaster, into: Disaster
) -> list[UUID]:
    """Return the townships of some areas that one disaster may split off into another.

    Raises Invalid and IllegalTransition as `split` does.
    """
    _check_fit(session, into, source, field="into_id", within=False)
    townships = _townships_of(session, area_codes, source, into)
    _check_held(session, source, townships)
    _check_open(session, source, into)
    for may in plugins.contributed("may_split"):
        may(session, source, into, frozenset(townships))
    return townships


def _townships_of(
    session: Session, area_codes: Iterable[str], source: Disaster, into: Disaster
) -> list[UUID]:
    """Return the townships of some counties and townships. Raises Invalid for any other area."""
    tree = disasters.division_tree(session, source)
    reach = tree.within(source.area_id) & tree.within(into.area_id)
    found: dict[UUID, None] = {}
    problems = []
    for code in area_codes:
        node = disasters.area_by_code(session, code, source)
        if node.level not in SPLIT_LEVELS:
            problems.append(_wrong_area(node, _("Townships and counties are split off.")))
        elif node.id not in reach:
            problems.append(_wrong_area(node, _("This area belongs to only one of the two.")))
        found |= dict.fromkeys(each.id for each in tree.at_level(Level.TOWNSHIP, node.id))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    return list(found)


def _wrong_area(node: AreaNode, words: str) -> FieldError:
    return FieldError("area_codes", "area", f"{node.name}: {words}")


def _read_afresh(session: Session, *found: Disaster) -> None:
    """Read what the route has read again: now nobody else writes."""
    queries.read_again(session)
    for each in found:
        session.refresh(each)


def _check_reason(reason: str) -> None:
    if not reason:
        missing = FieldError("reason", "missing", _("Say who decided it, and why."))
        raise Invalid(_("A reason is required."), [missing])


def _check_fit(
    session: Session, whole: Disaster, part: Disaster, *, field: str = "part_id",
    within: bool = True,
) -> None:  # fmt: skip
    problems = [
        FieldError(field, each.code, each.message) for each in queries.misfits(session, whole, part)
    ]
    tree = disasters.division_tree(session, whole)
    if within and not problems and part.area_id not in tree.within(whole.area_id):
        words = _("It reaches beyond the area of the whole. Join it to one of the whole city.")
        problems.append(FieldError(field, "area", words))
    if problems:
        raise Invalid(_("These disasters cannot be put together."), problems)


def _check_free(session: Session, whole: Disaster, part: Disaster) -> None:
    known = queries.grouping(session)
    if part.id in known.wholes:
        other = disasters.disaster(session, known.wholes[part.id])
        raise IllegalTransition(
            _(
                "%(part)s is part of %(whole)s already. Separate it there first.",
                part=part.name, whole=other.name,
            )
        )  # fmt: skip
    if part.id in known.chain(whole.id):
        raise IllegalTransition(
            _(
                "%(whole)s is itself part of %(part)s: they cannot be parts of each other.",
                whole=whole.name, part=part.name,
            )
        )  # fmt: skip


def _check_open(session: Session, *found: Disaster) -> None:
    """Refuse to change the totals of a disaster that is verified, or of a whole above it."""
    known, named = queries.grouping(session), {each.id: each for each in found}
    for disaster_id in dict.fromkeys(each for one in found for each in known.chain(one.id)):
        concerned = named.get(disaster_id) or disasters.disaster(session, disaster_id)
        if concerned.state in queries.SETTLED:
            raise IllegalTransition(
                _(
                    "%(name)s is verified or closed: its totals stay as they are.",
                    name=concerned.name,
                )
            )


def _check_held(session: Session, source: Disaster, townships: Iterable[UUID]) -> None:
    known, tree = queries.grouping(session), disasters.division_tree(session, source)
    gone = [each for each in townships if known.home(source.id, each) != source.id]
    if gone:
        names = "、".join(node.name for node in queries.named(tree, gone))
        raise IllegalTransition(
            _("These areas count in another disaster already: %(names)s.", names=names)
        )
