"""The OpenAPI document: bodies from the models the routes take, errors from `errors`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule, UUIDConverter

from relief_ops.errors import codes
from relief_ops.web.parsing import BYTES

METHODS = ("get", "put", "post", "delete", "patch")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted({*codes(), "error"})},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "current": {"type": ["object", "null"]},
        "fields": {"type": "array", "items": {"type": "object"}},
        "retry_after": {"type": "integer"},
    },
}


def register(app: Any) -> None:
    """Complete APIFlask's document with what our own decorators know."""
    app.spec_processor(lambda spec: _complete(app, spec))


def _complete(app: Flask, spec: dict[str, Any]) -> dict[str, Any]:
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    spec["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    }
    spec["security"] = [{"bearer": []}, {"session": []}]
    paths = spec.setdefault("paths", {})
    for page in [each for each in paths if not each.startswith("/api/")]:
        del paths[page]
    shapes = _shapes(app, schemas)
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        view = app.view_functions[rule.endpoint]
        for method in METHODS:
            operation = paths.get(path, {}).get(method)
            if operation is not None:
                _describe(operation, method, view, shapes)
                _say_ids(operation, rule)
    return spec


def _say_ids(operation: dict[str, Any], rule: Rule) -> None:
    """Say which parts of the address are ids (UUIDs)."""
    ids = {name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)}
    for each in operation.get("parameters", ()):
        if each.get("in") == "path" and each["name"] in ids:
            each["schema"] = {"type": "string", "format": "uuid"}


def _shapes(app: Flask, schemas: dict[str, Any]) -> dict[Any, Any]:
    """Add every shape a route takes; return how each is referred to. Names alike are kept apart."""
    found: Iterable[Any] = (getattr(view, "takes", None) for view in app.view_functions.values())
    taken = set(found) - {None}
    asked = sorted(taken, key=lambda each: (each.__module__, each.__name__))
    references, made = models_json_schema(
        [(each, "validation") for each in asked], ref_template="#/components/schemas/{model}"
    )
    schemas.update(made["$defs"])
    return {model: reference for (model, _mode), reference in references.items()}


def _describe(operation: dict[str, Any], method: str, view: Any, shapes: dict[Any, Any]) -> None:
    answers = operation.setdefault("responses", {})
    answers.pop("404", None)
    if kind := getattr(view, "gives", ""):
        answers["200"] = answers["200"] | {"content": {kind: {"schema": {}}}}
    if method == "put" and "200" in answers:
        answers["201"] = answers["200"] | {"description": "Made"}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in ("4XX", "5XX"):
        answers[status] = {"description": "A problem document", "content": content}
    if getattr(view, "takes_bytes", False):
        raw = {BYTES: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": raw}
    model = getattr(view, "takes", None)
    if model is None or method not in ("put", "post", "patch"):
        return
    body = {"schema": shapes[model]}
    operation["requestBody"] = {"required": True, "content": {"application/json": body}}
