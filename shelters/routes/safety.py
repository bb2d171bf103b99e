"""Safety checks and photos of shelters over the API; a photo's file goes the way of all files."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, schemas, services
from shelters.queries import safety
from shelters.routes.blueprint import blueprint


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/checks")
def list_checks(shelter_id: UUID) -> ResponseReturnValue:
    """List a shelter's safety checks, the latest first; the first that stands decides."""
    require("shelter.read")
    with reading() as session:
        found = queries.shelter(session, shelter_id)
        require("shelter.read", found.area_id)
        rows = safety.checks_of(session, shelter_id)
        return {"checks": [safety.shown_check(each) for each in rows]}


@blueprint.put("/api/v1/shelter-checks/<uuid:check_id>")
@web.takes(schemas.PutCheck)
def put_check(check_id: UUID, order: schemas.PutCheck) -> ResponseReturnValue:
    """Record a safety check of a shelter's building."""
    require("shelter.check")
    with transaction() as session:
        receipt = write_check(session, web.attempt(check_id, revised=True), order)
    return receipt.json(), receipt.status


def write_check(session: Session, attempt: Attempt, order: schemas.PutCheck) -> Receipt:
    """Record a check, if whoever is here may for the shelter's area."""
    found = queries.lock_shelter(session, order.shelter_id)
    actor_id = require("shelter.check", found.area_id)
    return services.put_check(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelter-checks/<uuid:check_id>/withdrawal")
@web.takes(schemas.PutWithdrawal)
def put_check_withdrawal(check_id: UUID, order: schemas.PutWithdrawal) -> ResponseReturnValue:
    """Withdraw a safety check, with the reason; the one before it decides again."""
    require("shelter.check")
    with transaction() as session:
        receipt = withdraw_check(session, check_id, web.attempt(order.id, revised=True), order)
    return receipt.json(), receipt.status


def withdraw_check(
    session: Session, check_id: UUID, attempt: Attempt, order: schemas.PutWithdrawal
) -> Receipt:
    """Withdraw a check, if whoever is here may for the shelter's area."""
    row = safety.check(session, check_id)
    found = queries.lock_shelter(session, row.shelter_id)
    actor_id = require("shelter.check", found.area_id)
    session.refresh(row)
    return services.withdraw_check(session, attempt, found, row, order, actor_id=actor_id)


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/photos")
def list_photos(shelter_id: UUID) -> ResponseReturnValue:
    """List a shelter's photos, the latest first: when, where, by whom, whether they count."""
    require("shelter.read")
    with reading() as session:
        found = queries.shelter(session, shelter_id)
        require("shelter.read", found.area_id)
        return {
            "photos": [safety.shown_photo(each) for each in safety.photos_of(session, shelter_id)]
        }


@blueprint.put("/api/v1/shelter-photos/<uuid:photo_id>")
@web.takes(schemas.PutShelterPhoto)
def put_photo(photo_id: UUID, order: schemas.PutShelterPhoto) -> ResponseReturnValue:
    """Hang a file sent before on a shelter; `same_as` names the photo that was there already."""
    require("shelter.check" if order.check_id else "shelter.write")
    with transaction() as session:
        receipt, same = hang(session, web.attempt(photo_id, revised=True), order)
    return receipt.json() | ({"same_as": str(same)} if same else {}), receipt.status


def hang(
    session: Session, attempt: Attempt, order: schemas.PutShelterPhoto
) -> tuple[Receipt, UUID | None]:
    """Hang a photo on a shelter, if whoever is here may: what a check found, its checkers."""
    found = queries.lock_shelter(session, order.shelter_id)
    permission = "shelter.check" if order.check_id else "shelter.write"
    actor_id = require(permission, found.area_id)
    return services.put_photo(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelter-photos/<uuid:photo_id>/withdrawal")
@web.takes(schemas.PutWithdrawal)
def put_photo_withdrawal(photo_id: UUID, order: schemas.PutWithdrawal) -> ResponseReturnValue:
    """Withdraw a photo, with the reason; it stays to be seen and no longer counts."""
    require("shelter.write")
    with transaction() as session:
        receipt = withdraw_photo(session, photo_id, web.attempt(order.id, revised=True), order)
    return receipt.json(), receipt.status


def withdraw_photo(
    session: Session, photo_id: UUID, attempt: Attempt, order: schemas.PutWithdrawal
) -> Receipt:
    """Withdraw a photo, if whoever is here may write the shelter's record."""
    row = safety.photo(session, photo_id)
    actor_id = require("shelter.write", row.area_id)
    queries.lock_shelter(session, row.shelter_id)
    session.refresh(row)
    return services.withdraw_photo(session, attempt, row, order, actor_id=actor_id)
