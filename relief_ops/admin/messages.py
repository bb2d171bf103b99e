"""Messages over HTTP: a person's own inbox, and what the SMS gateway tells of its deliveries."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from relief_ops import clock, db, messages, plugins, web
from relief_ops.auth import viewer
from relief_ops.errors import NotFound, Unauthenticated
from relief_ops.i18n import gettext as _
from relief_ops.messages import Outcome, State, queries, rules
from relief_ops.web import security

blueprint = APIBlueprint("messages", __name__)


class Receipt(BaseModel):
    """What a gateway tells of a text it took; it may say more than we read."""

    reference: UUID
    state: Literal["delivered", "refused"]
    id: Annotated[str, Field(max_length=120)] = ""
    error: Annotated[str, Field(max_length=40, pattern=r"^[\w.:-]*$")] = ""


def unread(session: Session) -> dict[str, Any]:
    """Return how many messages the person has not looked at, for every page."""
    who = viewer()
    return {"unread": queries.unread(session, who.id) if who and who.id else 0}


def templates() -> dict[str, Any]:
    """Return how each kind of message is put into words."""
    return dict(plugins.contributed("messages"))


def me() -> UUID:
    """Return whose inbox it is. Raises Unauthenticated."""
    who = viewer()
    if who is None or who.id is None:
        raise Unauthenticated(_("Please sign in."))
    return who.id


@blueprint.get("/messages")
@blueprint.doc(hide=True)
def inbox() -> ResponseReturnValue:
    """Show what was written to me, the latest first."""
    user_id, words = me(), templates()
    with db.reading() as session:
        found = [
            {"row": each, "words": words[each.template](each.parameters)}
            for each in queries.inbox(session, user_id)
            if each.template in words
        ]
    new = sum(each["row"].seen_at is None for each in found)
    return web.page("admin/messages.html", found=found, new=new)


@blueprint.post("/messages/seen")
@blueprint.doc(hide=True)
def seen() -> ResponseReturnValue:
    """Note that I have read what stands in my inbox."""
    user_id = me()
    with db.transaction() as session:
        messages.mark_seen(session, user_id)
    return web.see_other("messages.inbox")


def signed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse what the SMS gateway did not sign, or signed more than five minutes ago."""

    @functools.wraps(view)
    def checking(*args: Any, **kwargs: Any) -> Any:
        sms = security.settings().outgoing.sms
        given = {
            name: request.headers.get(f"Webhook-{name}", "")
            for name in ("Id", "Timestamp", "Signature")
        }
        if sms is None or not _is_fresh(given["Timestamp"]) or not rules.is_signed(
            sms.secret, given["Signature"], given["Id"], given["Timestamp"],
            request.get_data(cache=True),
        ):  # fmt: skip
            raise Unauthenticated(_("This is not signed by the SMS gateway."))
        return view(*args, **kwargs)

    return checking


def _is_fresh(stamp: str) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    return abs(clock.now().timestamp() - int(stamp)) <= rules.STALE.total_seconds()


@blueprint.post("/api/v1/messages/receipts")
@web.public
@signed
@web.takes(Receipt)
def take_receipt(order: Receipt) -> ResponseReturnValue:
    """Take what the SMS gateway tells of a text; told twice it changes nothing."""
    state = State.DELIVERED if order.state == "delivered" else State.REFUSED
    outcome = Outcome(state, reference=order.id, error=order.error)
    with db.transaction() as session:
        if not messages.take_receipt(session, order.reference, outcome):
            raise NotFound(_("There is no such message."))
    return {"state": state}, 200
