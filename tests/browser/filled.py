"""One city with one of everything in it, one server and one signed-in account for all pages."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import uuid6
from flask import Flask

from relief_ops import db, files, geo, vault
from relief_ops.admin import importing, jobs
from relief_ops.admin import services as admin
from relief_ops.auth import SYSTEM, act_as, errands, services
from relief_ops.geo import frames
from tests import databases
from tests.conftest import MASTER, MORNING, SECRET
from tests.evacuation import test_imports as households
from tests.factories import tables
from tests.factories.city import TOWNSHIP
from tests.matrix.addresses import pages
from tests.matrix.reading import kept
from tests.matrix.stage import Stage, known_area
from tests.running import Server
from tests.shelters.test_imports import GOOD, book, send
from tests.transport.conftest import Phone

# What answers with a file, a word or a part of a page, and what only sends on to another page.
NO_PAGES = {
    "healthz", "readyz", "metrics", "manifest", "outbox_token", "report_pages.phone_facts",
    "service_worker", "log.export", "log.head", "log.verify", "maps.changes", "maps.clock_now",
    "maps.front", "maps.panel", "maps.queue", "maps.snapshot", "maps.totals_strip",
    "maps.wall_figures", "evacuation.export_board", "evacuation_plans.export",
    "allocation_plans.export", "handouts.export", "handouts.phone_facts", "recoveries.export",
    "box_phone.phone_facts", "maps.phone_map_facts",
    "evacuation.import_template", "evacuation.phone_facts", "evacuation.phone_dwelling_facts",
    "relief_work.export", "report_pages.export", "report_pages.export_annual",
    "form_book.export",
    "report_pages.export_sources",
    "report_pages.export_summary",
    "report_pages.claim_import_rows", "report_pages.claim_import_template",
    "report_pages.import_rows", "report_pages.import_template", "report_pages.quick_report",
    "report_pages.paper_picture", "report_pages.picture", "report_pages.quick_report_signed",
    "shelters.export", "shelters.import_template", "shelters.picture", "stock.export",
    "stock.loan_export", "stock.card_export", "stock.intake_template",
    "trips.picture",
    "daybook.export_area", "drive.facts", "users.front", "rosters.phone_facts",
    "needs_forecast.export_forecast", "supplier_pages.export",
    "stock_advice.export", "travel_pages.export", "supply_request_pages.export",
    "check_in.phone_facts", "contingency_pages.export", "shelters.export_occupancy",
}  # fmt: skip
DESK = {"maps.desk tiles": "view=tiles", "maps.desk list": "view=list",
        "maps.desk drawer": f"open={TOWNSHIP}"}  # fmt: skip


@dataclass
class Filled:
    """Where the pages are, and how to be let in."""

    stage: Stage
    url: str
    cookie: str
    errand: str
    pages: list[tuple[str, str]]


@contextmanager
def filled_city(app: Flask) -> Iterator[Filled]:
    """Run a server on a city in which everything has happened once."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        data = Path(folder)
        url = databases.sqlite_copy(data)
        db.connect(url)
        vault.unlock(MASTER)
        files.keep_in(data / "files")
        known_area(app)
        stage = Stage(app)
        named = _happened(stage)
        (data / "secret.key").write_bytes(SECRET)
        (data / "master.key").write_bytes(MASTER)
        server = Server(url, data, quick=True).start()
        try:
            found = _with_desk(pages(app, stage, named))
            travel = next(path for name, path in found if name == "travel_pages.page_list")
            mark = "&" if "?" in travel else "?"
            found.append(("travel_pages.page_list", f"{travel}{mark}depot={stage.depot()}"))
            yield Filled(stage, server.url, _let_in(stage), _driver(app, stage), found)
        finally:
            server.kill()
            db.engine().dispose()


