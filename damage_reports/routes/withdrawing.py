"""Withdrawing a report, over the API and from its page."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from damage_reports import queries, schemas, services
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.pages import may_withdraw_others, report_page
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Forbidden, IllegalTransition, Invalid
from relief_ops.receipts import Receipt

blueprint = APIBlueprint("report_withdrawing", __name__)


@blueprint.put("/api/v1/reports/<uuid:report_id>/withdrawal")
@web.takes(schemas.PutWithdrawal)
def put_withdrawal(report_id: UUID, order: schemas.PutWithdrawal) -> ResponseReturnValue:
    """Withdraw a report that was not accepted, with the reason; its round is owed again."""
    receipt = _withdraw(report_id, order)
    return receipt.json(), receipt.status


def _withdraw(report_id: UUID, order: schemas.PutWithdrawal) -> Receipt:
    with transaction() as session:
        report = queries.report(session, report_id, lock=True)
        disaster = disasters.disaster(session, report.disaster_id)
        tree = disasters.division_tree(session, disaster)
        actor_id = require("report.submit", report.area_id)
        return services.put_withdrawal(
            session, web.attempt(order.id, revised=True), order, report=report, disaster=disaster,
            actor_id=actor_id, for_township=may_withdraw_others(report, tree),
        )  # fmt: skip


@pages.post("/reports/<uuid:report_id>/withdrawal")
def withdraw(report_id: UUID) -> ResponseReturnValue:
    """Withdraw a report from its page; what speaks against it is said there."""
    require("report.submit")
    given = web.form_fields()
    try:
        _withdraw(report_id, web.check(schemas.PutWithdrawal, given))
    except (Invalid, IllegalTransition, Forbidden) as error:
        return report_page(report_id, error, str(given.get("reason", ""))), error.status
    return web.see_other("report_pages.show", report_id=report_id)
