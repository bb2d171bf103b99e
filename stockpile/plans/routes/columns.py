"""The columns of a plan's workbook."""

from __future__ import annotations

from typing import Any

from relief_ops.i18n import gettext as _
from stockpile.plans.routes.wording import limit_words, skip_words, why


def needs_headings() -> list[str]:
    """Return the headings of the needs."""
    return [
        _("Code"), _("Area"), _("Place"), _("Item"), _("Unit"), _("Class"), _("Needed"), _("Gets"),
        _("Cover %"), _("First come, first served"), _("Limit"), _("Why"), _("Has already"),
    ]  # fmt: skip


def need_cells(each: dict[str, Any]) -> list[Any]:
    """Return a need as a row."""
    limit = limit_words()[each["cut"]["limit"]] if each["cut"] else ""
    return [
        each["area_code"], each["area"], each["place_name"], each["item_name"], each["unit"],
        each["priority"], each["whole"], each["got"], round(100 * each["cover"], 1),
        each["greedy"], limit, why(each), each["had"],
    ]  # fmt: skip


def skipped_headings() -> list[str]:
    """Return the headings of the lots left out."""
    return [_("Item"), _("Depot"), _("Lot"), _("Expires"), _("Free"), _("Unit"), _("Why")]


def skipped_cells(each: dict[str, Any]) -> list[Any]:
    """Return a lot left out as a row."""
    return [
        each["item_name"], each["depot_name"], each["lot_label"], each["expires_on"], each["free"],
        each["unit"], skip_words()[each["why"]],
    ]  # fmt: skip


def lines_headings() -> list[str]:
    """Return the headings of the lines."""
    return [
        _("Place"), _("Item"), _("Depot"), _("Lot"), _("Expires"), _("Quantity"), _("Unit"),
        _("Minutes on the road"),
    ]  # fmt: skip


def line_cells(each: dict[str, Any], line: dict[str, Any]) -> list[Any]:
    """Return a line of a need as a row."""
    return [
        each["place_name"], each["item_name"], line["depot_name"], line["lot_label"],
        line["expires_on"], line["quantity"], each["unit"], line["minutes"],
    ]  # fmt: skip