def _with_desk(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pages, the desk in each of its views, and a page that is not there."""
    seen = [(name, path) for name, path in found if name not in NO_PAGES]
    desk = dict(seen)["maps.desk"]
    seen += [(name, f"{desk}&{more}") for name, more in DESK.items()]
    return [*seen, ("nothing there", "/nowhere")]


def _let_in(stage: Stage) -> str:
    """Return the cookie of an account that may do everything everywhere."""
    with act_as(SYSTEM), db.transaction() as session:
        secret = services.make_link(session, stage.maker.user_id)
        return services.sign_in_by_link(session, secret)


def _driver(app: Flask, stage: Stage) -> str:
    """Return the cookie of a driver's phone that opened its link."""
    phone = Phone(app.test_client())
    answer = phone.open(f"/{errands.link_secret(UUID(stage.trip()))}")
    assert answer.status_code == 303, answer.text
    held = phone.client.get_cookie("errand")
    assert held is not None
    return held.value


def _happened(stage: Stage) -> dict[str, str]:
    """Let everything happen once; return the ids that only some pages ask for."""
    stage.disaster(), stage.rival(), stage.attention(), stage.claim(), stage.case()
    stage.token_of(kept(stage, "account"))
    place, _second = stage.rival_headcount()
    stage.arrival()
    kept(stage, "incident"), stage.volunteer()
    lot = stage.maker.get(f"/api/v1/stock/balances?depot={stage.depot()}").json["balances"][0]
    stage.reservation()
    figure = stage.maker.get("/api/v1/parameters").json["parameters"][0]
    for code, hours in (("r1", 0), ("r2", 2)):
        as_of = (MORNING + timedelta(hours=hours)).isoformat()
        body = {"disaster_id": stage.disaster(), "code": code, "as_of": as_of}
        stage.maker.put(f"/api/v1/rounds/{uuid6.uuid7()}", body)
    kept(stage, "reminder"), stage.contact()
    stage.put(f"/api/v1/shipments/{stage.shipment()}/receipt", {})
    kept(stage, "relief_work")
    stage.travel_time(), stage.key()
    stage.put(f"/api/v1/kit-acts/{uuid6.uuid7()}", stage.kit_body())
    short = stage.short_need()
    checked = send(stage.maker, book(GOOD, ["", "x", "?", "", "", -1, "", ""]))
    rows = [TOWNSHIP, "", -3, 0], ["990102000000", "", 4, 0], [TOWNSHIP[:6] + "001000", "", 9, 0]
    moved = households.check_in(stage.maker, households.workbook(households.row("1", people=0)))
    table = tables.checked(stage.maker, {"id": stage.disaster()}, tables.book(*rows))
    figures = tables.checked(stage.maker, {"id": stage.disaster()}, tables.book(*rows), of="water")
    return {
        "report_pages.watch_import": table["id"],
        "report_pages.watch_claim_import": figures["id"],
        "shelters.page_one": place,
        "shelters.page_check_in": place,
        "check_in.page_inside": place,
        "daybook.page_daybook": place,
        "shelters.page_checked": checked.json["id"],
        "evacuation.page_checked": moved.json["id"],
        "stock.lot_page": lot["lot"],
        "stock.need_page": short,
        "work.edit": figure["id"],
        "sign_in.link": "x",
        "drive.link": errands.link_secret(UUID(stage.trip())),
    } | _made_by_hand(stage.maker.user_id)


def _made_by_hand(user_id: Any) -> dict[str, str]:
    """Make a zone and a file of outlines that waits for the worker: neither has an API."""
    zone, job = uuid6.uuid7(), uuid6.uuid7()
    since, system = date(2020, 1, 1), frames.System.WGS84
    asked = importing.Asked(kind="outlines", system=system, valid_from=since)
    with act_as(SYSTEM), db.transaction() as session:
        node = geo.tree(session).by_code(TOWNSHIP)
        admin.put_zone(session, zone, name="试验园区", areas=[node.id], actor_id=user_id)
        jobs.ask(session, job, asked, "none", write=False, actor_id=user_id)
    return {"areas.zone": str(zone), "area_import.watch": str(job)}
