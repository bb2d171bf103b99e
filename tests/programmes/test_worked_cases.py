"""Every programme answers its worked cases, with the parameters in force on the day."""

import csv
import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from relief_ops.disasters import relief
from relief_ops.parameters import rules
from relief_ops.plugins import Programme, Verdict
from relief_ops.programmes.plugin import PLUGIN

HERE = Path(__file__).parent
PROGRAMMES = {each.code: each for each in (*PLUGIN.programmes, relief.PROGRAMME)}
ROWS = rules.read_csv(rules.SHIPPED)
LEAST = {"grant", "border", "missing paper", "old version"}


def worked(code: str) -> list[dict[str, str]]:
    with (HERE / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def form_of(programme: Programme[Any], case: dict[str, str]) -> Any:
    names = [each.name for each in dataclasses.fields(programme.form)]
    said: dict[str, Any] = {name: case[name] for name in names if case.get(name)}
    if "papers" in said:
        said["papers"] = said["papers"].split("|")
    return TypeAdapter(programme.form).validate_python(said)


def in_force(programme: Programme[Any], case: dict[str, str]) -> list[rules.Row]:
    areas = [case["area"]] if case["area"] else []
    on = date.fromisoformat(case["on"])
    found = (rules.in_force(ROWS, key, on=on, areas=areas) for key in programme.parameters)
    return [row for row in found if row]


CASES = [
    pytest.param(code, case, id=f"{code}: {case['case']}")
    for code in PROGRAMMES
    for case in worked(code)
]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_worked_case_comes_out_as_its_source_says(code, case):
    programme = PROGRAMMES[code]
    rows = in_force(programme, case)

    found = programme.assess(form_of(programme, case), {row.key: row.value for row in rows})

    assert (found.verdict, found.reason) == (Verdict(case["verdict"]), case["reason"])
    assert found.amount_yuan == Decimal(case["amount_yuan"])
    assert found.missing == tuple(filter(None, case["missing"].split("|")))
    assert any(row.flagged for row in rows) == (case["flagged"] == "yes")
    assert found.article


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_worked_case_can_be_told_to_the_applicant(code, case):
    programme = PROGRAMMES[code]
    rates = {row.key: row.value for row in in_force(programme, case)}

    found = programme.assess(form_of(programme, case), rates)

    assert programme.reasons[found.reason] % {"items": "", **found.facts}
    assert set(found.missing) <= set(programme.papers)


@pytest.mark.parametrize("code", PROGRAMMES)
def test_every_programme_has_worked_cases_with_a_source(code):
    cases = worked(code)

    assert len(cases) >= 6, f"write at least six worked cases in {code}.csv"
    assert all(case["source"] for case in cases), f"name the article of every case in {code}.csv"
    kinds = {case["kind"] for case in cases}
    assert kinds >= LEAST, f"{code}.csv lacks {LEAST - kinds}"
    assert sum(case["kind"] == "border" for case in cases) >= 2, "show both sides of a border"
    assert any(case["verdict"] in {"refuse", "not_applicable"} for case in cases)


def test_there_are_eight_programmes():
    assert len(PROGRAMMES) == 8


@pytest.mark.parametrize("code", PROGRAMMES)
def test_a_question_asked_by_two_programmes_has_one_wording(code):
    def titles(programme):
        properties = TypeAdapter(programme.form).json_schema()["properties"]
        return {name: each.get("title") for name, each in properties.items()}

    mine = titles(PROGRAMMES[code])
    for other in PROGRAMMES.values():
        theirs = titles(other)
        assert {name: mine[name] for name in mine.keys() & theirs.keys()} == {
            name: theirs[name] for name in mine.keys() & theirs.keys()
        }


@pytest.mark.parametrize("code", PROGRAMMES)
def test_every_parameter_a_programme_names_is_shipped_or_said_to_be_local(code):
    local = {
        "marginal.minimum_wage",
        "medical_aid.ratio",
        "medical_aid.cap",
        "destitute_support.living_standard",
        "destitute_support.care_full",
        "destitute_support.care_partial",
        "destitute_support.care_none",
    }

    assert set(PROGRAMMES[code].parameters) - local <= {row.key for row in ROWS}
