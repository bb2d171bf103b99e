"""“Correct it” opens what was refused, unless just that was begun: the phone's modules, by node."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.outbox.test_state import SCRIPTS, node

REFUSED = {"entries": {"deaths": "5"}, "words": "水退"}
SCRIPT = """
    const [folder, name, before] = process.argv.slice(1);
    const said = { values: { deaths: "5" }, reasons: {}, base: "b", words: "水退" };
    const drafts = new Map([["x", JSON.parse(before)]]);
    const kinds = {};
    globalThis.stubs = {
      contentOf: async () => said, entryOf: (value) => value,
      register: (kind, made) => { kinds[kind] = made; },
      read: async () => drafts.get("x"), put: async (_store, _key, one) => drafts.set("x", one),
    };
    await import(`${folder}/reports/${name}.js`);
    const about = { disaster: "d", area: "a", round: "r" };
    const { correct } = Object.values(kinds).find((each) => each.correct);
    await correct({ id: "refused", owner: "me", about });
    const { entries, words, replaces, besides } = drafts.get("x");
    console.log(JSON.stringify({ entries, words, replaces, besides }));
"""


def corrected(folder: Path, name: str, before: dict[str, Any]) -> Any:
    """Return the draft that stands after pressing it; all the module imports is a stand-in."""
    source = (SCRIPTS / "reports" / f"{name}.js").read_text("utf-8")
    target = folder / "reports" / f"{name}.js"
    target.parent.mkdir()
    target.write_text(source, "utf-8")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    wanted: dict[Path, set[str]] = {}
    for names, module in re.findall(r'^import \{([^}]*)\} from "([^"]+)"', source, re.M):
        place = (target.parent / module).resolve()
        wanted.setdefault(place, set()).update(each.strip() for each in names.split(","))
    for place, names in wanted.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            f"export const {each} = globalThis.stubs.{each} ?? (() => '');"
            for each in sorted(names)
        ]
        place.write_text("\n".join(lines), "utf-8")
    arguments = ("--input-type=module", "-e", SCRIPT, str(folder), name)
    return node(*arguments, json.dumps(before))


@pytest.mark.parametrize("name", ["offline", "narrative"])
@pytest.mark.parametrize("replaces", [None, "another"])
def test_another_draft_does_not_stand_in_for_what_was_refused(tmp_path, name, replaces):
    before = {"entries": {"deaths": "9"}, "words": "另一稿", "replaces": replaces}

    found = corrected(tmp_path, name, before)

    assert found["replaces"] == "refused"
    if name == "narrative":
        assert found["words"] == "水退\n\n另一稿", "nothing that was written is lost"
    else:
        assert found["entries"] == REFUSED["entries"]
        assert found["besides"]["entries"] == before["entries"], "it is kept beside it"


@pytest.mark.parametrize("name", ["offline", "narrative"])
def test_a_correction_that_was_begun_is_gone_on_with(tmp_path, name):
    before = {"entries": {"deaths": "4"}, "words": "水已退尽", "replaces": "refused"}

    found = corrected(tmp_path, name, before)

    said = "words" if name == "narrative" else "entries"
    assert (found[said], found["replaces"]) == (before[said], "refused")
