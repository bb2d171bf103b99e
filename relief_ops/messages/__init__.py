"""Words for one person on one way, with what became of them: in-app, e-mail, webhook, SMS."""

from relief_ops.messages.models import Message
from relief_ops.messages.rules import Channel, Outcome, State, Words
from relief_ops.messages.services import Letter, mark_seen, send, take_receipt

__all__ = [
    "Channel",
    "Letter",
    "Message",
    "Outcome",
    "State",
    "Words",
    "mark_seen",
    "send",
    "take_receipt",
]
