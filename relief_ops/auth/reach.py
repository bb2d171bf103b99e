"""Where people are reached: their addresses, encrypted, and who answers for an area."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.auth.models import RoleGrant, User
from relief_ops.auth.viewers import roles
from relief_ops.messages.rules import Channel, masked

COLUMNS = {
    Channel.EMAIL: "email_sealed",
    Channel.SMS: "phone_sealed",
    Channel.WEBHOOK: "webhook_sealed",
}
FIELDS = {"email": Channel.EMAIL, "phone": Channel.SMS, "webhook": Channel.WEBHOOK}


@dataclass(frozen=True)
class Holder:
    """Somebody who may do something for an area, and the account with their addresses."""

    user: User
    area_id: UUID


def address(user: User, channel: Channel) -> str:
    """Return where somebody is reached on a channel, in clear; empty when nowhere."""
    column = COLUMNS.get(channel)
    sealed = getattr(user, column) if column else None
    return vault.unseal("user_account", str(column), user.id, sealed) if sealed else ""


def set_address(user: User, channel: Channel, told: str) -> None:
    """Keep where somebody is reached on a channel, encrypted; empty takes it away."""
    column = COLUMNS[channel]
    sealed = vault.seal("user_account", column, user.id, told.strip()) if told.strip() else None
    setattr(user, column, sealed)


def shown(user: User) -> dict[str, str]:
    """Return a person's addresses masked, by the name of the field; empty where none."""
    found = {name: address(user, channel) for name, channel in FIELDS.items()}
    return {name: masked(FIELDS[name], each) if each else "" for name, each in found.items()}


def holders(
    session: Session, permission: str, area_ids: Collection[UUID], *, drill_id: UUID | None
) -> Sequence[Holder]:
    """Return who holds a permission for exactly these areas, by sign-in name.

    In a drill those of the drill are among them; an account made for a drill has no part in
    anything real.
    """
    giving = [role for role, held in roles().items() if permission in held["permissions"]]
    now = clock.now()
    part = or_(User.drill_id.is_(None), User.drill_id == drill_id)
    rows = session.execute(
        select(User, RoleGrant.area_id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.area_id.in_(list(area_ids)),
            RoleGrant.role.in_(giving),
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
            User.disabled.is_(False),
            part if drill_id else User.drill_id.is_(None),
        )
        .order_by(User.login)
        .distinct()
    )
    return [Holder(user, area_id) for user, area_id in rows]
