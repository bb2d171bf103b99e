"""Changing accounts and zones."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.admin import schemas
from relief_ops.admin.events import AreaMoved, JobCancelled, ZoneChanged
from relief_ops.auth import Grant, reach, require, services, viewer
from relief_ops.auth.home import own_root
from relief_ops.auth.models import RoleGrant, Token, User
from relief_ops.errors import Forbidden, Invalid, NotFound
from relief_ops.events import Code, record
from relief_ops.geo.importing import set_point, touch
from relief_ops.geo.models import Zone, ZoneArea
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow, cancel


def put_user(
    session: Session, attempt: receipts.Attempt, order: schemas.PutUser
) -> receipts.Receipt:
    """Create or change an account and what it holds. Nobody changes their own.

    The actor must administer every area the account holds or is to hold.
    """
    grants = [grant(session, each) for each in order.grants]
    held = session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == attempt.id)).all()
    for area_id in dict.fromkeys([*(each.area_id for each in grants), *held]):
        require("user.write", area_id)
    actor_id = require("user.write")
    if receipt := receipts.replay(session, attempt):
        return receipt
    if attempt.id == actor_id:
        raise Invalid(_("Nobody changes their own account. Ask another administrator."))
    known = session.get(User, attempt.id, with_for_update=True)
    _check_reach("user.write", known.drill_id if known else order.drill_id)
    receipts.next_revision(attempt, known.revision if known else None)
    user = services.put_user(
        session, attempt.id, login=order.login, name=order.name, grants=grants,
        actor_id=actor_id, drill_id=order.drill_id,
    )  # fmt: skip
    for name, channel in reach.FIELDS.items():
        told = getattr(order.reach, name, None)
        if told is not None:
            reach.set_address(user, channel, told)
    return receipts.keep(session, attempt, revision=user.revision)


def grant(session: Session, held: schemas.HeldRole) -> Grant:
    """Return a role for an area named by its code. Raises Invalid."""
    try:
        area = geo.tree(session).by_code(held.area_code)
    except KeyError:
        raise Invalid(_("There is no area with the code %(code)s.", code=held.area_code)) from None
    return Grant(held.role, area.id, held.programme)


def over(session: Session, user_id: UUID, permission: str) -> UUID:
    """Return the actor if they hold the permission for every area the account holds."""
    held = session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == user_id)).all()
    for area_id in held:
        require(permission, area_id)
    actor_id = require(permission)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such account."))
    _check_reach(permission, user.drill_id)
    return actor_id


def _check_reach(permission: str, drill_id: UUID | None) -> None:
    """Raise Forbidden where one who only runs drills would touch an account of the real world."""
    who = viewer()
    if who and drill_id is None and who.only_in_drills(permission):
        raise Forbidden(_("Who runs drills looks after the accounts of drills only."))


def over_other(session: Session, user_id: UUID, permission: str) -> UUID:
    """Return the actor as `over` does. Raises Invalid when the account is their own."""
    actor_id = over(session, user_id, permission)
    if user_id == actor_id:
        raise Invalid(_("Nobody changes their own account. Ask another administrator."))
    return actor_id


def revoke_token(session: Session, user_id: UUID, token_id: UUID) -> None:
    """Revoke a token of this account. Raises NotFound."""
    actor_id = over(session, user_id, "token.write")
    token = session.get(Token, token_id)
    if token is None or token.user_id != user_id:
        raise NotFound(_("There is no such token."))
    services.revoke_token(session, token_id, actor_id=actor_id)


def put_point(
    session: Session, node: geo.AreaNode, order: schemas.PutPoint, *, actor_id: UUID
) -> None:
    """Put an area's point right."""
    point = (order.lon, order.lat)
    set_point(session, node.id, point, approximate=order.approximate, source="user")
    touch(session)
    event = AreaMoved(Code(node.code), order.approximate)
    record(session, event, actor_id=actor_id, subject=node.id, areas=[node.id])


def put_zone(
    session: Session, zone_id: UUID, *, name: str, areas: Iterable[UUID], actor_id: UUID
) -> None:
    """Create or change a functional zone, a named set of areas. Raises Invalid."""
    wanted = list(dict.fromkeys(areas))
    if not name.strip() or len(name) > 64:
        raise Invalid(_("A zone has a name of at most 64 characters."))
    if not wanted:
        raise Invalid(_("A zone has at least one area."))
    if session.scalar(select(Zone.id).where(Zone.name == name.strip(), Zone.id != zone_id)):
        raise Invalid(_("Another zone has this name."))
    zone = session.get(Zone, zone_id)
    if zone is None:
        zone = Zone(id=zone_id, name=name.strip(), code=None)
        session.add(zone)
    zone.name = name.strip()
    session.flush()
    session.execute(delete(ZoneArea).where(ZoneArea.zone_id == zone_id))
    session.add_all(ZoneArea(zone_id=zone_id, area_id=each) for each in wanted)
    root = own_root(geo.tree(session))
    event = ZoneChanged(zone_id, len(wanted))
    record(session, event, actor_id=actor_id, subject=zone_id, areas=[root.id])


def cancel_job(session: Session, job_id: UUID, *, actor_id: UUID) -> None:
    """Cancel background work: it stops after its present step. Raises NotFound."""
    if session.get(JobRow, job_id) is None:
        raise NotFound(_("There is no such job."))
    cancel(session, job_id)
    root = own_root(geo.tree(session))
    record(session, JobCancelled(job_id), actor_id=actor_id, subject=job_id, areas=[root.id])
