"""What is wrong with a step, in the reader's language."""

from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _


def explain(code: str) -> str:
    """Say what a step may not say, and what to do."""
    return {
        "missing": _("This is required."),
        "unknown": _("This is not on the list."),
        "not_from_here": _("One of these households cannot take this step from where it stands."),
        "not_lifted": _("Nobody goes home before the order is lifted and houses are checked."),
        "above_row": _(
            "More people than are listed here would be in shelters. Give the reason and who "
            "decided it, or change the list."
        ),
        "other_order": _("Another evacuation order still keeps them away from home."),
        "uninhabitable": _(
            "Their dwelling was found not fit to return to. Look at it again first."
        ),
        "not_moved": _("No evacuation order moved one of these households."),
        "before_impact": _("Nothing has struck yet at that moment: nobody has lost a dwelling."),
        "only_after_refusal": _("Only who refused after being talked to is moved by force."),
    }[code]


def invalid(wrong: dict[str, str]) -> Invalid:
    """Return the error that names each wrong field with what is wrong there: field → code."""
    errors = [FieldError(field, code, explain(code)) for field, code in wrong.items()]
    return Invalid(_("Some fields need another look."), errors)
