"""docs/asvs.csv: every row that applies has a test that is there, or a written reason."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest

from relief_ops.config import ROOT

TEXT = (ROOT / "docs" / "asvs.csv").read_text("utf-8")
OF_LEVEL_1 = 70
ID = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}")


def rows(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def is_there(test: str) -> bool:
    """Whether the file holds a test function of that name."""
    name, _, function = test.partition("::")
    path = ROOT / Path(name)
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text("utf-8"))
    known = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(each, known) and each.name == function for each in tree.body)


def wrong(row: dict[str, str]) -> str:
    """Return what is missing in a row, or nothing."""
    if not ID.fullmatch(row["id"]) or row["level"] not in {"1", "2", "3"}:
        return "no row of the standard"
    if row["applies"] not in {"yes", "no"}:
        return "applies is yes or no"
    if row["evidence"] and not is_there(row["evidence"]):
        return f"there is no {row['evidence']}"
    if not row["evidence"] and not row["reason"]:
        return "neither a test nor a reason"
    return ""


def test_every_row_has_a_test_that_is_there_or_a_reason():
    found = {row["id"]: fault for row in rows(TEXT) if (fault := wrong(row))}

    assert not found


def test_no_row_is_there_twice():
    ids = [row["id"] for row in rows(TEXT)]

    assert len(ids) == len(set(ids))


def test_the_head_says_how_many_rows_are_missing():
    judged, missing = re.search(r"(\d+) of its 70 rows .*?; (\d+) are missing", TEXT).groups()
    held = sum(row["level"] == "1" for row in rows(TEXT))

    assert (int(judged), int(missing)) == (held, OF_LEVEL_1 - held)


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": "tests/house_rules/test_asvs.py::test_that_is_not"},
        {"evidence": "tests/nowhere.py::test_the_head"},
        {"evidence": "", "reason": ""},
        {"applies": ""},
        {"id": "V1"},
    ],
)
def test_a_row_without_its_evidence_is_caught(change):
    good = {
        "id": "1.2.1", "level": "1", "applies": "yes", "reason": "",
        "evidence": "tests/house_rules/test_asvs.py::test_no_row_is_there_twice",
    }  # fmt: skip

    assert wrong(good) == ""
    assert wrong(good | change)
