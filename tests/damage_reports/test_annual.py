"""年报: a year is the sum of the final tables that were signed, and of nothing else."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from tests.conftest import new_id
from tests.damage_reports.test_rounds import file, open_round
from tests.damage_reports.test_summaries import prepared, sign
from tests.factories.city import CITY, NEIGHBOUR, TOWNSHIP


@pytest.fixture
def caller(person):
    return person(f"county_reviewer@{CITY}")


def storm(person, name, month, **more):
    body = {
        "name": name, "kind": "flood", "started_at": f"2013-{month:02d}-06T08:00:00+08:00",
        "division_date": "2013-10-06", "form_version": "2020",
    } | more  # fmt: skip
    disaster = {"id": new_id(), "month": month}
    answer = person("duty_officer").put(f"/api/v1/disasters/{disaster['id']}", body)
    assert answer.status_code == 201, answer.json
    return disaster


def verified(person, caller, disaster, **values):
    """File the final figures of a township, and sign its table."""
    code = f"2013-{disaster['month']:02d}-09T08:00"
    open_round(person("duty_officer"), disaster, code, kind="final")
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=code, kind="final", values=values)
    table = prepared(caller, disaster, area=TOWNSHIP, code=code)
    assert sign(person(f"unit_head@{TOWNSHIP}"), table).status_code == 201


def year(caller, disaster, area=TOWNSHIP, **asked):
    more = "".join(f"&{key}={value}" for key, value in asked.items())
    return caller.get(f"/api/v1/annual?disaster={disaster['id']}&area={area}{more}")


def test_a_year_adds_up_what_was_signed_and_names_what_was_not(person, caller):
    spring, summer = storm(person, "春汛", 4), storm(person, "梅雨", 6)
    open_storm = storm(person, "秋台", 9)
    verified(person, caller, spring, affected=40, crop_lost=1.5)
    verified(person, caller, summer, affected=2, crop_lost=None)
    code = "2013-09-07T08:00"
    file(person(f"township_reporter@{TOWNSHIP}"), open_storm, code=code, affected=900)

    found = year(caller, spring).json
    assert found["year"] == 2013
    assert (found["values"]["affected"], found["known"]["affected"]) == (42, 2)
    assert (found["values"]["crop_lost"], found["known"]["crop_lost"]) == (1.5, 1)
    assert [(each["name"], each["summary"] is None) for each in found["disasters"]] == [
        ("春汛", False), ("梅雨", False), ("秋台", True),
    ]  # fmt: skip


def test_a_figure_of_one_moment_is_no_part_of_a_year(person, caller):
    spring = storm(person, "春汛", 4)
    verified(person, caller, spring, affected=40, urgent_aid_cum=9, urgent_aid_rt=3)
    values = year(caller, spring).json["values"]
    assert values["urgent_aid_cum"] == 9
    assert "urgent_aid_rt" not in values


def test_what_a_drill_reports_is_never_added_to_what_happened(person, caller, drill):
    spring = storm(person, "春汛", 4)
    verified(person, caller, spring, affected=40)
    names = [each["name"] for each in year(caller, spring).json["disasters"]]
    assert names == ["春汛"]
    drilled = year(caller, {"id": drill[0]}).json
    assert [each["name"] for each in drilled["disasters"]] == ["演练大水"]


@pytest.mark.parametrize("asked", ["zwanzig", "-1", "99999999999999", "٢٠١٣"])
def test_what_is_no_year_is_refused_in_words(person, caller, asked):
    spring = storm(person, "春汛", 4)
    answer = year(caller, spring, year=asked)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "year")
    assert year(caller, spring, year=2011).json["disasters"] == []


def test_nobody_reads_the_year_of_another_area(person, caller):
    spring = storm(person, "春汛", 4)
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    assert year(neighbour, spring).status_code == 404


def test_the_page_and_the_workbook_say_the_same(person, caller, browse):
    spring = storm(person, "春汛", 4)
    verified(person, caller, spring, affected=41234)
    asked = f"disaster={spring['id']}&area={TOWNSHIP}"
    reader = browse(f"county_reviewer@{CITY}")
    assert "41,234" in reader.get(f"/reports/annual?{asked}").text
    data = reader.get(f"/reports/annual/export?{asked}").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert any(row[:1] == ["受灾人口"] and row[-1] == 41234 for row in rows)
