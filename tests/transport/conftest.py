"""A shipment on the road, and a phone that opens a driver's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import stock as made
from tests.factories.city import TOWNSHIP
from tests.factories.stock import new_id
from tests.files.pictures import announcement
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

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Send something with the token its page has."""
        held = self.client.get("/outbox/token")
        headers = {"X-CSRF-Token": held.json["csrf"]} if held.status_code == 200 else {}
        return self.client.open(path, method=method, headers=headers, **more)

    def send(self, data: bytes, *, step: int = 64 * 1024, **more: Any) -> str:
        """Send a file in pieces and return its id."""
        file_id = new_id()
        answer = self.ask("PUT", f"/api/v1/files/{file_id}", json=announcement(data, **more))
        assert answer.status_code == 201, answer.json
        for offset in range(0, len(data), step):
            answer = self.piece(file_id, offset, data[offset : offset + step])
            assert answer.status_code == 200, answer.json
        return file_id

    def piece(self, file_id: str, offset: int, data: bytes) -> Any:
        """Send one piece of a file."""
        path = f"/api/v1/files/{file_id}/pieces/{offset}"
        return self.ask("PUT", path, data=data, content_type="application/octet-stream")

    def show(self, file_id: str, kind: str = "road", *, as_id: str | None = None) -> Any:
        """Hang a picture on the trip."""
        path = f"/api/v1/trip-photos/{as_id or new_id()}"
        return self.ask("PUT", path, json={"kind": kind, "file_id": file_id})

    def say(self, kind: str, *, as_id: str | None = None, **more: Any) -> Any:
        """Say something, as the outbox sends it."""
        body = {"kind": kind, "at": datetime.now(UTC).isoformat()} | more
        return self.ask("PUT", f"/api/v1/sightings/{as_id or new_id()}", json=body)


@pytest.fixture
def phone(app):
    return Phone(app.test_client())


@pytest.fixture
def driving(keeper, shipment, phone):  # noqa: F811
    """A phone that has the shipment."""
    phone.open(assign(keeper, shipment).json["link"])
    return phone
