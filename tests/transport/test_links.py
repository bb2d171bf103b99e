"""A driver's link: it works once, on one phone, for one load, and opens nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text, update

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import Errand
from tests.factories.city import OTHER_COUNTY
from tests.factories.stock import new_id
from tests.transport.conftest import Phone, assign


def test_the_keeper_gets_a_link_and_the_same_one_after_a_lost_answer(keeper, shipment):
    trip = new_id()
    first, again = assign(keeper, shipment, trip), assign(keeper, shipment, trip)

    assert first.status_code == 201 and again.status_code == 200
    assert first.json["link"] == again.json["link"]
    assert assign(keeper, shipment, trip, driver="李师傅").json["code"] == "body_differs"


def test_strangers_neighbours_and_readers_give_no_link(person, stranger, reporter, shipment):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    assert assign(stranger, shipment).status_code == 401
    assert assign(elsewhere, shipment).status_code == 404
    assert assign(reporter, shipment).status_code == 403


def test_a_preview_does_not_use_the_link_up(keeper, shipment, phone):
    link = assign(keeper, shipment).json["link"]
    path = "/way/" + link.rsplit("/", 1)[1]

    assert [phone.client.get(path).status_code for _ in range(3)] == [200, 200, 200]
    assert phone.open(link).status_code == 303


def test_a_used_link_is_dead_on_every_other_phone(app, keeper, shipment, phone):
    link = assign(keeper, shipment).json["link"]
    assert phone.open(link).status_code == 303

    other = Phone(app.test_client())
    assert other.open(link).status_code == 410
    assert other.facts().status_code == 401
    assert phone.facts().status_code == 200


def test_whoever_is_signed_in_does_not_use_the_drivers_link_up(browse, keeper, shipment, phone):
    link = assign(keeper, shipment).json["link"]

    assert Phone(browse("duty_officer")).open(link).status_code == 409
    assert phone.open(link).status_code == 303


def test_whoever_has_an_account_is_told_that_the_drivers_page_is_not_his(browse, keeper, shipment):
    assert browse("depot_keeper").get("/drive").status_code == 403
    assert keeper.get("/drive/facts").status_code == 403


def test_a_new_driver_ends_the_one_before(app, keeper, shipment, driving):
    assert driving.say("left").status_code == 201
    link = assign(keeper, shipment, driver="李师傅").json["link"]

    assert driving.say("arrived").status_code == 401
    other = Phone(app.test_client())
    other.open(link)
    assert other.say("arrived").status_code == 201


def test_a_link_taken_back_opens_nothing(keeper, shipment, phone):
    trip = new_id()
    link = assign(keeper, shipment, trip).json["link"]
    first = keeper.put(f"/api/v1/trips/{trip}/end", {})
    again = keeper.put(f"/api/v1/trips/{trip}/end", {})

    assert (first.status_code, again.status_code) == (200, 200)
    assert phone.open(link).status_code == 410


def test_an_old_link_opens_nothing_and_an_old_phone_says_nothing(keeper, shipment, driving, phone):
    past = clock.now() - timedelta(hours=1)
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(Errand).values(expires_at=past))

    assert driving.facts().status_code == 401
    assert driving.say("left").status_code == 401


def test_the_drivers_phone_reaches_nothing_but_its_load(app, driving, shipment):
    from tests.house_rules.test_routes import OPEN, routes_of

    own = {
        "drive.page", "drive.facts", "transport.put_sighting", "transport.put_photo",
        "files.put_file", "files.put_piece", "outbox_token",
    }  # fmt: skip
    wrong = []
    for endpoint, method, path in routes_of(app):
        if endpoint in own or endpoint in OPEN:
            continue
        answer = driving.client.open(path, method=method, json={} if method != "GET" else None)
        to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        if answer.status_code not in (401, 403) and not to_sign_in:
            wrong.append(f"{method} {path}: {answer.status_code}")

    assert not wrong
    assert driving.client.get(f"/api/v1/shipments/{shipment}").status_code == 401


def test_a_write_without_the_pages_own_token_is_refused(driving):
    answer = driving.client.put(
        f"/api/v1/sightings/{new_id()}", json={"kind": "left", "at": "2026-07-10T12:00:00Z"}
    )

    assert answer.status_code == 403


def test_nothing_that_opens_a_link_lies_in_the_database(keeper, shipment, driving):
    secret = assign(keeper, shipment).json["link"].rsplit("/", 1)[1]
    device = driving.client.get_cookie("errand").value
    with act_as(SYSTEM), db.reading() as session:
        rows = [str(tuple(row)) for row in session.execute(text("SELECT * FROM errand"))]
        names = [str(tuple(row)) for row in session.execute(text("SELECT * FROM trip"))]

    assert not any(secret in row or device in row for row in rows)
    assert not any("张师傅" in row or "13800000000" in row for row in names)
