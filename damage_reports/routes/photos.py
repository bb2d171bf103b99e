"""Photos of rounds over the API; the file itself goes the way of all files."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Attempt, Receipt

blueprint = APIBlueprint("report_photos", __name__)


@blueprint.get("/api/v1/report-photos/<uuid:photo_id>")
def show_photo(photo_id: UUID) -> ResponseReturnValue:
    """Show what is known of a photo: when, where, by whom, and whether it still counts."""
    require("report.read")
    with reading() as session:
        found = queries.photo(session, photo_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return queries.shown_photo(queries.photo_with(session, found, tree))


@blueprint.put("/api/v1/report-photos/<uuid:photo_id>")
@web.takes(schemas.PutPhoto)
def put_photo(photo_id: UUID, order: schemas.PutPhoto) -> ResponseReturnValue:
    """Hang a file sent before on a round; `same_as` names the photo that was there already."""
    with transaction() as session:
        receipt, same = hang(session, web.attempt(photo_id, revised=True), order)
    return receipt.json() | ({"same_as": str(same)} if same else {}), receipt.status


def hang(
    session: Session, attempt: Attempt, order: schemas.PutPhoto
) -> tuple[Receipt, UUID | None]:
    """Hang a photo on a round, if whoever is here may report for its area."""
    disaster = disasters.disaster(session, order.disaster_id)
    area = disasters.area_by_code(session, order.area_code, disaster)
    actor_id = require("report.submit", area.id)
    return services.put_photo(
        session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
    )


@blueprint.put("/api/v1/report-photos/<uuid:photo_id>/withdrawal")
@web.takes(schemas.PutPhotoWithdrawal)
def put_withdrawal(photo_id: UUID, order: schemas.PutPhotoWithdrawal) -> ResponseReturnValue:
    """Withdraw a photo, with the reason; it stays to be seen and no longer counts."""
    with transaction() as session:
        receipt = withdraw(session, photo_id, web.attempt(order.id, revised=True), order)
    return receipt.json(), receipt.status


def withdraw(
    session: Session, photo_id: UUID, attempt: Attempt, order: schemas.PutPhotoWithdrawal
) -> Receipt:
    """Withdraw a photo, if whoever is here may report for its area."""
    found = queries.photo(session, photo_id, lock=True)
    actor_id = require("report.submit", found.area_id)
    disaster = disasters.disaster(session, found.disaster_id)
    area = disasters.division_tree(session, disaster).node(found.area_id)
    return services.withdraw_photo(
        session, attempt, order, photo=found, area=area, disaster=disaster, actor_id=actor_id
    )
