"""The shipped list of later codes, in excerpt: real names whose codes changed hands in a circle."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.geo import importing

EXCERPT = Path(__file__).parent.parent / "factories" / "crosswalk.csv"
CITY = "330200000000"
BEFORE, AFTER = date(2023, 6, 30), date(2026, 6, 1)
Row = dict[str, str]


def rows() -> list[Row]:
    with EXCERPT.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def divisions() -> list[Row]:
    """Return the divisions of 2023 that the excerpt speaks of."""
    counties = {each["county_code"]: each["county"] for each in rows()}
    listed = [("city", CITY, "宁波市", ""), *(("county", *each, CITY) for each in counties.items())]
    listed += [
        ("township", each["stat_code_2023"], each["township"], each["county_code"])
        for each in rows()
        if each["stat_code_2023"]
    ]
    keys = ("level", "code", "name", "parent_code")
    return [dict(zip(keys, each, strict=True)) | {"kind": ""} for each in listed]


@pytest.fixture
def crosswalk(app):
    """Return the command on a city whose divisions are those of 2023."""
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_divisions(session, divisions(), valid_from=date(2000, 1, 1))

    def run(path: Path = EXCERPT):
        return app.test_cli_runner().invoke(args=["import-crosswalk", str(path)])

    return run


def named(on: date, column: str) -> dict[str, str]:
    """Return code → name of the excerpt's townships on a day, as the tree has them."""
    with db.reading() as session:
        tree = geo.tree(session, on)
        codes = (each[column] for each in rows())
        return {code: tree.by_code(code).name for code in codes if code}


def test_each_code_names_what_it_named_on_its_day(crosswalk):
    done = crosswalk()
    both = [each for each in rows() if each["stat_code_2023"] and each["code_2026_quhua"]]
    later = {each["code_2026_quhua"]: each["township"] for each in both}

    assert done.exit_code == 0, done.output
    assert named(BEFORE, "stat_code_2023") == {
        each["stat_code_2023"]: each["township"] for each in rows() if each["stat_code_2023"]
    }
    with db.reading() as session:
        tree = geo.tree(session, AFTER)
        assert {code: tree.by_code(code).name for code in later} == later
        changed = sum(each["stat_code_2023"] != each["code_2026_quhua"] for each in both)
    assert f"{changed} areas" in done.output


def test_a_row_that_names_no_township_of_ours_is_said_with_its_number(crosswalk):
    done = crosswalk()

    lines = [line for line in done.output.splitlines() if line.startswith("row ")]
    only_later = [n for n, each in enumerate(rows(), start=2) if not each["stat_code_2023"]]
    assert [int(line.split()[1].rstrip(":")) for line in lines] == only_later
    assert all("茶院镇" in line or "陆中湾街道" in line for line in lines)


def test_the_same_list_again_changes_nothing_and_the_change_is_said_once(crosswalk):
    crosswalk()
    again = crosswalk()
    with db.reading() as session:
        told = session.scalars(
            select(EventRow).where(EventRow.name == "areas.codes_imported")
        ).all()
        own = geo.tree(session).by_code(CITY).id

    assert again.exit_code == 0 and "0 areas" in again.output
    assert [each.subject for each in told] == [own], "the city it is about, not the first one"


def test_two_townships_that_would_share_a_code_stop_the_whole_list(crosswalk, tmp_path):
    path = tmp_path / "clash.csv"
    held = {each["stat_code_2023"] for each in rows()} - {""}
    first = next(
        each
        for each in rows()
        if each["note"] == "codes differ" and each["code_2026_quhua"] in held
    )
    path.write_text(
        "county,township,code_2026\n"
        f"{first['county']},{first['township']},{first['code_2026_quhua']}\n",
        encoding="utf-8",
    )
    done = crosswalk(path)
    with db.reading() as session:
        changes = session.scalar(
            select(func.count()).select_from(EventRow).where(EventRow.name.startswith("areas."))
        )

    assert done.exit_code == 1 and first["code_2026_quhua"] in done.output
    assert changes == 0
