"""What reports have against verifying a disaster, and against splitting areas off one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.queries import choices
from damage_reports.rules import RoundKind
from damage_reports.services.signing import waits_for
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.errors import IllegalTransition
from relief_ops.geo import AreaTree, Level
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
    """Raise IllegalTransition where a split would change a sum.

    From then on one township's reports to either are one row, the latest of which counts: what the
    other has of its own there would vanish behind them. Such a disaster is joined instead.
    """
    _refuse_rivals(session, source, into, townships)
    _refuse_sources(session, source, into, townships)


def _refuse_rivals(
    session: Session, source: Disaster, into: Disaster, townships: frozenset[UUID]
) -> None:
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


def _refuse_sources(
    session: Session, source: Disaster, into: Disaster, townships: frozenset[UUID]
) -> None:
    """Refuse to cut up a county's single figure, and to move a figure to where it is not chosen."""
    tree = disasters.division_tree(session, source)
    form, known = queries.form_of(session, source.form_version), regrouped.grouping(session)
    mine, theirs = (
        choices.spoken(session, known.streams(each.id), form, tree) for each in (source, into)
    )
    if not mine and not theirs:
        return
    counties = {each.parent_id for each in map(tree.node, townships) if each.parent_id}
    moved = choices.spoken_of(tree, townships)
    _refuse(
        tree, (mine.keys() & counties) - moved,
        _("Another source gave one figure for all of %(names)s: split it off whole, or take "
          "that figure back first."),
    )  # fmt: skip
    _refuse(
        tree, theirs.keys() & (townships | counties),
        _("%(name)s has figures of other sources for %(names)s. Join the two instead."),
        name=into.name,
    )  # fmt: skip
    here, there = (
        choices.Choices(tree, form, choices.rule_book(session, each.id, known_at=None), {})
        for each in (source, into)
    )
    _refuse(
        tree,
        {
            area_id for area_id in mine.keys() & moved for code in mine[area_id]
            if here.order(tree.node(area_id), code) != there.order(tree.node(area_id), code)
        },
        _("Other sources' figures for %(names)s are chosen by different rules in the two. Set "
          "the same order of sources in %(name)s first."),
        name=into.name,
    )  # fmt: skip


def _refuse(tree: AreaTree, areas: set[UUID], words: str, **more: str) -> None:
    if areas:
        names = "、".join(sorted(tree.node(each).name for each in areas))
        raise IllegalTransition(words, names=names, **more)
