"""Reading what was sent: bodies into pydantic models, ids into attempts, queries into views."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from pydantic import BaseModel, ValidationError

from relief_ops import vault
from relief_ops.errors import FieldError, Invalid, Malformed, TooLarge, UnsupportedType
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt

M = TypeVar("M", bound=BaseModel)
JSON_LIMIT = 64 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
BYTES = "application/octet-stream"
FARTHEST = 100
YEARS = range(1900, 3000)
NUMBER = re.compile(r"[+-]?\d*\.?\d+")


EXPLAINED = (
    ("missing", lazy("This is required.")),
    ("extra_forbidden", lazy("This field is not known here.")),
    ("uuid", lazy("This is not a valid id, date or time.")),
    ("date", lazy("This is not a valid id, date or time.")),
    ("timezone", lazy("This is not a valid id, date or time.")),
    ("greater_than", lazy("This must be at least %(least)s.")),
    ("less_than", lazy("This must be at most %(most)s.")),
    ("string_too_long", lazy("This is too long: at most %(most)s characters.")),
    ("enum", lazy("This is not one of the choices: %(choices)s.")),
    ("literal_error", lazy("This is not one of the choices: %(choices)s.")),
    ("decimal", lazy("This is not a number we can take.")),
    ("int", lazy("This is not a number we can take.")),
    ("float", lazy("This is not a number we can take.")),
)


def takes(model: type[BaseModel], *, limit: int = JSON_LIMIT) -> Callable[[Any], Any]:
    """Parse the body into `model`, hand it to the view as `order`, and document it."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def parsing(*args: Any, **kwargs: Any) -> Any:
            return view(*args, order=parse(model, limit=limit), **kwargs)

        parsing.takes = model  # type: ignore[attr-defined]
        return parsing

    return decorate


def takes_bytes(*, most: int) -> Callable[[Any], Any]:
    """Hand the body to the view as `data`, as the bytes it is, and document it."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def reading(*args: Any, **kwargs: Any) -> Any:
            if request.mimetype != BYTES:
                raise UnsupportedType(_("Send the bytes themselves (%(kind)s).", kind=BYTES))
            return view(*args, data=body_bytes(limit=most), **kwargs)

        reading.takes_bytes = True  # type: ignore[attr-defined]
        return reading

    return decorate


def gives(kind: str) -> Callable[[Any], Any]:
    """Document that a view answers with this media type instead of JSON."""

    def decorate(view: Any) -> Any:
        view.gives = kind
        return view

    return decorate


def parse(model: type[M], *, limit: int = JSON_LIMIT) -> M:
    """Read the body as `model`. Raises Malformed, TooLarge, UnsupportedType or Invalid."""
    if request.mimetype in FORM_TYPES:
        return check(model, form_fields())
    if request.mimetype != "application/json":
        raise UnsupportedType(_("Send JSON (application/json)."))
    return check(model, read_json(limit=limit))


def read_json(*, limit: int = JSON_LIMIT) -> Any:
    """Return the JSON body; numbers with a point are Decimals, repeated keys are refused."""
    data = body_bytes(limit=limit)
    try:
        found = json.loads(
            data.decode("utf-8"), parse_float=_number, parse_constant=_refuse,
            object_pairs_hook=_no_repeats,
        )  # fmt: skip
        refuse_unstorable(found)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("The body is not valid JSON in UTF-8.")) from error
    return found


def body_bytes(*, limit: int) -> bytes:
    """Return the body if it is no longer than `limit` bytes."""
    if (request.content_length or 0) > limit:
        raise TooLarge(_("This is too large: at most %(kb)d kB are taken.", kb=limit // 1024))
    data = request.get_data(cache=True)
    if len(data) > limit:
        raise TooLarge(_("This is too large: at most %(kb)d kB are taken.", kb=limit // 1024))
    return data


def refuse_unstorable(value: Any) -> None:
    """Raise ValueError for text no database can keep: NUL, or half of a surrogate pair."""
    if isinstance(value, dict):
        for key, each in value.items():
            refuse_unstorable(key)
            refuse_unstorable(each)
    elif isinstance(value, list):
        for each in value:
            refuse_unstorable(each)
    elif isinstance(value, str):
        value.encode("utf-8")
        if "\x00" in value:
            raise ValueError("NUL is not text")


def refuse_unreadable() -> None:
    """Raise Malformed when the address or a form holds text no database can keep."""
    try:
        form = request.form.to_dict(flat=False) if request.mimetype in FORM_TYPES else {}
        refuse_unstorable([request.path, request.args.to_dict(flat=False), form])
    except ValueError as error:
        raise Malformed(_("There is a character in it that is no text. Type it again.")) from error


def _number(text: str) -> Decimal:
    """Return a number with a point; one beyond 10^±100 stays there, where every field refuses it.

    `1e999999999` is eleven signs on the wire and gigabytes as an integer.
    """
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not a number we can take") from error
    size = found.adjusted()
    if not found or abs(size) <= FARTHEST:
        return found if found else Decimal(0)
    return Decimal(1).scaleb(FARTHEST if size > 0 else -FARTHEST).copy_sign(found)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def form_fields() -> dict[str, Any]:
    """Return a form's fields: `a.b` nests, an empty field is absent, csrf is left out."""
    fields: dict[str, Any] = {}
    for key in request.form:
        values = request.form.getlist(key)
        if key == "csrf" or values == [""]:
            continue
        *path, last = key.split(".")
        place = fields
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise Malformed(_("The form sent the same field twice."))
        place[last] = values if last.endswith("[]") else _plain_number(values[-1])
    return fields


