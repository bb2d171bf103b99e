"""The questions of all programmes asked once, and the answers dealt out to each form."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from relief_ops.plugins import Programme

MEMBERS = "people"
PAPERS = "papers"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing asked once; `asked_by` are the programmes that want to know."""

    name: str
    title: str
    kind: str
    default: Any
    choices: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    asked_by: tuple[str, ...]


def questions(programmes: Iterable[Programme[Any]]) -> list[Question]:
    """Return what the forms ask, each thing once, in the order of the programmes.

    The number of people and the papers are left out: the members and the list of papers
    answer them.
    """
    asked: dict[str, list[str]] = {}
    shapes: dict[str, dict[str, Any]] = {}
    for programme in programmes:
        schema = TypeAdapter(programme.form).json_schema()
        for name, shape in schema["properties"].items():
            asked.setdefault(name, []).append(programme.code)
            shapes.setdefault(name, _resolved(shape, schema.get("$defs", {})))
    return [
        _question(name, shapes[name], tuple(codes))
        for name, codes in asked.items()
        if name not in {MEMBERS, PAPERS}
    ]


def answers_model(programmes: Iterable[Programme[Any]]) -> type[BaseModel]:
    """Return a model with every question of these programmes, and nothing else."""
    wanted: dict[str, Any] = {}
    for programme in programmes:
        hints = get_type_hints(programme.form, include_extras=True)
        for each in fields(programme.form):
            default = ... if each.default is MISSING else each.default
            wanted.setdefault(each.name, (hints[each.name], default))
    return create_model("Answers", __config__=ConfigDict(extra="forbid"), **wanted)


def form_of(programme: Programme[Any], answers: Mapping[str, Any]) -> Any:
    """Return a programme's form filled with what it asks of the answers."""
    names = [each.name for each in fields(programme.form)]
    said = {name: answers[name] for name in names if name in answers}
    return TypeAdapter(programme.form).validate_python(said)


def papers_asked(programmes: Iterable[Programme[Any]]) -> dict[str, str]:
    """Return every paper any of the programmes asks for, with its English name."""
    asked: dict[str, str] = {}
    for programme in programmes:
        asked |= {code: name for code, name in programme.papers.items() if code not in asked}
    return asked


def _resolved(shape: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Follow a reference to an enum, and take the other side of "or nothing"."""
    parts = [part for part in shape.get("anyOf", ()) if part.get("type") != "null"]
    numbers = [part for part in parts if part.get("type") in {"number", "integer"}]
    for part in (numbers or parts)[:1]:
        shape = part | {key: value for key, value in shape.items() if key != "anyOf"}
    if "$ref" in shape:
        named = definitions[shape["$ref"].rsplit("/", 1)[-1]]
        shape = named | {key: value for key, value in shape.items() if key != "$ref"}
    return shape


def _question(name: str, shape: Mapping[str, Any], asked_by: tuple[str, ...]) -> Question:
    choices = tuple(shape.get("enum", ()))
    return Question(
        name=name,
        title=shape.get("title", name),
        kind="choice" if choices else str(shape.get("type", "string")),
        default=shape.get("default"),
        choices=choices,
        minimum=_whole(shape.get("minimum")),
        maximum=_whole(shape.get("maximum")),
        asked_by=asked_by,
    )


def _whole(bound: Any) -> int | None:
    return None if bound is None else int(bound)
