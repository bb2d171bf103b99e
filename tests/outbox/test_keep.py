"""Saving on a line: the module the browser runs, over a store in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outbox.test_state import SCRIPTS, node

STUBS = {
    "crypto.js": "export const seal = (b) => b; export const unseal = async (b) => b;",
    "ids.js": """
        let n = 0;
        export const uuid7 = () => `i${(n += 1)}`;
        export const sha256 = () => '';
    """,
    "kinds.js": "export const kindOf = () => ({});",
    "upload.js": "export const announced = () => null;",
    "store.js": """
        export const kept = new Map();
        const getAll = async () => [...kept.values()];
        const put = async (one, id) => kept.set(id, one);
        const items = { getAll, put };
        const none = { put() {}, delete() {} };
        const objectStore = (name) => (name === "items" ? items : none);
        export const write = (_names, fn) => fn({ objectStore });
        export const say = () => {};
    """,
}  # fmt: skip
CHAIN = """
    const [folder] = process.argv.slice(1);
    const { keep } = await import(`${folder}/keep.js`);
    const { kept } = await import(`${folder}/store.js`);
    const save = () => keep({ kind: "k", owner: "me", url: (id) => id, line: "l", body: () => 1 });
    const first = await save();
    kept.set(first.id, { ...kept.get(first.id), state: "sending", attempts: 1 });
    await save();
    await save();
    await save();
    console.log(JSON.stringify([...kept.values()].map(
      ({ id, state, base, after, replaced_by: by = null }) => [id, state, base, after, by])));
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name in ("keep.js", "state.js"):
        (tmp_path / name).write_text((SCRIPTS / "outbox" / name).read_text("utf-8"), "utf-8")
    for name, text in STUBS.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    return tmp_path


def test_what_takes_the_place_of_a_waiting_correction_waits_for_the_same_report(module):
    """The first may have arrived: whatever corrects it goes after it, however often it is typed."""
    assert node("--input-type=module", "-e", CHAIN, str(module)) == [
        ["i1", "sending", None, None, None],
        ["i2", "replaced", "i1", "i1", "i3"],
        ["i3", "replaced", "i1", "i1", "i4"],
        ["i4", "waiting", "i1", "i1", None],
    ]
