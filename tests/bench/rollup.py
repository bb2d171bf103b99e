"""Every village with the whole indicator set; edits must be in the next total, and be right."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping
from decimal import Decimal

from tests.bench import rollup_wide
from tests.bench.report import Report, share
from tests.bench.rollup_books import Books
from tests.bench.wire import Http
from tests.bench.world import CITY, World, areas, bearer, world

WATCHED = "affected"


def run(report: Report) -> None:
    """File 3,042 full reports, edit them over HTTP and through the services, recompute."""
    over_http, by_service = (60, 1_500) if report.small else (2_000, 100_000)
    with world(report.database) as made:
        books = Books()
        books.file_all()
        books.choose()
        report.say(f"{len(books.villages)} villages filed {len(books.codes)} figures each")
        began = time.monotonic()
        books.edit(by_service // 2)
        books.join()
        books.split()
        books.edit(by_service - by_service // 2)
        report.figure(service_edits_per_second=by_service / (time.monotonic() - began))
        port = made.serve(core=0).port
        took = asyncio.run(_edit_over_http(books, _clients(made, port), over_http))
        for place, seconds in took.items():
            report.figure(**{f"{place}_p50_ms": statistics.median(seconds) * 1000})
        report.figure(read_your_write_p95_ms=share(took["city"], 0.95) * 1000)
        took_tree = asyncio.run(_export(books, _clients(made, port), over_http // 6))
        report.figure(tree_export_p95_ms=share(took_tree, 0.95) * 1000)
        report.figure(differ=asyncio.run(_compare(report, books, port, made)))
        report.say("edits: " + ", ".join(f"{n} {each}" for each, n in sorted(books.did.items())))
    rollup_wide.measure(report)


def _clients(made: World, port: int) -> dict[str, Http]:
    """Return who sends what, on lines of their own. Who files does not judge."""
    reporter = made.token("bench", "township_reporter", "city_reviewer")
    judge = made.token("judge", "city_reviewer", "county_reviewer", "bureau_liaison")
    clients = {"report": Http(port, bearer(reporter))}
    return clients | dict.fromkeys(("verdict", "settlement", "claim"), Http(port, bearer(judge)))


async def _edit_over_http(
    books: Books, clients: Mapping[str, Http], count: int
) -> dict[str, list[float]]:
    """Send an edit and ask at once for a total, which must contain it."""
    took: dict[str, list[float]] = {"city": [], "county": [], "put": []}
    for number in range(count):
        if number == count // 2:
            books.split()  # as another process would; the server reads it in the log
        steps = books.steps()
        place = "county" if number % 4 == 3 else "city"
        area = steps[0].area[:6] + "000000" if place == "county" else CITY
        for step in steps:
            began = time.perf_counter()
            answer = await clients[step.kind].call("PUT", step.path, step.body)
            took["put"].append(time.perf_counter() - began)
            assert answer.status in (200, 201), answer.body
        path = f"/api/v1/rollup?disaster={books.disaster}&area={area}"
        total = await clients["report"].call("GET", path)
        took[place].append(time.perf_counter() - began)
        assert total.status == 200, total.body
        wanted = _given(books.totals(WATCHED)[area])
        assert total.json()["values"].get(WATCHED) == wanted, (area, number)
    return took


async def _export(books: Books, clients: Mapping[str, Http], count: int) -> list[float]:
    """Ask for the whole tree down to the townships, each time just after an edit."""
    took = []
    for _ in range(count):
        for step in books.steps():
            await clients[step.kind].call("PUT", step.path, step.body)
        began = time.perf_counter()
        path = f"/api/v1/rollup?disaster={books.disaster}&area={CITY}&below=all"
        answer = await clients["report"].call("GET", path)
        took.append(time.perf_counter() - began)
        assert answer.status == 200, answer.body
    return took


def _given(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


async def _compare(report: Report, books: Books, port: int, made: World) -> int:
    """Count the totals of city, counties and some townships that the rules do not agree with."""
    client = Http(port, bearer(made.token("bench")))
    wanted = {code: books.totals(code) for code in books.codes}
    townships = sorted({node.code[:9] + "000" for node in books.villages})
    places = [CITY, *(node.code for node in areas("county"))]
    places += sorted({*townships[::20], *books.left, *(books.claims.keys() & {*townships})})
    differ = 0
    for area in places:
        path = f"/api/v1/rollup?disaster={books.disaster}&area={area}"
        found = (await client.call("GET", path)).json()["values"]
        for code, totals in wanted.items():
            if found.get(code) != _given(totals[area]):
                differ += 1
                if differ <= 5:
                    report.say(f"{area} {code}: {found.get(code)}, the rules say {totals[area]}")
    report.figure(totals_compared=len(places) * len(wanted))
    return differ
