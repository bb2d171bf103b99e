"""A page leaves the names of the shell alone: who takes one turns the scripts' words to English."""

from __future__ import annotations

from jinja2 import Environment, nodes

from relief_ops.config import ROOT

OF_THE_SHELL = {"words", "lang", "theme", "nav", "bar", "viewer", "view", "now", "log_position"}
PACKAGES = ("relief_ops", "maps", "shelters", "stockpile", "damage_reports")


def names_taken(text: str) -> set[str]:
    """Return the names a template sets at its top, outside every block."""
    found = set()
    for each in Environment(extensions=["jinja2.ext.do"]).parse(text).body:
        if isinstance(each, nodes.Macro):
            found.add(each.name)
        elif isinstance(each, nodes.Assign) and isinstance(each.target, nodes.Name):
            found.add(each.target.name)
    return found & OF_THE_SHELL


def test_no_page_takes_a_name_of_the_shell():
    wrong = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            if '{% extends "shell.html" %}' in text and (taken := names_taken(text)):
                wrong[str(path.relative_to(ROOT))] = taken

    assert wrong == {}


def test_a_page_that_takes_one_is_caught():
    assert names_taken("{% set words = {} %}{% macro lang() %}{% endmacro %}") == {"words", "lang"}
    assert names_taken("{% block content %}{% set words = 1 %}{% endblock %}") == set()


def test_the_shell_alone_says_error_in_the_title():
    """It does for every page that shows one; a page that says so too says it twice."""
    wrong = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.html")
        if '_("Error")' in path.read_text(encoding="utf-8")
        and path.name not in ("shell.html", "bare.html")
    ]
    assert wrong == []


def follows_in_vain(text: str) -> bool:
    """Whether a page names what it follows and loads nothing for it."""
    return "data-follow" in text and "live/parts.js" not in text


def test_a_page_that_follows_loads_what_makes_it_follow():
    pages = [path for package in PACKAGES for path in (ROOT / package).rglob("*.html")]
    assert not [each.name for each in pages if follows_in_vain(each.read_text(encoding="utf-8"))]
    assert follows_in_vain('<div data-follow="box."><p data-part="x"></p></div>')
