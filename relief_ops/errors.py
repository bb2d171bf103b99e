"""What can go wrong, named for the reader: each error has one HTTP status and one stable code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field of what was sent; `message` is already translated."""

    field: str
    code: str
    message: str


@dataclass(frozen=True)
class FieldConflict:
    """One field of a stale edit: the common base, what is stored now, and what was sent."""

    field: str
    base: Any
    theirs: Any
    yours: Any


class ReliefError(Exception):
    """Something the person can act on. `message` is translated and may hold %(name)s places."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)

    def extra(self) -> dict[str, Any]:
        """Return what the problem document carries beside title, status and detail."""
        return {}


class Malformed(ReliefError):
    """The body cannot be parsed at all."""

    status, code = 400, "malformed"


class Unauthenticated(ReliefError):
    """Nobody is signed in."""

    status, code = 401, "unauthenticated"


class Forbidden(ReliefError):
    """The person sees the object but lacks the permission."""

    status, code = 403, "forbidden"


class NotFound(ReliefError):
    """There is no such thing, or it is out of the person's areas."""

    status, code = 404, "not_found"


class MethodNotAllowed(ReliefError):
    """The address exists but not for this method."""

    status, code = 405, "method_not_allowed"


class BodyDiffers(ReliefError):
    """The id is known, with another body."""

    status, code = 409, "body_differs"


class IllegalTransition(ReliefError):
    """The record's state does not allow this step."""

    status, code = 409, "illegal_transition"


class Gone(ReliefError):
    """The cursor is too old or of another epoch; fetch afresh."""

    status, code = 410, "gone"


class StaleBase(ReliefError):
    """The edit was made on a revision that is no longer current."""

    status, code = 412, "stale_base"

    def __init__(
        self,
        message: str,
        *,
        current: dict[str, Any] | None = None,
        fields: Sequence[FieldConflict] = (),
        **params: Any,
    ) -> None:
        super().__init__(message, **params)
        self.current = current
        self.fields = fields

    def extra(self) -> dict[str, Any]:
        """Return the current revision and the fields that differ."""
        return {"current": self.current, "fields": [asdict(each) for each in self.fields]}


class TooLarge(ReliefError):
    """More bytes, rows or cells than is taken."""

    status, code = 413, "too_large"


class UnsupportedType(ReliefError):
    """A content type this address does not read."""

    status, code = 415, "unsupported_type"


class Invalid(ReliefError):
    """The body was parsed, but says something impossible."""

    status, code = 422, "invalid"

    def __init__(self, message: str, errors: Sequence[FieldError] = (), **params: Any) -> None:
        super().__init__(message, **params)
        self.errors = tuple(errors)

    def extra(self) -> dict[str, Any]:
        """Return every field error."""
        return {"errors": [asdict(each) for each in self.errors]}


class BaseRequired(ReliefError):
    """An edit must say which revision it was made on."""

    status, code = 428, "base_required"


class RateLimited(ReliefError):
    """Too many tries; come back after `retry_after` seconds."""

    status, code = 429, "rate_limited"

    def __init__(self, message: str, *, retry_after: int = 60, **params: Any) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after

    def extra(self) -> dict[str, Any]:
        """Return how long to wait, in seconds."""
        return {"retry_after": self.retry_after}


class Busy(RateLimited):
    """The database is busy or away; nothing was written."""

    status, code = 503, "busy"


class StorageFull(ReliefError):
    """There is no room left to write; nothing was written."""

    status, code = 507, "storage_full"


def codes() -> dict[str, int]:
    """Return every stable error code with its HTTP status."""

    def below(kind: type[ReliefError]) -> list[type[ReliefError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    return {kind.code: kind.status for kind in below(ReliefError) if kind is not ReliefError}
