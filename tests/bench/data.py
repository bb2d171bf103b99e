"""What the benchmarks work on, loaded in bulk through the services."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import select

from damage_reports import schemas as report_schemas
from damage_reports import services as reports
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from relief_ops.disasters import schemas as disaster_schemas
from relief_ops.disasters import services as disaster_services
from relief_ops.receipts import Attempt
from shelters import schemas as shelter_schemas
from shelters import services as shelters
from shelters.models import Shelter
from tests.bench.world import MORNING, areas

BATCH = 500
NOBODY = UUID(int=0)


def attempt(write_id: UUID, *, base: UUID | None = None, mutable: bool = False) -> Attempt:
    """Return a write as the border would hand it over."""
    return Attempt(id=write_id, base=str(base or ""), digest=write_id.hex * 2, mutable=mutable)


def disaster(form_version: str = "2020") -> str:
    """Open a typhoon on this edition of the form and return its id."""
    disaster_id = uuid6.uuid7()
    order = disaster_schemas.PutDisaster(
        name="演练台风", kind="typhoon", storm="1323", started_at=MORNING,
        division_date="2013-10-06", form_version=form_version,
    )  # fmt: skip
    with act_as(SYSTEM), db.transaction() as session:
        disaster_services.put_disaster(
            session, attempt(disaster_id, mutable=True), order, actor_id=NOBODY
        )
    return str(disaster_id)


def shelter_body(random_: random.Random, number: int, village: Any) -> dict[str, Any]:
    """Return one shelter of a village, its place made up near the middle of the city."""
    return {
        "name": f"演练避灾点{number:05d}",
        "area_code": village.code,
        "kind": "point_village",
        "point": [121.2 + random_.random() * 0.7, 29.3 + random_.random() * 0.8],
        "capacity_max": random_.randrange(50, 400),
    }


def load_shelters(count: int, *, seed: int = 7) -> None:
    """Enter so many shelters over the city's villages."""
    random_ = random.Random(f"{seed}:shelters")
    villages = areas("village")
    bodies = [shelter_body(random_, n, villages[n % len(villages)]) for n in range(count)]
    ids = [uuid6.uuid7() for _ in bodies]
    for batch in _batches(list(zip(ids, bodies, strict=True))):
        with act_as(SYSTEM), db.transaction() as session:
            tree = geo.tree(session)
            for shelter_id, body in batch:
                shelters.put_shelter(
                    session,
                    attempt(shelter_id, mutable=True),
                    shelter_schemas.PutShelter.model_validate(body),
                    area_id=tree.by_code(body["area_code"]).id,
                    actor_id=NOBODY,
                )


def shelter_ids() -> list[str]:
    """Return the ids of all shelters, in the order they were entered."""
    with act_as(SYSTEM), db.reading() as session:
        return [str(each) for each in session.scalars(select(Shelter.id).order_by(Shelter.id))]


def point_of(shelter_id: str) -> tuple[float, float]:
    """Return where a shelter stands: longitude and latitude."""
    from shelters import queries

    with act_as(SYSTEM), db.reading() as session:
        point = queries.one.point_of(session, UUID(shelter_id))
    assert point is not None
    return point


def open_shelters(disaster_id: str, shelter_ids: Iterable[str]) -> None:
    """Open these shelters for a disaster."""
    from shelters import queries

    for batch in _batches(list(shelter_ids)):
        with act_as(SYSTEM), db.transaction() as session:
            for each in batch:
                shelters.put_state(
                    session,
                    attempt(uuid6.uuid7()),
                    queries.lock_shelter(session, UUID(each)),
                    shelter_schemas.PutState(
                        disaster_id=UUID(disaster_id), state="open", reason="演练"
                    ),
                    actor_id=NOBODY,
                )


def report_body(disaster_id: str, area_code: str, values: dict[str, Any], **more: Any) -> Any:
    """Return a report as a client sends it."""
    return {
        "disaster_id": disaster_id,
        "area_code": area_code,
        "round": "r1",
        "as_of": MORNING.isoformat(),
        "values": values,
    } | more


def file_reports(bodies: Iterable[tuple[UUID, dict[str, Any]]], *, batch: int = 200) -> None:
    """File reports through the services, so many in one transaction."""
    for some in _batches(list(bodies), batch):
        with act_as(SYSTEM), db.transaction() as session:
            for report_id, body in some:
                file_report(session, report_id, body)


def file_report(session: Any, report_id: UUID, body: dict[str, Any]) -> None:
    """File one report in an open transaction."""
    order = report_schemas.PutReport.model_validate(body)
    disaster = disasters.disaster(session, order.disaster_id)
    reports.put_report(
        session,
        attempt(report_id, base=order.base),
        order,
        area=disasters.area_by_code(session, order.area_code, disaster),
        disaster=disaster,
        actor_id=NOBODY,
    )


def _batches(rows: list[Any], size: int = BATCH) -> Iterable[list[Any]]:
    return (rows[n : n + size] for n in range(0, len(rows), size))
