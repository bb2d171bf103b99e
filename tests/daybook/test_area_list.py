"""The incidents of an area: listed, narrowed, sorted, and given out as a workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import text

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from shelters.daybook.queries.incidents import disagreements
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.factories.daybook import incident
from tests.factories.shelters import open_shelter


@pytest.fixture
def books(manager, shelter, disaster):
    """Return a shelter in each of two townships with three incidents between them."""
    other = open_shelter(manager, disaster, name="望海乡避灾点", area_code=NEIGHBOUR,
                         point=[121.601, 29.851])  # fmt: skip
    incident(manager, shelter, disaster, kind="fire", severity="serious", people=None,
             account="锅炉房何无尽测")  # fmt: skip
    incident(manager, shelter, disaster, state="handled", happened_at="2013-10-06T20:00:00Z")
    incident(manager, other, disaster, kind="theft", people=2, happened_at="2013-10-06T19:00:00Z")
    return shelter, other


def listed(caller, disaster, area=COUNTY, more=""):
    address = f"/api/v1/shelters/incidents?disaster={disaster['id']}&area={area}{more}"
    return caller.get(address).json


def kinds(*found):
    return [[each["kind"] for each in answer["incidents"]] for answer in found]


def get(caller, path):
    return caller.client.get(path, headers={"Authorization": f"Bearer {caller.token}"})


def test_the_incidents_of_an_area_stand_with_their_shelters(manager, books, disaster):
    county, township = listed(manager, disaster), listed(manager, disaster, TOWNSHIP)

    assert kinds(county, township) == [["power", "theft", "fire"], ["power", "fire"]]
    assert (county["total"], county["open"], township["open"]) == (3, 2, 1)
    assert {each["shelter"] for each in county["incidents"]} == {"临江村避灾点", "望海乡避灾点"}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("&kind=fire", ["fire"]), ("&state=open", ["theft", "fire"]), ("&serious=1", ["fire"]),
        ("&sort=happened_at", ["fire", "theft", "power"]), ("&sort=people&order=desc", None),
        ("&sort=severity&rows=1", ["fire"]), ("&rows=2&page=2", ["fire"]), ("&page=99", None),
        ("&kind=ufo&state=x&sort=no&rows=many&page=-1", ["power", "theft", "fire"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_sorted_and_paged(manager, books, disaster, more, found):
    answer = listed(manager, disaster, more=more)

    assert kinds(answer)[0] == (found or ["power", "theft", "fire"])


def test_who_holds_another_area_sees_nothing_of_it(person, books, disaster):
    assert listed(person(f"duty_officer@{FAR_TOWNSHIP}"), disaster, FAR_TOWNSHIP)["total"] == 0
    assert listed(person(f"duty_officer@{NEIGHBOUR}"), disaster, NEIGHBOUR)["total"] == 1


def test_the_page_leads_to_the_shelter_the_incident_and_the_map(manager, books, disaster):
    text = get(manager, f"/shelters/daybook?disaster={disaster['id']}&area={COUNTY}").text

    assert f"/shelters/{books[0]}/daybook" in text and "/desk?layer=shelters" in text
    assert len(re.findall(r"/incidents/[0-9a-f-]{36}", text)) == 3
    assert "火情" in text and "待处置" in text and "何无尽测" not in text
    none = get(manager, f"/shelters/daybook?disaster={disaster['id']}&area={COUNTY}&kind=water")
    assert "没有符合条件的事件" in none.text


def test_the_workbook_holds_what_is_listed_and_no_account(manager, books, disaster):
    path = f"/shelters/daybook/export?disaster={disaster['id']}&area={COUNTY}&state=open"
    answer = get(manager, path)

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    cells = [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    said = "\n".join(str(row) for row in cells)
    assert "失窃" in said and "火情" in said and "停电" not in said and "何无尽测" not in said
    assert [row[5] for row in cells if row[3] in ("失窃", "火情")] == [2, None]


def test_an_incident_that_is_not_what_its_versions_say_is_found(books):
    with act_as(SYSTEM), db.reading() as reading:
        assert disagreements(reading) == []
    with act_as(SYSTEM), db.transaction() as changing:
        changing.connection().execute(text("UPDATE shelter_incident SET people = 9"))
    with act_as(SYSTEM), db.reading() as reading:
        assert len(disagreements(reading)) == 3
