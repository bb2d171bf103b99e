"""The ways out of the house: a mail server, a webhook, an SMS gateway.

Each carries one message under its own stable id and says what came of it; nothing raises, and
no error holds an address.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from relief_ops import clock
from relief_ops.config import Hooks, Mail, Outgoing, Sms
from relief_ops.messages.rules import Channel, Outcome, State, Words, of_http, of_smtp, signature

SECONDS = 10.0
ANSWER_BYTES = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One message ready to go: where to, in which words, under which id."""

    id: UUID
    channel: Channel
    to: str
    words: Words
    template: str
    parameters: Mapping[str, Any]
    created_at: datetime


def carry(parcel: Parcel, outgoing: Outgoing) -> Outcome:
    """Take a message to the other end and say what came of it."""
    if parcel.channel == Channel.EMAIL and outgoing.mail:
        return by_mail(parcel, outgoing.mail, outgoing.public_url)
    if parcel.channel == Channel.WEBHOOK and outgoing.hooks:
        return by_webhook(parcel, outgoing.hooks, outgoing.public_url)
    if parcel.channel == Channel.SMS and outgoing.sms:
        return by_sms(parcel, outgoing.sms, outgoing.public_url)
    return Outcome(State.FAILED, error="not_configured")


def by_mail(parcel: Parcel, mail: Mail, public_url: str) -> Outcome:
    """Hand a mail to the server; a sign-in it refuses is ours to mend, so it is tried again."""
    try:
        with _server(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(_letter(parcel, mail, public_url))
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _words in error.recipients.values())
        return Outcome(of_smtp(code), error=f"smtp_{code}")
    except smtplib.SMTPAuthenticationError as error:
        return Outcome(State.FAILED, error=f"sign_in_{error.smtp_code}")
    except smtplib.SMTPResponseException as error:
        return Outcome(of_smtp(error.smtp_code), error=f"smtp_{error.smtp_code}")
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(State.FAILED, error=_kind(error))
    return Outcome(State.SENT)


def _server(mail: Mail) -> smtplib.SMTP:
    """Return a server that is greeted, and whose certificate was proved unless that is off."""
    proof = ssl.create_default_context(cafile=mail.ca_file)
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=proof)
    server = smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
    if mail.security == "starttls":
        try:
            server.starttls(context=proof)
        except BaseException:
            server.close()
            raise
    return server


def _letter(parcel: Parcel, mail: Mail, public_url: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = mail.sender, parcel.to
    letter["Subject"] = parcel.words.subject
    letter["Message-ID"] = f"<{parcel.id}@{mail.sender.rpartition('@')[2].strip('> ')}>"
    letter["Date"] = format_datetime(parcel.created_at)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{parcel.words.text}\n\n{public_url}{parcel.words.path}\n")
    return letter


def by_webhook(parcel: Parcel, hooks: Hooks, public_url: str) -> Outcome:
    """Post a message as signed JSON to a host that is allowed; a redirect is not followed."""
    if urlsplit(parcel.to).hostname not in hooks.hosts:
        return Outcome(State.REFUSED, error="host_not_allowed")
    body = {
        "id": str(parcel.id),
        "kind": parcel.template,
        "title": parcel.words.subject,
        "text": parcel.words.text,
        "link": f"{public_url}{parcel.words.path}",
        "created_at": parcel.created_at.isoformat(),
        "parameters": dict(parcel.parameters),
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    stamp = str(int(clock.now().timestamp()))
    signed = {
        "Webhook-Id": str(parcel.id),
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": signature(hooks.secret, str(parcel.id), stamp, data),
    }
    status, _answer, error = _post(parcel.to, data, signed)
    return Outcome(of_http(status) if status else State.FAILED, error=error)


def by_sms(parcel: Parcel, sms: Sms, public_url: str) -> Outcome:
    """Hand a text to the gateway; that it took it is not yet that it arrived."""
    body = {
        "reference": str(parcel.id),
        "to": parcel.to,
        "text": parcel.words.text,
        "callback": f"{public_url}/api/v1/messages/receipts",
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    status, answer, error = _post(sms.url, data, {"Authorization": f"Bearer {sms.token}"})
    state = of_http(status) if status else State.FAILED
    if state == State.DELIVERED:
        return Outcome(State.SENT, reference=_reference(answer))
    # A token it does not know is ours to mend.
    return Outcome(State.FAILED if status in (401, 403) else state, error=error)


def _reference(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _post(url: str, data: bytes, headers: dict[str, str]) -> tuple[int, bytes, str]:
    """Return (status, head of the answer, error code); status 0 when there was no answer."""
    import httpx

    sent = {"Content-Type": "application/json; charset=utf-8"} | headers
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=data, headers=sent) as answer,
        ):
            head = next(answer.iter_bytes(ANSWER_BYTES), b"")
            fine = 200 <= answer.status_code < 300
            return answer.status_code, head, "" if fine else f"http_{answer.status_code}"
    except httpx.TimeoutException:
        return 0, b"", "timeout"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return 0, b"", type(error).__name__
    except OSError as error:
        return 0, b"", _kind(error)


def _kind(error: Exception) -> str:
    """Return an error by its name; smtplib tells a time-out as a connection that was closed."""
    late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return "timeout" if late else type(error).__name__
