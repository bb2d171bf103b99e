"""A county that files what it did, and the goods that reached it."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories import stock as made
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.relief_work import form_body


@pytest.fixture
def officer(person):
    """Return the duty officer of the county, who files its form."""
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def neighbour(person):
    """Return the duty officer of the other county."""
    return person(f"duty_officer@{OTHER_COUNTY}")


@pytest.fixture
def order(disaster):
    """Return a maker of forms of the county for one round."""

    return lambda **changes: form_body(disaster["id"]) | changes


@pytest.fixture
def file(order):
    """Return a way to file a form."""

    def send(who, form_id=None, **changes):
        return who.put(f"/api/v1/relief-work/{form_id or new_id()}", order(**changes))

    return send


@pytest.fixture
def hands(person):
    """Return who promises and ships, and who asks."""
    return person("logistics_manager", "depot_keeper"), person("duty_officer")


@pytest.fixture
def goods(hands, person, disaster):
    """Return a way to bring goods to a place: promised, shipped, and counted by another there."""
    giver, asker = hands
    taker = person("depot_keeper")

    def bring(quantity, *, item="tent_12", area=TOWNSHIP, receive=True, depot=None, **more):
        depot = depot or made.depot(giver)
        lot = made.stock(giver, depot, item=item, quantity=quantity)
        need = made.need(asker, disaster, item=item, quantity=quantity, area_code=area,
                         **{key: more.pop(key) for key in ("place",) if key in more})  # fmt: skip
        promise = made.reserve(giver, need, depot=depot).json["id"]
        shipment = made.ship(giver, promise).json["id"]
        if receive:
            counted = {"lines": [{"lot": lot, "received": more["received"],
                                  "damaged": more.get("damaged", 0)}]} if more else {}  # fmt: skip
            answer = taker.put(f"/api/v1/shipments/{shipment}/receipt", counted)
            assert answer.status_code == 200, answer.json
        return shipment

    return bring


@pytest.fixture
def proposed(disaster):
    """Return a way to read what is proposed for an area: figure → value of its first source."""

    def read(who, area=COUNTY):
        answer = who.get(f"/api/v1/relief-work/proposals?disaster={disaster['id']}&area={area}")
        assert answer.status_code == 200, answer.json
        return {code: found[0] for code, found in answer.json["proposals"].items()}

    return read


@pytest.fixture
def browse(app, person):
    """Return a maker of signed-in browsers."""
    from tests.spine.test_live import cookie_of

    def make(*roles):
        client = app.test_client()
        client.set_cookie("session", cookie_of(person(*roles)))
        return client

    return make
