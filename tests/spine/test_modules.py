"""A page names every script it needs in its head, so that none waits for another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relief_ops.config import ROOT
from relief_ops.web import modules

ENTRIES = sorted((ROOT / "static" / "js").rglob("*.js"))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_import_of_a_script_is_there(path: Path):
    module = str(path.relative_to(ROOT / "static" / "js"))
    missing = [each for each in modules.needed(module) if not (ROOT / each.lstrip("/")).is_file()]
    assert missing == []


def test_imports_of_imports_are_named_and_each_once():
    found = modules.needed("maps/desk.js")

    assert found[0] == "/static/js/maps/desk.js"
    assert "/static/js/live/cursor.js" in found
    assert "/static/vendor/maplibre/maplibre-gl.mjs" in found
    assert len(found) == len(set(found))


def test_a_page_of_the_shell_names_them_in_its_head(person, client):
    from tests.spine.test_live import cookie_of

    client.set_cookie("session", cookie_of(person("duty_officer")))
    text = client.get("/desk").text
    head = text[: text.index("</head>")]

    named = re.findall(r'rel="modulepreload" href="([^"]+)"', head)
    assert set(named) == {*modules.needed("shell/main.js"), *modules.needed("maps/desk.js")}