def _plain_number(text: str) -> str:
    """Return a number typed in full-width signs in plain ones; anything else as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain if plain != text and NUMBER.fullmatch(plain) else text


def form_id(fields: dict[str, Any], field: str = "id") -> UUID:
    """Take out of the fields the id a page gave its form. Raises Invalid for what is none."""
    try:
        return UUID(str(fields.pop(field, "")))
    except ValueError:
        message = _("The form lost its id. Reload the page.")
        raise Invalid(message, [FieldError("content", "id", message)]) from None


def check(model: type[M], value: Any) -> M:
    """Validate parsed values. Raises Invalid with every field error in the reader's words."""
    if not isinstance(value, dict):
        raise Malformed(_("The body must be a JSON object."))
    try:
        found = model.model_validate(value)
    except ValidationError as error:
        found_out = (_field_error(each, value) for each in error.errors(include_url=False))
        problems = list(_once(found_out))
        raise Invalid(_("Some fields need another look."), problems) from error
    problems = list(_misread(found, value))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    return found


def _misread(found: Any, given: Any, path: str = "") -> Iterator[FieldError]:
    """Yield what pydantic lets pass and we do not: far-off years, and `true` read as 1."""
    if isinstance(found, date) and not _in_calendar(found):
        yield FieldError(path, "datetime", _("This is not a valid id, date or time."))
    elif isinstance(given, bool) and not isinstance(found, bool):
        yield FieldError(path, "int_type", _("This is not a number we can take."))
    elif isinstance(found, BaseModel) and isinstance(given, dict):
        for name, each in type(found).model_fields.items():
            key = each.alias if each.alias in given else name
            yield from _misread(getattr(found, name), given.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(found, list | tuple) and isinstance(given, list):
        for place, (each, raw) in enumerate(zip(found, given, strict=False)):
            yield from _misread(each, raw, f"{path}.{place}")


def _in_calendar(moment: date) -> bool:
    """Whether a day or an instant can be kept and told in every zone: 1900 to 2999."""
    return moment.year in YEARS


def _field_error(error: Any, given: Any) -> FieldError:
    path = ".".join(_steps(error["loc"], given, missing=error["type"] == "missing"))
    return FieldError(path, error["type"], _explain(error["type"], error.get("ctx") or {}))


def _once(problems: Iterable[FieldError]) -> Iterator[FieldError]:
    """Yield one error for each field; one for each kind of value that was tried is none better."""
    told: set[str] = set()
    for each in problems:
        if not each.field or each.field not in told:
            yield each
        told.add(each.field)


def _steps(places: Sequence[Any], given: Any, *, missing: bool) -> Iterator[str]:
    """Yield the way to a field as it was sent; which kind of value was tried there is no step."""
    for number, step in enumerate(places):
        if _inside(step, given):
            given = given[step]
        elif number and not (missing and number == len(places) - 1):
            return  # the first is a field, even one made of another before it was looked at
        yield str(step)


def _inside(step: Any, given: Any) -> bool:
    if isinstance(given, list):
        return isinstance(step, int) and step < len(given)
    return isinstance(given, dict) and step in given


def _explain(kind: str, context: dict[str, Any]) -> str:
    """Say in plain words what is wrong with a field."""
    for start, words in EXPLAINED:
        if kind.startswith(start) or (start == "decimal" and start in kind):
            return str(words) % _places(context) if "%(" in str(words) else str(words)
    if kind == "value_error":
        return str(context.get("error", _("This value cannot be taken.")))
    return _("This value cannot be taken.")


def _places(context: dict[str, Any]) -> dict[str, Any]:
    return {
        "least": context.get("ge", context.get("gt")),
        "most": context.get("le", context.get("lt", context.get("max_length"))),
        "choices": context.get("expected"),
    }


def body_digest(*, personal: bool = False) -> str:
    """Return the hash of what was sent: request bytes for JSON, sorted fields for forms."""
    if request.mimetype in FORM_TYPES:
        pairs = sorted((k, v) for k, v in request.form.items(multi=True) if k != "csrf")
        data = json.dumps(pairs, ensure_ascii=False).encode()
    else:
        data = request.get_data(cache=True)
    return vault.keyed_digest(data) if personal else hashlib.sha256(data).hexdigest()


def attempt(
    write_id: UUID, *, base: UUID | None = None, revised: bool = False, personal: bool = False
) -> Attempt:
    """Return this request as one try of one write.

    `revised` records carry `base` in the body; the others their revision in If-Match.
    """
    digest = body_digest(personal=personal)
    if revised:
        return Attempt(id=write_id, base=str(base or ""), digest=digest)
    if_match = request.headers.get("If-Match", "").strip().strip('"')
    return Attempt(id=write_id, base=if_match, digest=digest, edit=bool(if_match), mutable=True)


def days_asked(*, most: int = 30) -> int | None:
    """Return for how many days the address asks; None for the number in force. Raises Invalid."""
    text = request.args.get("days", "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= most:
        return int(text)
    words = _("Give 1 to %(most)d days.", most=most)
    raise Invalid(words, [FieldError("days", "out_of_range", words)])


@dataclass(frozen=True, kw_only=True)
class ViewArgs:
    """What the address says about the view: disaster, area, times, box, limit."""

    disaster_id: UUID | None = None
    area_code: str | None = None
    at: datetime | None = None
    known_at: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    limit: int = 5000
    settings: dict[str, str] = field(default_factory=dict)


def view_args() -> ViewArgs:
    """Read the view from the query string. Raises Invalid naming the bad parameter."""
    args = request.args
    return ViewArgs(
        disaster_id=_read("disaster", UUID),
        area_code=args.get("area"),
        at=_read("at", read_instant),
        known_at=_read("known_at", read_instant),
        box=_read("bbox", _box),
        limit=_read("limit", lambda text: max(1, min(20000, int(text)))) or 5000,
        settings={key: args[key] for key in ("basis", "indicator", "layer", "mode") if key in args},
    )


def _read(name: str, reader: Callable[[str], Any]) -> Any:
    text = request.args.get(name)
    if not text:
        return None
    try:
        return reader(text)
    except (ValueError, OverflowError) as error:
        wrong = FieldError(name, "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name=name), [wrong]) from error


def read_instant(text: str) -> datetime:
    """Return an ISO instant; without a zone it is refused."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    if not _in_calendar(moment):
        raise ValueError("not a time anybody keeps")
    return moment.astimezone(UTC)


def _box(text: str) -> tuple[float, float, float, float]:
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("not a box")
    return west, south, east, north
