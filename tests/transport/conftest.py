"""A shipment on the road, and a phone that opens a driver's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import stock as made
from tests.factories.city import TOWNSHIP
from tests.factories.stock import new_id
from tests.stockpile.conftest import browse, keeper, manager, reporter  # noqa: F401


@pytest.fixture
def depot(manager):  # noqa: F811
    return made.depot(manager)


@pytest.fixture
def need(reporter, disaster):  # noqa: F811
    return made.need(reporter, disaster, quantity=40)


@pytest.fixture
def shipment(manager, keeper, depot, need):  # noqa: F811
    made.stock(manager, depot, quantity=100)
    reservation = made.reserve(manager, need).json["id"]
    return made.ship(keeper, reservation, vehicle="浙B·12345").json["id"]


@pytest.fixture
def receiver(person):
    return person(f"depot_keeper@{TOWNSHIP}")


def assign(caller: Any, shipment_id: str, trip: str | None = None, **more: Any) -> Any:
    """Give a shipment to a driver."""
    body = {"shipment_id": shipment_id, "driver": "张师傅", "phone": "13800000000"} | more
    return caller.put(f"/api/v1/trips/{trip or new_id()}", body)


@dataclass
class Phone:
    """A driver's browser: no account, its cookies, and the token its writes carry."""

    client: Any

    def open(self, link: str) -> Any:
        """Open a link and press the one button on its page."""
        path = "/way/" + link.rsplit("/", 1)[1]
        page = self.client.get(path)
        if page.status_code != 200:
            return page
        token = page.text.split('name="csrf" value="')[1].split('"')[0]
        return self.client.post(path, data={"csrf": token})

    def facts(self) -> Any:
        """Ask for what the phone carries along."""
        return self.client.get("/drive/facts", headers={"Accept": "application/json"})

    def say(self, kind: str, *, as_id: str | None = None, **more: Any) -> Any:
        """Say something, as the outbox sends it."""
        held = self.client.get("/outbox/token")
        headers = {"X-CSRF-Token": held.json["csrf"]} if held.status_code == 200 else {}
        body = {"kind": kind, "at": datetime.now(UTC).isoformat()} | more
        return self.client.put(f"/api/v1/sightings/{as_id or new_id()}", json=body, headers=headers)


@pytest.fixture
def phone(app):
    return Phone(app.test_client())


@pytest.fixture
def driving(keeper, shipment, phone):  # noqa: F811
    """A phone that has the shipment."""
    phone.open(assign(keeper, shipment).json["link"])
    return phone
