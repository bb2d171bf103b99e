"""Words that several pages of reports say."""

from __future__ import annotations

from damage_reports.rules import Means
from relief_ops.i18n import gettext as _


def means_words() -> dict[Means, str]:
    """Return the means by which figures come, in the reader's words, without a network first."""
    return {
        Means.RADIO: _("Radio"),
        Means.SATELLITE_PHONE: _("Satellite phone"),
        Means.SMS: _("Text message"),
        Means.PHONE: _("Telephone"),
        Means.MESSAGE: _("Chat message"),
        Means.PAPER: _("On paper"),
        Means.IN_PERSON: _("In person"),
    }
