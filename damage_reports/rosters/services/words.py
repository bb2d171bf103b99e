"""What is wrong with a row, in the reader's language."""

from relief_ops.i18n import gettext as _


def explain(code: str) -> str:
    """Say what a row may not say, and what to do."""
    return {
        "not_here": _("This roster does not ask for that."),
        "missing": _("This is required."),
        "number_or_why": _("Enter the identity number, or say why there is none."),
        "number_and_why": _("There is an identity number: leave out why there is none."),
        "outcome_of_dead": _("Only somebody missing is found, confirmed or declared dead."),
        "more_dwelling_rooms": _("The dwelling rooms are part of the rooms: not more than these."),
        "no_rooms": _("Enter at least one room that collapsed or was damaged."),
        "before_moved": _("Nobody returns before they were moved."),
        "say_why": _("Say why the row is corrected or removed."),
        "nothing_to_remove": _("Only a row that exists can be removed: name its base."),
        "other_roster": _("A row stays in its roster."),
        "other_disaster": _("A row stays in its disaster."),
    }[code]
