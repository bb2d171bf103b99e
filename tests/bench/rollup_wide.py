"""Totals where every village files two hundred figures: as wide as anybody's form has been."""

from __future__ import annotations

import asyncio
import random
import time
from uuid import UUID

import uuid6
from sqlalchemy import func, select

from damage_reports.models import FormIndicator, FormVersion, Indicator
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.bench import data
from tests.bench.report import Report, share
from tests.bench.wire import Http
from tests.bench.world import CITY, areas, bearer, world

FIGURES, EDITS, FORM = 200, 200, "wide"


def wide_form() -> list[str]:
    """Make a form of two hundred plain counts, as rows, and return their codes."""
    codes = [f"wide_{number:03}" for number in range(FIGURES)]
    with act_as(SYSTEM), db.transaction() as session:
        session.add(
            FormVersion(id=FORM, era="bench", document="-", valid_from="2013-01-01", valid_to="")
        )
        first = (session.scalar(select(func.max(Indicator.id))) or 0) + 1
        for number, code in enumerate(codes):
            session.add(
                Indicator(
                    id=first + number, code=code, group_code="extent", name_zh=code, name_en=code,
                    unit_zh="个", unit_en="count", scale=0, pair="", nature="cum", roll_up="sum",
                    part_of="", core=False, position=number, help_zh="", help_en="", source="-",
                    confidence="A",
                )
            )  # fmt: skip
        session.flush()
        for number in range(FIGURES):
            session.add(FormIndicator(form_version=FORM, indicator_id=first + number))
    return codes


def measure(report: Report) -> None:
    """File every village on that form; ask the city's totals just after each further edit."""
    drawn = random.Random("wide")
    with world(report.database) as made:
        codes, villages = wide_form(), [node.code for node in areas("village")]
        villages = villages[:: 10 if report.small else 1]
        disaster = data.disaster(form_version=FORM)
        filed = {}
        for village in villages:
            values = {code: drawn.randrange(40) for code in codes}
            filed[village] = (uuid6.uuid7(), values)
        data.file_reports(
            ((id_, data.report_body(disaster, code, said)) for code, (id_, said) in filed.items()),
            batch=100,
        )
        report.say(f"{len(villages)} villages filed {FIGURES} figures each")
        reporter = bearer(made.token("bench", "township_reporter", "city_reviewer"))
        port = made.serve(core=0).port
        took, differ = asyncio.run(_edit(Http(port, reporter), disaster, filed, drawn))
        report.figure(wide_city_p95_ms=share(took, 0.95) * 1000, wide_differ=differ)


async def _edit(
    client: Http,
    disaster: str,
    filed: dict[str, tuple[UUID, dict[str, int]]],
    drawn: random.Random,
) -> tuple[list[float], int]:
    """Edit villages; return how long the city's totals took and how many were wrong."""
    totals = {code: sum(said[code] for _, said in filed.values()) for code in _codes(filed)}
    took, differ = [], 0
    for village in drawn.sample(sorted(filed), min(EDITS, len(filed))):
        base, before = filed[village]
        code = drawn.choice(sorted(totals))
        now = before | {code: before[code] + 1}
        body = data.report_body(disaster, village, now, base=str(base))
        answer = await client.call("PUT", f"/api/v1/reports/{uuid6.uuid7()}", body)
        assert answer.status in (200, 201), answer.body
        totals[code] += 1
        began = time.perf_counter()
        asked = await client.call("GET", f"/api/v1/rollup?disaster={disaster}&area={CITY}")
        took.append(time.perf_counter() - began)
        differ += sum(asked.json()["values"].get(each) != total for each, total in totals.items())
    return took, differ


def _codes(filed: dict[str, tuple[UUID, dict[str, int]]]) -> list[str]:
    return list(next(iter(filed.values()))[1])
