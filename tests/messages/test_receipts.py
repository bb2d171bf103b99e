"""What the SMS gateway tells: signed, in any order, as often as it likes."""

from __future__ import annotations

import dataclasses
import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.config import Outgoing, Sms
from relief_ops.events.models import EventRow
from relief_ops.messages import State, rules
from tests.messages.conftest import stored

PATH = "/api/v1/messages/receipts"
SECRET = "theirs"  # pragma: allowlist secret


@pytest.fixture
def gateway(app, client):
    """Return the gateway telling something; `stamp` and `secret` may be wrong."""
    before = app.config["SETTINGS"]
    sms = Sms(url="http://127.0.0.1:1", token="ours", secret=SECRET)
    app.config["SETTINGS"] = dataclasses.replace(before, outgoing=Outgoing(sms=sms))

    def tell(reference, state="delivered", *, secret=SECRET, age=0, body=None, **more):
        data = body or json.dumps({"reference": str(reference), "state": state} | more).encode()
        stamp = str(int(clock.now().timestamp()) - age)
        headers = {
            "Webhook-Id": "r1", "Webhook-Timestamp": stamp,
            "Webhook-Signature": rules.signature(secret, "r1", stamp, data),
        }  # fmt: skip
        return client.post(PATH, data=data, headers=headers, content_type="application/json")

    yield tell
    app.config["SETTINGS"] = before


def settled():
    with db.reading() as session:
        return session.scalars(select(EventRow).where(EventRow.name == "message.settled")).all()


def test_a_stranger_and_a_wrong_secret_are_refused(gateway, client, write):
    message_id = write("sms", "13900001234")

    assert client.post(PATH, json={"reference": str(message_id)}).status_code == 401
    assert gateway(message_id, secret="guess").status_code == 401
    assert gateway(message_id, age=301).status_code == 401, "too old to be believed"
    assert stored(message_id).state == State.QUEUED


def test_without_a_gateway_nothing_is_believed(client, write):
    stamp, data = str(int(clock.now().timestamp())), b"{}"
    headers = {"Webhook-Id": "r1", "Webhook-Timestamp": stamp,
               "Webhook-Signature": rules.signature("", "r1", stamp, data)}  # fmt: skip

    assert client.post(PATH, data=data, headers=headers).status_code == 401


def test_a_receipt_told_twice_is_one_delivery(gateway, write):
    message_id = write("sms", "13900001234")

    first = gateway(message_id, id="gw-7")
    assert [first.status_code, gateway(message_id).status_code] == [200, 200]
    message = stored(message_id)
    assert (message.state, message.provider_reference) == (State.DELIVERED, "gw-7")
    assert len(settled()) == 1


def test_a_delivery_is_never_taken_back_and_a_refusal_may_be(gateway, write):
    first, second = write("sms", "13900001234"), write("sms", "13900001234")

    gateway(first), gateway(first, "refused", error="expired")
    gateway(second, "refused", error="absent"), gateway(second)
    assert [stored(each).state for each in (first, second)] == [State.DELIVERED] * 2


def test_a_refusal_says_why_and_is_tried_no_more(gateway, write):
    message_id = write("sms", "13900001234")

    gateway(message_id, "refused", error="absent")
    message = stored(message_id)
    assert (message.state, message.last_error, message.next_try) == (
        State.REFUSED, "absent", None,
    )  # fmt: skip


def test_a_receipt_faster_than_our_own_note_stands(gateway, write):
    from relief_ops.messages import Outcome, services

    message_id = write("sms", "13900001234")
    with db.transaction() as session:
        services.claim(session)
    gateway(message_id)
    with db.transaction() as session:
        services.note(session, message_id, Outcome(State.FAILED, error="timeout"))

    assert stored(message_id).state == State.DELIVERED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"{}", 422),
        (b'{"reference": "x", "state": "delivered"}', 422),
        (b'{"reference": "018f0000-0000-7000-8000-000000000000", "state": "lost"}', 422),
        (b"[]", 400),
    ],
)
def test_what_is_no_receipt_is_said(gateway, body, status):
    assert gateway(None, body=body).status_code == status


def test_a_receipt_of_nothing_is_said(gateway, write):
    assert gateway(uuid4()).status_code == 404
    assert gateway(write("in_app")).status_code == 404
