"""Every event is declared, documented and incapable of carrying personal data."""

from __future__ import annotations

import sys
import typing
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from relief_ops import app, events
from relief_ops.config import ROOT

PAGE = ROOT / "docs" / "events.md"
PERSONAL = ("name", "phone", "address", "id_number", "bank", "text", "reason", "note", "remark")
PLAIN = (UUID, int, bool, datetime, date, events.Code, tuple[float, float], type(None))


def declared() -> dict[str, type[events.Event]]:
    return {event.name: event for plugin in app.PLUGINS for event in plugin.events}


def events_page() -> str:
    lines = [
        "# Events",
        "",
        "What can happen, written by `make docs` from the classes. The same row is the audit",
        "entry and what the screens hear. `audience`: *public* and *shared* go to every",
        "signed-in user, *area* to those who hold the area or one above it.",
    ]
    for plugin in sorted(app.PLUGINS, key=lambda each: each.name):
        if not plugin.events:
            continue
        lines += [
            "",
            f"## {plugin.name}",
            "",
            "| event | permission | audience | fields | what happened |",
            "| --- | --- | --- | --- | --- |",
        ]
        for event in sorted(plugin.events, key=lambda each: each.name):
            names = ", ".join(each.name for each in fields(event))
            says = " ".join((event.__doc__ or "").split())
            lines.append(
                f"| `{event.name}` | `{event.permission}` | {event.audience} | {names} | {says} |"
            )
    return "\n".join(lines) + "\n"


def test_every_event_is_declared_by_a_plugin():
    undeclared = set(events.known()) - set(declared())

    assert not undeclared, f"Put these into their plugin's `events`: {sorted(undeclared)}"


def test_every_event_is_documented_in_docs_events_md():
    assert PAGE.read_text("utf-8") == events_page(), "Run `make docs`."


def test_every_permission_of_an_event_is_declared():
    permissions = {each for plugin in app.PLUGINS for each in plugin.permissions}
    unknown = {e.name: e.permission for e in declared().values() if e.permission not in permissions}

    assert not unknown, f"Declare these permissions in a plugin: {unknown}"


def test_no_event_payload_can_carry_personal_data():
    wrong = []
    for event in declared().values():
        hints = typing.get_type_hints(event)
        for each in fields(event):
            kinds = typing.get_args(hints[each.name]) or (hints[each.name],)
            plain = all(
                kind in PLAIN
                or kind is float
                or (isinstance(kind, type) and issubclass(kind, Enum))
                for kind in kinds
            )
            if not plain or any(word in each.name for word in PERSONAL):
                wrong.append(f"{event.name}.{each.name}: {hints[each.name]}")

    assert not wrong, f"Only ids, codes, numbers, instants and points: {wrong}"


if __name__ == "__main__":
    PAGE.write_text(events_page(), "utf-8")
    sys.stdout.write(f"{PAGE} is written.\n")
