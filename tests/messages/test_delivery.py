"""Messages over real servers: delivery, refusal, time-out, and what is kept of each."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from relief_ops import clock, vault
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import Hooks, Mail, Outgoing, Sms
from relief_ops.messages import Channel, State, rules, transports
from relief_ops.messages.postman import carry_next
from relief_ops.worker import CARRIED
from tests.messages import peers
from tests.messages.conftest import TEMPLATES, stored

TO = "li@town.example"


def by_mail(peer, **more):
    mail = Mail(host="localhost", port=peer.port, sender="值班室 <duty@city.example>",
                **{"security": "none"} | more)  # fmt: skip
    return Outgoing(public_url="https://relief.example", mail=mail)


def by_hook(hosts=("127.0.0.1",)):
    hooks = Hooks(hosts=frozenset(hosts), secret="hush")
    return Outgoing(public_url="https://relief.example", hooks=hooks)


def by_sms(peer):
    sms = Sms(url=peer.url, token="ours", secret="theirs")
    return Outgoing(public_url="https://relief.example", sms=sms)


def test_a_mail_arrives_under_the_id_of_its_message(write, carry, mail_peer):
    message_id = write("email", TO)

    message = carry(message_id, by_mail(mail_peer))
    (letter,) = mail_peer.letters
    assert message.state == State.SENT, "taken by the server: that it was read nobody says"
    assert letter["Message-ID"] == f"<{message_id}@city.example>"
    assert (letter["To"], letter["Subject"]) == (TO, "催报")
    assert "临江镇请报送" in letter.get_content()
    assert "https://relief.example/reports" in letter.get_content()


def test_a_mail_goes_over_starttls_with_a_sign_in(write, carry, tmp_path):
    with peers.mail_server(tmp_path) as peer:
        ways = by_mail(
            peer, security="starttls", user="duty", password="pw",  # pragma: allowlist secret
            ca_file=str(tmp_path / "peer.pem"),
        )  # fmt: skip
        message = carry(write("email", TO), ways)

    assert message.state == State.SENT
    assert peer.signed_in == ["duty:pw"]
    assert peer.encrypted == [True]


def test_a_server_that_cannot_prove_itself_gets_no_letter(write, carry, tmp_path):
    with peers.mail_server(tmp_path) as peer:
        message = carry(write("email", TO), by_mail(peer, security="starttls"))

    assert (message.state, message.last_error) == (State.FAILED, "SSLCertVerificationError")
    assert not peer.letters


@pytest.mark.parametrize(
    ("command", "reply", "state", "error"),
    [
        ("RCPT", "550 no such person", State.REFUSED, "smtp_550"),
        ("RCPT", "450 later", State.FAILED, "smtp_450"),
        ("END", "554 spam", State.REFUSED, "smtp_554"),
        ("END", "451 later", State.FAILED, "smtp_451"),
        ("MAIL", "553 not you", State.REFUSED, "smtp_553"),
        ("AUTH", "535 wrong password", State.FAILED, "sign_in_535"),
        ("HELLO", "421 too busy", State.FAILED, "smtp_421"),
    ],
)
def test_what_a_mail_server_refuses_is_final_only_if_it_says_so(
    write, carry, mail_peer, command, reply, state, error
):
    mail_peer.replies[command] = reply

    message = carry(write("email", TO), by_mail(mail_peer, user="duty", password="pw"))
    assert (message.state, message.last_error) == (state, error)
    assert (message.next_try is None) == (state == State.REFUSED)


def test_a_mail_server_that_says_nothing_is_a_time_out_not_a_wait(
    write, carry, mail_peer, monkeypatch
):
    monkeypatch.setattr(transports, "SECONDS", 0.5)
    mail_peer.held = True

    message = carry(write("email", TO), by_mail(mail_peer))
    assert (message.state, message.last_error) == (State.FAILED, "timeout")


def test_nobody_listening_is_a_failure_that_is_tried_again(write, carry, mail_peer):
    mail_peer.port = 1

    message = carry(write("email", TO), by_mail(mail_peer))
    assert (message.state, message.last_error) == (State.FAILED, "ConnectionRefusedError")
    assert clock.now() < message.next_try < clock.now() + rules.PAUSES[0] + timedelta(seconds=1)


def test_a_webhook_is_signed_json_and_two_hundred_is_delivered(write, carry, http_peer):
    message_id = write("webhook", http_peer.url)

    message = carry(message_id, by_hook())
    ((path, headers, body),) = http_peer.posts
    assert (message.state, path) == (State.DELIVERED, "/in")
    assert headers["Webhook-Id"] == str(message_id)
    assert rules.is_signed(
        "hush", headers["Webhook-Signature"], str(message_id), headers["Webhook-Timestamp"], body
    )
    assert not rules.is_signed(
        "hush", headers["Webhook-Signature"], str(message_id), headers["Webhook-Timestamp"],
        body + b" ",
    )  # fmt: skip
    assert json.loads(body)["link"] == "https://relief.example/reports"


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, State.REFUSED), (410, State.REFUSED), (302, State.REFUSED), (429, State.FAILED),
     (408, State.FAILED), (503, State.FAILED), (204, State.DELIVERED)],
)  # fmt: skip
def test_what_a_receiver_answers_decides(write, carry, http_peer, status, state):
    http_peer.status = status
    http_peer.headers["Location"] = f"{http_peer.url}/elsewhere"

    assert carry(write("webhook", http_peer.url), by_hook()).state == state
    assert len(http_peer.posts) == 1, "a redirect is not followed"


def test_a_receiver_that_does_not_answer_is_a_time_out(write, carry, http_peer, monkeypatch):
    monkeypatch.setattr(transports, "SECONDS", 0.3)
    http_peer.slow = 1.0

    message = carry(write("webhook", http_peer.url), by_hook())
    assert (message.state, message.last_error) == (State.FAILED, "timeout")


def test_a_webhook_goes_to_no_host_that_is_not_allowed(write, carry, http_peer):
    message = carry(write("webhook", http_peer.url), by_hook(hosts=("hooks.example",)))

    assert (message.state, message.last_error) == (State.REFUSED, "host_not_allowed")
    assert not http_peer.posts


def test_a_text_that_the_gateway_took_is_sent_not_delivered(write, carry, http_peer):
    http_peer.answer = {"id": "gw-7"}
    message_id = write("sms", "13900001234")

    message = carry(message_id, by_sms(http_peer))
    ((_path, headers, _body),) = http_peer.posts
    assert (message.state, message.provider_reference) == (State.SENT, "gw-7")
    assert headers["Authorization"] == "Bearer ours"
    assert http_peer.bodies() == [{
        "reference": str(message_id), "to": "13900001234", "text": "临江镇请报送",
        "callback": "https://relief.example/api/v1/messages/receipts",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "state"), [(400, State.REFUSED), (401, State.FAILED), (503, State.FAILED)]
)
def test_what_the_gateway_refuses_is_final_unless_it_is_ours_to_mend(
    write, carry, http_peer, status, state
):
    http_peer.status = status

    assert carry(write("sms", "13900001234"), by_sms(http_peer)).state == state


def test_a_failure_is_tried_again_ever_more_rarely_and_then_given_up(write, carry, mail_peer):
    mail_peer.replies["RCPT"] = "450 later"
    message_id, waited = write("email", TO), []
    with time_machine.travel(clock.now(), tick=False) as now:
        while (message := carry(message_id, by_mail(mail_peer))).state == State.FAILED:
            waited.append(message.next_try - clock.now())
            assert not carry_next(TEMPLATES, by_mail(mail_peer)), "not before its time"
            now.shift(waited[-1])

    assert waited == list(rules.PAUSES)
    assert (message.state, message.attempts) == (State.GIVEN_UP, len(rules.PAUSES) + 1)
    assert message.next_try is None


def test_a_way_that_was_switched_off_is_tried_until_it_is_back(write, carry, mail_peer):
    message_id = write("email", TO)
    message = carry(message_id, Outgoing())
    assert (message.state, message.last_error) == (State.FAILED, "not_configured")

    with time_machine.travel(message.next_try):
        assert carry(message_id, by_mail(mail_peer)).state == State.SENT


def test_an_address_is_kept_encrypted_and_no_error_holds_it(write, carry, mail_peer):
    mail_peer.replies["RCPT"] = f"550 {TO} is unknown here"
    message = carry(write("email", TO), by_mail(mail_peer))

    assert TO.encode() not in message.to_sealed
    assert TO not in message.last_error
    with pytest.raises(ValueError, match="cannot be opened"):
        vault.unseal("message", "to", uuid4(), message.to_sealed)


def test_a_drill_wakes_nobody_whatever_asks_for_it(write):
    drill_id = uuid4()
    with pytest.raises(IntegrityError):
        write("sms", "13900001234", drill_id=drill_id)

    assert stored(write("in_app", drill_id=drill_id)).state == State.DELIVERED


def test_the_same_words_to_the_same_person_for_one_act_are_one_message(write):
    act = uuid4()
    write("email", TO, subject_id=act)
    with pytest.raises(IntegrityError):
        write("email", TO, subject_id=act)


def test_a_mail_server_that_hangs_holds_up_no_text_message(write, http_peer):
    mail, text = write("email", TO), write("sms", "13900001234")

    with act_as(SYSTEM):
        assert carry_next(TEMPLATES, by_sms(http_peer), Channel.SMS)
        assert not carry_next(TEMPLATES, by_sms(http_peer), Channel.SMS)

    assert (stored(mail).attempts, stored(text).attempts) == (0, 1)
    assert set(CARRIED) == set(Channel) - {Channel.IN_APP}  # each by a postman of its own
