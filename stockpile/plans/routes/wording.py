"""The words of allocation plans, in the reader's language."""

from __future__ import annotations

from typing import Any

from relief_ops.i18n import gettext as _
from stockpile.allocation.shapes import Limit, Skip
from stockpile.plans.rules import PlanState

SHAPES = {
    PlanState.COMPUTING: "watch", PlanState.READY: "watch", PlanState.APPLIED: "ok",
    PlanState.FAILED: "act", PlanState.REFUSED: "act",
}  # fmt: skip


def state_words() -> dict[str, str]:
    """Return how far a plan has come."""
    return {
        PlanState.COMPUTING: _("being worked out"),
        PlanState.READY: _("ready to be looked at"),
        PlanState.APPLIED: _("promised to the needs"),
        PlanState.FAILED: _("could not be worked out"),
        PlanState.REFUSED: _("refused, given back"),
    }


def limit_words() -> dict[str, str]:
    """Return what cut a need short, as a short heading."""
    return {
        Limit.NO_STOCK: _("no stock"),
        Limit.NO_ROAD: _("no open road"),
        Limit.LIFE: _("too old on arrival"),
        Limit.KEEP_BACK: _("kept back"),
        Limit.TRUCKS: _("trucks"),
        Limit.SUPPLY: _("stock"),
        Limit.PACK: _("less than a pack"),
    }


def skip_words() -> dict[str, str]:
    """Return why a lot is left out of a plan."""
    return {
        Skip.EXPIRED: _("expired"),
        Skip.PURPOSE: _("given for something else"),
        Skip.SHUT: _("its depot is shut"),
        Skip.PACK: _("less than a pack"),
        Skip.NO_ROAD: _("no open road"),
        Skip.LIFE: _("too old on arrival"),
        Skip.KEEP_BACK: _("kept back"),
    }


def at_one_depot(need: dict[str, Any]) -> bool:
    """Whether somebody fixed that a need is met from one depot alone."""
    return need["pinned"] is not None and bool(need["pins"][-1]["depot"])


def part_words(need: dict[str, Any]) -> str:
    """Return in a sentence what a need has and gets of the whole."""
    names = {"had": need["had"], "whole": need["whole"], "got": need["got"],
             "unit": need["unit"], "cover": round(100 * need["cover"])}  # fmt: skip
    if not need["had"]:
        return _("Gets %(got)s of %(whole)s %(unit)s: %(cover)s %%.") % names
    return _("Has %(had)s of %(whole)s %(unit)s; gets %(got)s more: %(cover)s %%.") % names


def why(need: dict[str, Any]) -> str:
    """Return in a sentence or two why a need gets no more than it does, and what would help."""
    cut, short = need["cut"], need["quantity"] - need["got"]
    if not short:
        return _("It gets everything it lacks.")
    if need["pinned"] is not None and need["got"] == need["pinned"]:
        return _("Fixed by hand at %(n)d.", n=need["pinned"])
    if at_one_depot(need):
        return _("Fixed by hand at %(n)d from %(depot)s, which cannot bring more.",
                 n=need["pinned"], depot=need["pins"][-1]["depot_name"])  # fmt: skip
    if cut is None:
        return _("It gets all the plan may give it.")
    names = {
        "depot": cut["depot_name"],
        "lot": cut["lot_label"],
        "pieces": cut["pieces"],
        "unit": need["unit"],
        "pack": need["pack"],
    }
    return _sentences(cut)[cut["limit"]] % names


def remedy_words(remedy: dict[str, Any]) -> str:
    """Return in a few words what would be lifted."""
    sentences = {
        Limit.KEEP_BACK: _("%(depot)s gives what it keeps back"),
        Limit.TRUCKS: _("%(depot)s finds trucks for all of it"),
        Limit.NO_ROAD: _("the road from %(depot)s to %(place)s opens"),
        Limit.LIFE: _("lot %(lot)s of %(depot)s may go although it is old"),
    }
    names = {"depot": remedy["depot_name"], "place": remedy["place_name"]}
    return sentences[remedy["limit"]] % (names | {"lot": remedy["lot_label"]})


def helps(answer: dict[str, Any], chosen: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return what would let a need get more, what does most first, each with how much then."""
    if chosen is None:
        return []
    key = str(chosen["need"])
    found = [each | {"got": each["more"][key]} for each in answer["remedies"]
             if each["item"] == chosen["item"] and key in each["more"]]  # fmt: skip
    return sorted(found, key=lambda each: -each["got"])


def _sentences(cut: dict[str, Any]) -> dict[str, str]:
    more = cut["pieces"] is not None
    return {
        Limit.NO_STOCK: _("No depot in reach of you has a pack of it free."),
        Limit.NO_ROAD: (
            _("No road is open from %(depot)s, and it would take %(pieces)s %(unit)s more there.")
            if more
            else _("Stock lies unused in %(depot)s, but no road is open from there.")
        ),
        Limit.LIFE: (
            _("What %(depot)s has would be too old on arrival; it would take %(pieces)s %(unit)s "
              "more of lot %(lot)s and the leave to send it.")
            if more
            else _("Lot %(lot)s in %(depot)s lies unused: it would be too old on arrival.")
        ),
        Limit.KEEP_BACK: _(
            "%(depot)s keeps its least stock back: %(pieces)s %(unit)s of it would raise the place."
        ),
        Limit.TRUCKS: (
            _("The trucks of %(depot)s are full and its stock is given: %(pieces)s %(unit)s more "
              "there, and room on them kept for it, would raise the place.")
            if cut["lot_label"]
            else _("The trucks of %(depot)s are full: room for %(pieces)s %(unit)s more, kept for "
                   "this item, would raise the place.")
        ),
        Limit.SUPPLY: _(
            "All that can get here is given, the worst off first: %(pieces)s %(unit)s more in "
            "%(depot)s would raise the place."
        ),
        Limit.PACK: _("What is missing is less than a pack of %(pack)s."),
    }  # fmt: skip
