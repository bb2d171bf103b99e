"""What reports have against verifying a disaster, and against splitting areas off one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.rules import RoundKind
from damage_reports.services.signing import waits_for
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.errors import IllegalTransition
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _


def may_finalise(session: Session, disaster: Disaster) -> None:
    """Raise IllegalTransition while an area below has not sent its verified table.

    A part is verified with its whole: what counts is the table of the whole.
    """
    whole_id = regrouped.grouping(session).top(disaster.id)
    whole = disaster if whole_id == disaster.id else disasters.disaster(session, whole_id)
    tree = disasters.division_tree(session, whole)
    final = [each for each in queries.rounds(session, whole) if each.kind == RoundKind.FINAL]
    code = final[-1].code if final else ""
    area = tree.node(disaster.area_id)
    if missing := queries.missing_below(session, whole, tree, area, code):
        raise IllegalTransition(waits_for(missing))


def may_split(
    session: Session, source: Disaster, into: Disaster, townships: frozenset[UUID]
) -> None:
    """Raise IllegalTransition where the other disaster has reports of these townships itself.

    From then on one township's reports to either are one row, the latest of which counts: the
    other's own would vanish behind them. Such a disaster is joined instead.
    """
    tree = disasters.division_tree(session, source)
    known = regrouped.grouping(session)
    held = {into.id, *(each.source for each in known.splits)}
    theirs = set()
    for disaster_id, area_id in queries.filed_in(session, held, tree.root_of(source.area_id).id):
        township = tree.ancestor_at(area_id, Level.TOWNSHIP)
        asked = township is not None and township.id in townships
        if asked and township and known.home(disaster_id, township.id) == into.id:
            theirs.add(township.id)
    if theirs:
        names = "、".join(node.name for node in regrouped.named(tree, theirs))
        raise IllegalTransition(
            _(
                "%(name)s has reports of its own from %(names)s. Join the two instead.",
                name=into.name, names=names,
            )
        )  # fmt: skip
