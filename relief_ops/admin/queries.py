"""Reading accounts, jobs and zones for the administrators' pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import viewer
from relief_ops.auth.home import own_root
from relief_ops.auth.models import RoleGrant, Token, User
from relief_ops.auth.scope import visible
from relief_ops.errors import NotFound
from relief_ops.geo.models import AreaVersion, Zone, ZoneArea
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list, and how much there is altogether."""

    rows: Sequence[Any]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def page_of(session: Session, statement: Select[Any], page: int) -> Page:
    """Return one page (1 is the first) of an ordered statement."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    rows = session.scalars(statement.offset((page - 1) * PAGE).limit(PAGE)).all()
    return Page(rows=rows, total=total or 0, page=page)


def users(session: Session) -> Select[Any]:
    """Return the statement of the accounts that hold something in the viewer's areas.

    Accounts that hold nothing yet are seen by whoever holds the area above all others.
    """
    held = select(RoleGrant.user_id).where(visible(RoleGrant.area_id))
    mine: ColumnElement[bool] = User.id.in_(held)
    who = viewer()
    if who is not None and (who.everything or own_root(geo.tree(session)).id in who.area_ids):
        mine = or_(mine, User.id.not_in(select(RoleGrant.user_id)))
    return select(User).where(mine).order_by(User.login)


def find_users(session: Session, *, text: str, role: str, page: int) -> Page:
    """Return a page of accounts by name or sign-in name and role."""
    statement = users(session)
    if text:
        like = f"%{text}%"
        statement = statement.where(or_(User.login.ilike(like), User.name.ilike(like)))
    if role:
        statement = statement.where(
            User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == role))
        )
    return page_of(session, statement, page)


def user(session: Session, user_id: UUID) -> User:
    """Return one account of the viewer's areas. Raises NotFound."""
    found: User | None = session.scalar(users(session).where(User.id == user_id))
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def grants_of(session: Session, user_ids: Sequence[UUID]) -> dict[UUID, list[RoleGrant]]:
    """Return what accounts hold."""
    found: dict[UUID, list[RoleGrant]] = {each: [] for each in user_ids}
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id.in_(user_ids))):
        found[grant.user_id].append(grant)
    return found


def tokens_of(session: Session, user_id: UUID) -> Sequence[Token]:
    """Return an account's tokens, the latest first; their secrets are not kept."""
    statement = select(Token).where(Token.user_id == user_id)
    return session.scalars(statement.order_by(Token.created_at.desc())).all()


def names_of(session: Session, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of people who did something."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def jobs(session: Session, *, state: str, page: int) -> Page:
    """Return a page of background work, the latest first."""
    statement = select(JobRow).order_by(JobRow.created_at.desc(), JobRow.id)
    if state:
        statement = statement.where(JobRow.state == state)
    return page_of(session, statement, page)


def versions_of(session: Session, area_id: UUID) -> Sequence[AreaVersion]:
    """Return what an area was called and coded over time, the latest first."""
    statement = select(AreaVersion).where(AreaVersion.area_id == area_id)
    return session.scalars(statement.order_by(AreaVersion.valid_from.desc())).all()


def zones(session: Session) -> list[tuple[Zone, list[UUID]]]:
    """Return every functional zone with the ids of its areas, by name."""
    members: dict[UUID, list[UUID]] = {}
    for row in session.scalars(select(ZoneArea)):
        members.setdefault(row.zone_id, []).append(row.area_id)
    found = session.scalars(select(Zone).order_by(Zone.name)).all()
    return [(zone, members.get(zone.id, [])) for zone in found]


def zone(session: Session, zone_id: UUID) -> Zone:
    """Return one functional zone. Raises NotFound."""
    found = session.get(Zone, zone_id)
    if found is None:
        raise NotFound(_("There is no such zone."))
    return found
