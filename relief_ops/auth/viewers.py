"""The viewer: a person with what they hold, worked out once for each request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from relief_ops.geo import AreaTree

ROLES = Path(__file__).resolve().parent.parent / "data" / "roles.json"


@cache
def roles() -> dict[str, dict[str, Any]]:
    """Return the roles as data: code → names, permissions, whether a second factor is due."""
    found: dict[str, dict[str, Any]] = json.loads(ROLES.read_text("utf-8"))
    return found


def wants_second_factor(held: Iterable[str]) -> bool:
    """Whether one of these roles demands a second factor."""
    return any(roles().get(role, {}).get("second_factor") for role in held)


BEYOND_DRILLS = frozenset({
    "area.write", "audit.read", "backup.run", "calendar.write", "drill.run", "indicator.write",
    "item.write", "job.cancel", "job.read", "parameter.write", "role.grant", "source.write",
    "token.write", "user.disable", "user.read", "user.write",
})  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """A role held for an area (and, for departments, one programme)."""

    role: str
    area_id: UUID
    programme: str = ""

    @property
    def permissions(self) -> frozenset[str]:
        """Return what the role may do."""
        return _permissions(self.role)


@cache
def _permissions(role: str) -> frozenset[str]:
    return frozenset(roles().get(role, {}).get("permissions", ()))


@dataclass(frozen=True)
class ErrandHeld:
    """What the holder of a link may do (`kind`), and about what."""

    kind: str
    subject_id: UUID


@dataclass(frozen=True)
class Viewer:
    """Somebody looking: `everything` is the system itself (jobs, commands).

    With a `drill_id` it is an account made for that drill: it has no part in anything real.
    With an `errand` it is whoever opened a link: no account, no areas, no permission but that.
    """

    id: UUID | None
    name: str = ""
    login: str = ""
    grants: tuple[Grant, ...] = ()
    everything: bool = False
    session_hash: str | None = None
    programmes: tuple[str, ...] = field(default=())
    second_factor_due: bool = False
    drill_id: UUID | None = None
    to_note: bool = False  # this use of the web session is to be written down
    errand: ErrandHeld | None = None

    @property
    def area_ids(self) -> frozenset[UUID]:
        """Return the areas the person holds anything for."""
        return frozenset(grant.area_id for grant in self.grants)

    @property
    def role_codes(self) -> tuple[str, ...]:
        """Return the roles held, each once."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))

    def may(self, permission: str, area_id: UUID | None, tree: AreaTree) -> bool:
        """Whether the person holds the permission for the area, or anywhere if None."""
        if self.everything:
            return True
        if self.drill_id and permission in BEYOND_DRILLS:
            return False
        holding = [grant.area_id for grant in self.grants if permission in grant.permissions]
        return bool(holding) and (area_id is None or reaches(holding, area_id, tree))

    def only_in_drills(self, permission: str) -> bool:
        """Whether all that gives the person the permission is a role for running drills."""
        giving = [each.role for each in self.grants if permission in each.permissions]
        return bool(giving) and all(roles()[each].get("drills_only") for each in giving)

    def sees(self, area_id: UUID, tree: AreaTree) -> bool:
        """Whether the area lies in (or under) one the person holds."""
        return self.everything or reaches(self.area_ids, area_id, tree)


EVERYONE = Viewer(id=None)


def reaches(held: Iterable[UUID], area_id: UUID, tree: AreaTree) -> bool:
    """Whether an area is one of those held, or below one of them."""
    return area_id in tree and any(area_id in tree.within(each) for each in held)
