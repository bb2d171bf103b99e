"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from relief_ops.shapes import Strict


class HeldRole(Strict):
    """A role for an area."""

    role: Annotated[str, Field(max_length=40)]
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    programme: Annotated[str, Field(max_length=40)] = ""


def _or_nothing(pattern: str) -> str:
    return rf"^({pattern})?$"


class Reach(Strict):
    """Where messages reach somebody: null stays as it was, an empty text is taken away."""

    email: Annotated[
        str | None, Field(max_length=120, pattern=_or_nothing(r"[\w.+-]+@[\w-]+(\.[\w-]+)*"))
    ] = None
    phone: Annotated[str | None, Field(pattern=_or_nothing(r"\+?[0-9][0-9 -]{2,18}[0-9]"))] = None
    webhook: Annotated[
        str | None, Field(max_length=400, pattern=_or_nothing(r"https?://[!-~]+"))
    ] = None


class PutUser(Strict):
    """An account; a password is never chosen by an administrator."""

    login: Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[\w.@-]+$")]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    grants: Annotated[list[HeldRole], Field(max_length=50)]
    drill_id: UUID | None = None
    reach: Reach | None = None


class PutToken(Strict):
    """A bearer token for an account."""

    expires_at: AwareDatetime | None = None


class PutPoint(Strict):
    """A corrected point of an area in WGS-84 degrees."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    approximate: bool = False


class SignIn(BaseModel):
    """The sign-in form."""

    login: Annotated[str, Field(max_length=64)]
    password: Annotated[str, Field(max_length=128)]
    code: Annotated[str, Field(max_length=8)] = ""
    next: str = "/"
