"""Depots, stock and needs of the made-up city, made through the API as people would."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import update

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Balance, Lot, Shipment
from tests.factories.city import COUNTY, TOWNSHIP


def new_id() -> str:
    """Return a fresh client id."""
    return str(uuid6.uuid7())


def depot(manager: Any, **changes: Any) -> str:
    """Set up a depot and return its id."""
    depot_id = new_id()
    body = {"name": "东山县库", "area_code": COUNTY, "lon": 121.55, "lat": 29.8} | changes
    answer = manager.put(f"/api/v1/depots/{depot_id}", body)
    assert answer.status_code == 201, answer.json
    return depot_id


def move(caller: Any, **body: Any) -> Any:
    """Book a movement; `source` stands for `from`."""
    if "source" in body:
        body["from"] = body.pop("source")
    return caller.put(f"/api/v1/stock/movements/{body.pop('id', new_id())}", body)


def stock(manager: Any, depot_id: str, *, item: str = "tent_12", quantity: int, **more: Any) -> str:
    """Receive stock from a supplier as a lot of its own and return the lot's id."""
    lot = more.pop("lot", new_id())
    answer = move(
        manager, kind="receive", to=depot_id, item=item, quantity=quantity, lot=lot, **more
    )
    assert answer.status_code == 201, answer.json
    return lot


def need(caller: Any, disaster: dict[str, Any], **changes: Any) -> str:
    """Open a need and return its id."""
    need_id = new_id()
    body = {
        "disaster_id": disaster["id"],
        "area_code": TOWNSHIP,
        "item": "tent_12",
        "quantity": 10,
        "priority": 1,
    } | changes
    answer = caller.put(f"/api/v1/needs/{need_id}", body)
    assert answer.status_code == 201, answer.json
    return need_id


def reserve(caller: Any, need_id: str, **more: Any) -> Any:
    """Promise stock to a need."""
    reservation_id = more.pop("id", new_id())
    body = {"need_id": need_id} | more
    return caller.put(f"/api/v1/stock/reservations/{reservation_id}", body)


def ship(caller: Any, reservation_id: str, **more: Any) -> Any:
    """Send a promise on the road."""
    shipment_id = more.pop("id", new_id())
    body = {"reservation_ids": [reservation_id]} | more
    return caller.put(f"/api/v1/shipments/{shipment_id}", body)


def was_due(shipment_id: str, at: datetime | None, **more: Any) -> None:
    """Let a shipment be due, or whatever else is told of it, as if that time had gone by."""
    with act_as(SYSTEM), db.transaction() as session:
        values = {"eta": at} | more
        session.execute(update(Shipment).where(Shipment.id == UUID(shipment_id)).values(values))


def expire(lot: str, on: date) -> None:
    """Let a lot expire on a day, as if the days since had gone by."""
    with act_as(SYSTEM), db.transaction() as session:
        gone = {"expires_on": on}
        session.execute(update(Lot).where(Lot.id == UUID(lot)).values(gone))
        session.execute(update(Balance).where(Balance.lot_id == UUID(lot)).values(gone))


def balance(caller: Any, depot_id: str, *, lot: str | None = None) -> tuple[int, int]:
    """Return (on hand, promised) of a depot, or of one lot in it."""
    rows = caller.get(f"/api/v1/stock/balances?depot={depot_id}").json["balances"]
    mine = [row for row in rows if lot in (None, row["lot"])]
    return sum(row["on_hand"] for row in mine), sum(row["promised"] for row in mine)
