"""A row on the phone, run by node: what is told without a network is what the server would say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError
from stdnum.cn import ric

from damage_reports.rosters import rules
from damage_reports.rosters.routes import phone
from damage_reports.rosters.rules import FIELDS, Roster
from damage_reports.rosters.rules.rows import NEEDED
from damage_reports.rosters.schemas import PutRow
from relief_ops.cases.rules import identity
from tests.factories.rosters import id_number
from tests.outbox.test_state import SCRIPTS, call, node

ROWS = SCRIPTS / "rosters" / "rows.js"
TODAY = date(2026, 11, 27)
VILLAGE, DISASTER = "990101001000", "01945d2c-0000-7000-8000-000000000001"
MANY = """
const [module, file] = process.argv.slice(1);
const { problems, valuesOf, bodyOf, wrongIdentity } = await import(module);
const { readFileSync } = await import("node:fs");
const { rows = [], numbers = [], forms, today, head } = JSON.parse(readFileSync(file, "utf8"));
const row = ({ roster, entries }) => {
  const { fields } = forms[roster];
  const found = problems(roster, fields, valuesOf(fields, entries), today);
  return [found.map(({ field }) => field), bodyOf({ ...head, roster, fields, entries }, null)];
};
const told = { rows: rows.map(row), numbers: numbers.map((each) => wrongIdentity(each, today)) };
console.log(JSON.stringify(told));
"""


def told(tmp_path: Path, **given: Any) -> dict[str, Any]:
    """Return what the phone says of rows and numbers."""
    head = {"disaster": DISASTER, "area": VILLAGE}
    file = tmp_path / "given.json"
    given |= {"forms": phone.form(), "today": TODAY.isoformat(), "head": head}
    file.write_text(json.dumps(given), "utf-8")
    return node("--input-type=module", "-e", MANY, str(ROWS), str(file))


def numbers(random: Random) -> list[str]:
    """Return good numbers, and numbers with one character changed, moved or missing."""
    found = [id_number(random) for _ in range(150)]
    for number in found[:]:
        place = random.randrange(18)
        found += [
            number[:place] + random.choice("0123456789X") + number[place + 1 :],
            number[:place] + number[place + 1 :],
        ]
    dates = ("20270101", "20230229", "00000101", "19000229", "20240229", "20261127", "20261128")
    bodies = (f"990101{day}001" for day in dates)
    return [*found, *(body + ric.calc_check_digit(f"{body}0") for body in bodies)]


def test_a_phone_and_the_server_agree_on_every_identity_number(tmp_path):
    given = numbers(Random("numbers"))

    for number, said in zip(given, told(tmp_path, numbers=given)["numbers"], strict=True):
        try:
            identity.read_id_number(number, today=TODAY)
            wrong = None
        except ValueError as error:
            wrong = str(error)
        assert said == wrong, number


POOLS = {
    "number": ["", "0", "1", "3", "12", "1000", "-1", "x", "２"],
    "identity": ["", "12345", "99010119900230001X"],
    "instant": ["", "2013-10-06T08:00", "2013-10-07T08:00", "1066-10-14T09:00"],
    "date": ["", "2013-10-06", "1066-10-14"],
    "yes_no": ["", "true", "false"],
    "phone": ["", "13812345678", "0574-123", "<script>"],
    "digits": ["", "6222 0000", "x"],
    "line": ["", "施试验", "  ", "长" * 61, "𠮷" * 60],
    "text": ["", "打捞队发现", "长" * 401],
}


def entries(random: Random, roster: Roster) -> dict[str, str]:
    """Return what somebody may have typed into a form, right or wrong."""
    typed = {}
    for field in phone.form()[roster]["fields"]:
        pool = [*field["choices"], ""] if "choices" in field else POOLS[field["kind"]]
        seldom = field["code"] not in NEEDED[roster] and random.random() < 0.6
        typed[field["code"]] = "" if seldom else random.choice(pool)
    if random.random() < 0.5:
        typed |= {"id_number": id_number(random), "no_number": ""}
    return typed


def good(random: Random, roster: Roster) -> dict[str, str]:
    """Return a row that can be kept, in what people type."""
    held = {
        "name": "施试验", "id_number": id_number(random), "status": "missing",
        "happened_at": "2013-10-07T03:05", "address": "沿江路8号", "family_type": "ordinary",
        "structure": "brick_wood", "people": "3", "collapsed_rooms": "2",
        "placement": "central", "moved_at": "2013-10-06T18:00",
    }  # fmt: skip
    return {code: text for code, text in held.items() if code in FIELDS[roster]}


def refused(body: dict[str, Any]) -> tuple[set[str], bool]:
    """Return the columns the server refuses, and whether it got as far as the rules."""
    try:
        order = PutRow.model_validate(body)
    except ValidationError as error:
        return {str(each["loc"][0]) for each in error.errors()}, False
    said = {key: getattr(order, key) for key in FIELDS[order.roster]}
    early = {key for key, value in said.items() if hasattr(value, "year") and value.year < 1900}
    if early:
        return early, False
    return {each.field for each in rules.problems(order.roster, said)}, True


@pytest.mark.parametrize("roster", list(Roster))
def test_a_phone_lets_nothing_through_the_server_refuses_and_stops_nothing_it_takes(
    tmp_path, roster
):
    random = Random(f"rows {roster}")
    rows = [{"roster": roster, "entries": entries(random, roster)} for _ in range(300)]
    for _ in range(60):  # one thing wrong in a row that is right
        row = good(random, roster)
        field = random.choice(phone.form()[roster]["fields"])
        pool = [*field["choices"], ""] if "choices" in field else POOLS[field["kind"]]
        row[field["code"]] = random.choice(pool)
        rows.append({"roster": roster, "entries": row})

    taken = 0
    for (said, body), row in zip(told(tmp_path, rows=rows)["rows"], rows, strict=True):
        wrong, whole = refused(body)
        assert (set(said) == wrong) if whole else (wrong <= set(said)), (row, said, wrong)
        taken += not wrong
    assert taken >= 20


def test_a_row_that_was_sent_before_empties_what_was_emptied_and_names_nothing_else():
    fields = phone.form()["relocated"]["fields"]
    entered = {"name": "施试验", "people": "2", "remarks": "", "to_place": ""}
    given = {"disaster": DISASTER, "area": VILLAGE, "roster": "relocated", "fields": fields,
             "entries": entered, "why": "改"}  # fmt: skip

    first = call(ROWS, "bodyOf", given | {"named": None}, None)
    later = call(ROWS, "bodyOf", given | {"named": ["name", "remarks"]}, "b")

    assert set(FIELDS[Roster.RELOCATED]) <= set(first)
    assert (first["base"], "why" in first, first["people"], first["remarks"]) == (
        None,
        False,
        2,
        "",
    )
    assert {key for key in later if key in FIELDS[Roster.RELOCATED]} == {
        "name",
        "people",
        "remarks",
    }
    assert (later["base"], later["why"], later["remarks"]) == ("b", "改", "")


def test_what_waits_comes_back_into_the_form_as_it_was_typed():
    fields = phone.form()["houses"]["fields"]
    typed = {"name": "施试验", "people": "3", "needs_aid": "false", "damaged_on": "2013-10-07",
             "collapsed_rooms": "0", "structure": "brick_wood"}  # fmt: skip
    given = {"disaster": DISASTER, "area": VILLAGE, "roster": "houses", "fields": fields,
             "entries": typed}  # fmt: skip
    body = call(ROWS, "bodyOf", given, None)

    again = call(ROWS, "entriesOf", fields, body)

    assert {code: text for code, text in again["entries"].items() if text} == typed
    assert set(again["named"]) == set(FIELDS[Roster.HOUSES])


@pytest.mark.parametrize(
    ("kind", "keys", "text"),
    [
        ("number", "0012", "12"),
        ("number", "00", "0"),
        ("number", "1234", "123"),
        ("identity", "3X", "3"),
        ("phone", "0574", "0574"),
    ],
)
def test_keys_write_what_the_column_can_hold(kind, keys, text):
    field = {"kind": kind, "most": 999} if kind == "number" else {"kind": kind}
    held = ""
    for key in keys:
        held = call(ROWS, "press", field, held, key)

    assert held == text


def test_an_x_stands_only_at_the_end_of_a_number_and_delete_takes_one_back():
    seventeen = "3" * 17

    assert call(ROWS, "press", {"kind": "identity"}, seventeen, "X") == f"{seventeen}X"
    assert call(ROWS, "press", {"kind": "identity"}, f"{seventeen}X", "1") == f"{seventeen}X"
    assert call(ROWS, "press", {"kind": "identity"}, seventeen, "delete") == seventeen[:-1]


@pytest.mark.parametrize("name", ["陈大伟", "𠮷田", "<script>alert(1)</script>", "", "Ólafur"])
def test_in_the_open_stands_no_more_of_a_name_than_the_desk_shows(name):
    assert call(ROWS, "masked", name) == identity.masked_name(name)


def test_every_column_and_choice_of_the_form_is_on_the_phone_with_its_words():
    for roster in Roster:
        fields = {each["code"]: each for each in phone.form()[roster]["fields"]}
        assert set(fields) == set(FIELDS[roster])
        assert {code for code, each in fields.items() if each.get("needed")} == set(NEEDED[roster])
        assert not [code for code in NEEDED[roster] if fields[code].get("more")]
        for code, choices in rules.CHOICES.items():
            if code in fields:
                assert set(fields[code]["choices"]) == {each.value for each in choices}
