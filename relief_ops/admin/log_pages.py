"""The operations log as a page and as a file, and the proof that it is whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import audit, backup, geo, sheets, web
from relief_ops.admin import log
from relief_ops.admin.events import LogExported
from relief_ops.auth import passwords, require, viewer
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.web import security

blueprint = APIBlueprint("log", __name__, enable_openapi=False, url_prefix="/log")
EXPORTED = 50_000


def _wanted() -> log.Wanted:
    given = {key: request.args.get(key, "").strip()[:64] for key in asdict(log.Wanted())}
    before = given.pop("before")
    return log.Wanted(**given, before=int(before) if before.isdigit() else None)


def _audits() -> bool:
    who = viewer()
    tree = geo.cached_tree()
    return who is not None and all(who.may("audit.read", each.id, tree) for each in tree.roots)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show a page of the log, newest first; an auditor sees every event with its hashes."""
    require("event.read")
    return _page()


def _page(**more: Any) -> str:
    wanted = _wanted()
    with reading() as session:
        everything = _audits()
        statement = log.rows(session, wanted, everything=everything)
        found = log.lines(session, statement, most=log.PAGE + 1)
    older = found[log.PAGE - 1].row.seq if len(found) > log.PAGE else None
    return web.page(
        "admin/log.html", lines=found[: log.PAGE], wanted=wanted, audits=everything,
        older=_link(wanted, before=older) if older else "", names=log.names(),
        query=_link(wanted, before=None), **more,
    )  # fmt: skip


def _link(wanted: log.Wanted, **changes: Any) -> str:
    asked = asdict(wanted) | changes
    return urlencode({key: value for key, value in asked.items() if value})


@blueprint.get("/verification")
def verify() -> ResponseReturnValue:
    """Walk the whole hash chain and compare it with the heads told outside of the database."""
    require("audit.read", own_root(geo.cached_tree()).id)
    given = request.args.get("head", "").strip()[:200]
    try:
        known = audit.read_heads(given) if given else []
        told = audit.standing(backup.told_heads(security.settings().heads))
    except (ValueError, OSError):
        raise Invalid(_("This is no head of a log: it reads number:hash.")) from None
    heads = [*told, *known]
    problems = passwords.off_loop(lambda: backup.verify((), heads=heads))
    return _page(problems=problems, verified=True, head=backup.head(), heads=len(heads))


@blueprint.get("/head")
def head() -> ResponseReturnValue:
    """Send how far the log is now, to be kept where this system cannot reach it."""
    require("audit.read", own_root(geo.cached_tree()).id)
    now = backup.head()
    return web.attachment(now.line().encode(), "application/json", f"log-head-{now.seq}.json")


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    """Send the log asked for as CSV; that it was taken is itself on the log."""
    actor_id = require("event.read")
    wanted = _wanted()
    with reading() as session:
        everything = _audits()
        statement = log.rows(session, wanted, everything=everything)
        found = log.lines(session, statement, most=EXPORTED)
    headings, cells = _table(found, hashes=everything)
    with transaction() as session:
        who = viewer()
        areas = sorted(who.area_ids if who else ())[:4]
        record(session, LogExported(len(found)), actor_id=actor_id, subject=actor_id, areas=areas)
    return web.attachment(
        lambda: sheets.write_csv(headings, cells), "text/csv; charset=utf-8", "log.csv"
    )


def _table(found: list[log.Line], *, hashes: bool) -> tuple[list[str], list[list[Any]]]:
    headings = [
        _("Number"), _("Time"), _("What"), _("Event"), _("Who"), _("Area"), _("Subject"),
        _("Details"),
    ]  # fmt: skip
    cells = [
        [
            each.row.seq, each.row.at, each.title, each.row.name, each.actor,
            " ".join(each.areas), str(each.row.subject), each.row.payload,
        ]
        for each in found
    ]  # fmt: skip
    if hashes:
        headings += [_("Hash before"), _("Hash")]
        for row, each in zip(cells, found, strict=True):
            row += [each.row.prev_hash, each.row.hash]
    return headings, cells
