"""Messages to send, and the other ends that take them."""

from __future__ import annotations

import pytest

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.messages import Channel, Letter, Message, Words, send
from relief_ops.messages.postman import carry_next
from tests.conftest import MORNING
from tests.factories.city import TOWNSHIP
from tests.messages import peers

TEMPLATES = {"test": lambda given: Words("催报", f"{given['area']}请报送", "/reports")}


@pytest.fixture
def write(app, person):
    """Return a writer of messages: write(Channel.EMAIL, "a@b") returns the id."""
    reader = person(f"township_reporter@{TOWNSHIP}")

    def writing(channel, to="", *, drill_id=None, subject_id=None):
        from tests.conftest import new_id

        with act_as(SYSTEM), db.transaction() as session:
            area = geo.tree(session).by_code(TOWNSHIP)
            letter = Letter(
                user_id=reader.user_id, area_id=area.id, drill_id=drill_id,
                subject_id=subject_id or _uuid(new_id()), template="test",
                parameters={"area": area.name}, at=MORNING,
            )  # fmt: skip
            return send(session, letter, Channel(channel), to=to).id

    writing.reader = reader
    return writing


def _uuid(text):
    from uuid import UUID

    return UUID(text)


@pytest.fixture
def carry():
    """Return a postman who carries one message over these ways and returns it as it is then."""

    def carrying(message_id, outgoing):
        with act_as(SYSTEM):
            assert carry_next(TEMPLATES, outgoing), "nothing was due"
        return stored(message_id)

    return carrying


def stored(message_id):
    with db.reading() as session:
        return session.get_one(Message, message_id)


@pytest.fixture
def mail_peer():
    with peers.mail_server() as peer:
        yield peer


@pytest.fixture
def http_peer():
    with peers.http_server() as peer:
        yield peer
