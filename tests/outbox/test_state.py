"""The states of an outbox, run by node: ten thousand random nights, and each answer by itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent.parent / "static" / "js"
STATE = SCRIPTS / "outbox" / "state.js"
NOTHING_WRONG = dict.fromkeys(
    ("lost", "twice", "out_of_order", "other_bytes", "stuck", "dishonest"), 0
)
ITEM = {"id": "i", "state": "sending", "attempts": 0, "next_try": 0, "owner": "me", "order": 1}


def node(*arguments: str) -> Any:
    path = shutil.which("node")
    assert path, "node is needed: the browser runs these very files"
    answer = subprocess.run(
        [path, *arguments], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(answer.stdout)


def call(module: Path, name: str, *given: Any) -> Any:
    """Call one exported function with JSON values."""
    script = (
        "const [module, name, given] = process.argv.slice(1);"
        "const found = (await import(module))[name](...JSON.parse(given));"
        "console.log(JSON.stringify(found === undefined ? null : found));"
    )
    return node("--input-type=module", "-e", script, str(module), name, json.dumps(given))


def answered(answer: Any, **item: Any) -> dict[str, Any]:
    return call(STATE, "answered", ITEM | item, answer, {"now": 1000, "chance": 1})


def test_ten_thousand_nights_lose_nothing_double_nothing_and_say_nothing_untrue():
    assert node(str(HERE / "sequences.mjs"), "10000") == NOTHING_WRONG | {"runs": 10_000}


MUTANTS = {
    "a dead browser": ("stranded = () => ({ state: WAITING", "stranded = () => ({ state: SENT"),
    "somebody else": ("each.owner === owner && !open.has(each.after)", "!open.has(each.after)"),
    "a dead line": (
        "(answer === null) return again(",
        "(answer === null) return { state: REFUSED }; if (!item) return again(",
    ),
    "the newest first": ("free.slice(0, first + 1)", "free.slice(first)"),
}


@pytest.mark.parametrize("promise", MUTANTS)
def test_an_outbox_that_forgets_one_of_its_promises_is_caught(tmp_path, promise):
    right, wrong = MUTANTS[promise]
    source = STATE.read_text("utf-8")
    assert source.count(right) == 1
    (tmp_path / "state.mjs").write_text(source.replace(right, wrong), "utf-8")
    script = (HERE / "sequences.mjs").read_text("utf-8")
    mutant = tmp_path / "run.mjs"
    mutant.write_text(re.sub(r'"[^"]*state\.js"', '"./state.mjs"', script), "utf-8")

    found = node(str(mutant), "500")

    assert any(found[name] for name in NOTHING_WRONG)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507])
def test_a_server_in_trouble_is_asked_again(status):
    found = answered({"status": status, "problem": {"code": "x"}})

    assert (found["state"], found["attempts"], found["next_try"]) == ("waiting", 1, 3000)


def test_a_server_that_says_when_is_not_asked_before():
    assert answered({"status": 503, "problem": {}, "retry_after": 90})["next_try"] == 91_000


def test_the_pause_doubles_to_five_minutes_and_half_of_it_is_chance():
    longest = [call(STATE, "pause", tries, 1) for tries in (1, 2, 3, 8, 60)]
    shortest = [call(STATE, "pause", tries, 0) for tries in (1, 2, 3, 8, 60)]

    assert longest == [2000, 4000, 8000, 256_000, 300_000]
    assert shortest == [each // 2 for each in longest]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 415, 422, 428])
def test_a_no_is_a_no_and_keeps_its_reason(status):
    problem = {"code": "invalid", "detail": "why"}

    found = answered({"status": status, "problem": problem})

    assert (found["state"], found["problem"]) == ("refused", problem)


def test_an_ended_session_is_no_refusal():
    found = answered({"status": 401, "problem": {"code": "unauthenticated"}})

    assert (found["state"], found["hold"]) == ("waiting", "sign_in")


def test_a_newer_version_shows_only_the_lines_that_differ():
    fields = [
        {"field": "a", "base": 1, "theirs": 2, "yours": 3},
        {"field": "b", "base": 1, "theirs": 5, "yours": 5},
        {"field": "c", "base": 1, "theirs": 2, "yours": 1},
    ]
    problem = {"code": "stale_base", "current": {"id": "x"}, "fields": fields}

    found = answered({"status": 412, "problem": problem})

    assert found["state"] == "conflict"
    rows = found["conflict"]["rows"]
    assert [row["field"] for row in rows] == ["a", "c"]
    assert call(STATE, "firstChoices", rows) == {"a": "mine", "c": "theirs"}


def test_what_fails_for_its_own_sake_holds_up_nobody_else():
    alone = ITEM | {"id": "1", "state": "waiting", "next_try": 9000, "alone": True}
    behind = ITEM | {"id": "2", "state": "waiting", "order": 2}
    line_down = alone | {"alone": False}
    at = {"now": 1000, "owner": "me"}

    assert call(STATE, "next", [alone, behind], at)["id"] == "2"
    assert call(STATE, "next", [line_down, behind], at) is None
    assert call(STATE, "wakes", [line_down, behind], "me") == 9000


def test_ids_are_uuidv7_and_sort_by_their_time():
    ids = [
        call(SCRIPTS / "outbox" / "ids.js", "uuid7", now, [255] * 10)
        for now in (1_700_000_000_000, 1_700_000_000_001)
    ]

    assert ids[0] == "018bcfe5-6800-7fff-bfff-ffffffffffff"
    assert ids == sorted(ids)


def test_what_a_restored_server_no_longer_has_goes_again_and_what_cannot_go_stays():
    sent = ITEM | {"state": "sent", "receipt": {"seq": 9}, "body": {"0": 1}, "epoch": "one"}

    assert call(STATE, "restored", sent, "one") is None
    again = call(STATE, "restored", sent, "two")
    assert (again["state"], again["receipt"], again["next_try"]) == ("waiting", None, 0)
    assert again["attempts"] == 1  # it may be there: what follows it is made on it
    assert call(STATE, "restored", sent | {"epoch": None}, "two") == {"epoch": "two"}
    for gone in ({"body": None}, {"file": {"id": "f"}}, {"state": "waiting"}):
        assert call(STATE, "restored", sent | gone, "two") is None
    heard = {"status": 201, "receipt": {"seq": 9}}
    told = call(STATE, "answered", ITEM, heard, {"now": 1, "chance": 0, "epoch": "two"})
    assert (told["state"], told["epoch"]) == ("sent", "two")
