"""Tables of many areas' figures as people send them in, and the worker that takes them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from damage_reports import jobs as steps
from relief_ops import jobs
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id

KINDS = ("report-imports", "claim-imports")
HEAD = ("区划代码", "填报单位", "受灾人口 (人)", "因灾死亡人口 (人)", "理由")


def book(
    *rows: Sequence[Any], headings: Sequence[str] = HEAD, above: Sequence[Sequence[Any]] = (),
    name: str = "数据", more: Callable[[Any, Any], None] | None = None,
) -> bytes:  # fmt: skip
    """Return a workbook as a spreadsheet program would save it; `more` adds to (book, sheet)."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        page = made.add_worksheet(name)
        for number, row in enumerate([*above, headings, *rows]):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
        if more:
            more(made, page)
    return target.getvalue()


def send(
    caller: Any, disaster: dict[str, Any], data: bytes, *, round_: str = "r1",
    import_id: str | None = None, as_of: str = MORNING.isoformat(), of: str = "",
) -> Any:  # fmt: skip
    """Send a file in: reports of a round, or what the source `of` says."""
    query = {"disaster_id": disaster["id"], "as_of": as_of}
    query |= {"source": of} if of else {"round": round_}
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    return caller.client.put(
        f"/api/v1/{KINDS[bool(of)]}/{import_id or new_id()}", query_string=query, data=data,
        headers=headers, content_type="application/octet-stream",
    )  # fmt: skip


def work() -> int:
    """Do what waits, as the worker does; return how many jobs there were."""
    found = 0
    with act_as(SYSTEM):
        while jobs.run_due({each.kind: each.step for each in (steps.CHECK, steps.FILE)}):
            found += 1
    return found


def look(caller: Any, import_id: str, *, of: str = "") -> Any:
    """Return how far a table is."""
    return caller.get(f"/api/v1/{KINDS[bool(of)]}/{import_id}").json


def checked(caller: Any, disaster: dict[str, Any], data: bytes, **more: Any) -> Any:
    """Send a file in and return what its check found."""
    answer = send(caller, disaster, data, **more)
    assert answer.status_code == 201, answer.json
    work()
    return look(caller, answer.json["id"], of=more.get("of", ""))


def filed(caller: Any, import_id: str, *, of: str = "", **order: Any) -> Any:
    """Have a checked table filed and return what became of it."""
    answer = caller.put(f"/api/v1/{KINDS[bool(of)]}/{import_id}/application", order)
    assert answer.status_code == 201, answer.json
    work()
    return look(caller, import_id, of=of)
