"""The pages of rosters: entered, found, corrected, settled, taken away, all on record."""

from __future__ import annotations

import csv
import io
import re
from random import Random

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.factories.city import NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.rosters import MISSING, add, id_number
from tests.rosters.test_rows import events_named

NUMBER = id_number(Random("page"))
WITH = {"id_number": NUMBER, "no_number": None}
KEEPER = f"township_reporter@{TOWNSHIP}"
REVIEWER = f"township_reviewer@{TOWNSHIP}"


def typed(disaster, **changes):
    return {
        "id": new_id(), "disaster_id": disaster["id"], "area_code": VILLAGE, "name": "施试验",
        "id_number": NUMBER, "status": "missing", "happened_at": "2013-10-06T20:00",
    } | changes  # fmt: skip


def send(page, address, fields):
    token = token_of(page.get(f"/rosters?area={TOWNSHIP}"))
    return page.post(address, data=fields | {"csrf": token})


def test_a_row_is_entered_and_its_page_shows_it_masked(browse, disaster):
    page = browse(KEEPER)
    assert page.get(f"/rosters/casualties/new?area={TOWNSHIP}").status_code == 200

    answer = send(page, "/rosters/casualties/new", typed(disaster))

    assert answer.status_code == 303, answer.text
    shown = page.get(answer.headers["Location"]).text
    assert "施*" in shown and "施试验" not in shown and NUMBER not in shown
    assert "10-06 20:00" in shown


def test_what_is_wrong_is_said_beside_the_field_and_everything_typed_is_still_there(
    browse, disaster
):
    page = browse(KEEPER)

    answer = send(page, "/rosters/casualties/new", typed(disaster, id_number=NUMBER[:17] + "A"))

    assert answer.status_code == 422
    assert 'id="e-id_number"' in answer.text and 'value="施试验"' in answer.text
    assert 'value="2013-10-06T20:00"' in answer.text


def test_several_rows_in_a_row(browse, disaster):
    page = browse(KEEPER)

    answer = send(page, "/rosters/casualties/new", typed(disaster, next="1"))

    assert "/rosters/casualties/new" in answer.headers["Location"]
    assert 'class="notice ok"' in page.get(answer.headers["Location"]).text


def test_a_row_is_corrected_from_its_form_and_what_is_left_empty_stays(
    browse, keeper, reviewer, disaster
):
    row_id = add(keeper, disaster, phone="13800001111", **WITH, **MISSING)
    page = browse(KEEPER)
    form = page.get(f"/rosters/rows/{row_id}/correct").text
    assert NUMBER not in form and "施试验" not in form
    base = re.search(r'name="base" value="([^"]+)"', form).group(1)
    fields = {
        "id": new_id(), "base": base, "area_code": VILLAGE, "status": "missing",
        "outcome": "found_alive", "happened_at": "2013-10-06T08:00", "why": "找到",
    }  # fmt: skip

    answer = send(page, f"/rosters/rows/{row_id}/correct", fields)

    assert answer.status_code == 303, answer.text
    full = f"/api/v1/roster-rows/{fields['id']}/full?purpose=correction"
    told = reviewer.get(full).json
    assert (told["outcome"], told["phone"], told["id_number"]) == (
        "found_alive", "13800001111", NUMBER,
    )  # fmt: skip
    stale = send(page, f"/rosters/rows/{row_id}/correct", fields | {"id": new_id()})
    assert stale.status_code == 412


def test_the_list_finds_by_number_and_by_name_and_neither_stands_in_an_address(
    browse, keeper, disaster
):
    add(keeper, disaster, **WITH)
    add(keeper, disaster, name="王另外")
    page = browse(KEEPER)
    address = f"/rosters/casualties?area={TOWNSHIP}"

    for wanted, number in ((NUMBER, 1), ("另外", 1), ("没有这个人", 0), ("", 2)):
        found = send(page, address, {"find": wanted})
        assert f'data-total="{number}"' in found.text, wanted
        assert not wanted or f"find={wanted}" not in found.text


def test_the_list_pages_sorts_and_adds_up(browse, keeper, disaster):
    for number in range(53):
        add(keeper, disaster, "houses", collapsed_rooms=number % 5 + 1)
    page = browse(KEEPER)

    first = page.get(f"/rosters/houses?area={TOWNSHIP}&sort=collapsed_rooms&order=desc").text
    second = page.get(f"/rosters/houses?area={TOWNSHIP}&page=2").text

    rows = re.findall(r'<tr data-key="[^"]+">(.*?)</tr>', first, re.S)
    assert len(rows) == 50 and 'aria-sort="descending"' in first
    assert len(re.findall("<tr data-key", second)) == 3
    total = sum(number % 5 + 1 for number in range(53))
    assert f'>{total}<span class="unit">' in first
    only = page.get(f"/rosters/houses?area={TOWNSHIP}&show=minor_rooms").text
    assert 'data-total="0"' in only


def test_a_figure_leads_to_the_people_behind_it(browse, keeper, disaster):
    add(keeper, disaster, **MISSING)
    page = browse(KEEPER)

    beside = page.get(f"/rosters?area={TOWNSHIP}").text
    address = re.search(r'href="([^"]+show=missing)"', beside).group(1).replace("&amp;", "&")

    assert 'data-total="1"' in page.get(address).text
    assert 'data-key="missing" data-state="not_reported"' in beside


def test_two_rows_are_settled_on_the_page_and_taken_back_on_that_of_one(browse, keeper, disaster):
    one, two = add(keeper, disaster, **WITH), add(keeper, disaster, **WITH)
    page = browse(REVIEWER)
    address = f"/rosters/casualties/duplicates?area={TOWNSHIP}"
    assert one in page.get(address).text

    fields = {"id": new_id(), "left": one, "right": two, "verdict": one}
    assert send(page, address, fields).status_code == 303
    assert one not in page.get(address).text

    shown = page.get(f"/rosters/rows/{two}").text
    match = re.search(r'name="base" value="([^"]+)"', shown).group(1)
    back = fields | {"id": new_id(), "verdict": "different", "base": match, "back": two}
    assert send(page, address, back).status_code == 303
    assert keeper.get(f"/api/v1/roster-rows/{two}").json["same_as"] is None


def test_reading_in_full_on_the_page_asks_why_and_is_on_record(browse, keeper, disaster):
    row_id = add(keeper, disaster, **WITH)
    page = browse(REVIEWER)

    assert send(page, f"/rosters/rows/{row_id}/full", {"purpose": ""}).status_code == 422
    shown = send(page, f"/rosters/rows/{row_id}/full", {"purpose": "contact"})

    assert NUMBER in shown.text
    assert len(events_named("roster.read_full")) == 1
    assert send(browse(KEEPER), f"/rosters/rows/{row_id}/full", {"purpose": "contact"}
                ).status_code == 403  # fmt: skip


def test_the_export_wants_a_purpose_says_who_took_it_and_holds_no_formula(browse, keeper, disaster):
    add(keeper, disaster, name="=HYPERLINK(1)", **WITH)
    page = browse(REVIEWER)
    address = f"/rosters/casualties/export?area={TOWNSHIP}"
    assert send(page, address, {"format": "csv"}).status_code == 422
    assert send(browse(KEEPER), address, {"purpose": "payment"}).status_code == 403

    text = send(page, address, {"purpose": "payment", "format": "csv"})
    book = send(page, address, {"purpose": "payment", "format": "xlsx"})

    [_head, tags, row] = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    assert "'=HYPERLINK(1)" in row and NUMBER in row and "user-" in row[-1]
    assert all(each.startswith("#") for each in tags) and len(tags) == len(row)
    cells = [each.value for line in load_workbook(io.BytesIO(book.data)).active for each in line]
    assert "'=HYPERLINK(1)" in cells and NUMBER in cells
    taken = events_named("roster.exported")
    assert len(taken) == 2 and '"rows":1' in taken[0].payload.replace(" ", "")
    assert NUMBER not in taken[0].payload


def test_the_roster_leaves_as_a_word_file_with_room_for_signatures(browse, keeper, disaster):
    add(keeper, disaster, name="<b>甲</b>{{ 7*7 }}", **WITH)

    file = send(browse(REVIEWER), f"/rosters/casualties/export?area={TOWNSHIP}",
                {"purpose": "payment", "format": "docx"})  # fmt: skip

    paper = Document(io.BytesIO(file.data))
    [heading, row] = [[cell.text for cell in line.cells] for line in paper.tables[0].rows]
    assert "<b>甲</b>{{ 7*7 }}" in row and NUMBER in row and len(heading) == len(row)
    assert "____" in paper.paragraphs[-1].text


def test_a_drills_paper_and_file_say_so(browse, person, drill):
    disaster_id, _move = drill
    body = {"id": disaster_id}
    add(person(KEEPER), body, **WITH)
    page = browse(REVIEWER)

    sheet = page.get(f"/rosters/casualties/print?disaster={disaster_id}&area={TOWNSHIP}").text
    file = send(page, f"/rosters/casualties/export?disaster={disaster_id}&area={TOWNSHIP}",
                {"purpose": "payment", "format": "csv"})  # fmt: skip

    assert "演练 · " in sheet and "____" in sheet and NUMBER not in sheet
    assert "%E6%BC%94%E7%BB%83" in file.headers["Content-Disposition"]
    assert "演练" in file.data.decode("utf-8-sig").splitlines()[2]


def test_the_form_of_a_report_warns_and_at_the_end_asks_for_the_reason(browse, keeper, disaster):
    page = browse(KEEPER)
    form = page.get(f"/reports/new?area={TOWNSHIP}")
    assert '"roster_deaths": 0' in form.text.replace('":0', '": 0') and "/rosters?" in form.text
    fields = {
        "id": new_id(), "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "kind": "final", "as_of": "2013-10-06T08:00", "values.affected": "9",
        "values.deaths": "1",
    }  # fmt: skip

    refused = send(page, "/reports/new", fields)
    taken = send(page, "/reports/new", fields | {"reasons.deaths": "家属核对中"})

    assert refused.status_code == 422 and 'name="reasons.deaths"' in refused.text
    assert taken.status_code == 303, taken.text


def test_no_page_of_a_neighbour_opens(browse, keeper, disaster):
    row_id = add(keeper, disaster)
    page = browse(f"township_reviewer@{NEIGHBOUR}")

    for address in (f"/rosters?area={TOWNSHIP}", f"/rosters/casualties?area={TOWNSHIP}",
                    f"/rosters/casualties/print?area={TOWNSHIP}", f"/rosters/rows/{row_id}",
                    f"/rosters/casualties/duplicates?area={TOWNSHIP}",
                    f"/rosters/casualties/new?area={TOWNSHIP}",
                    f"/rosters/rows/{row_id}/correct"):  # fmt: skip
        assert page.get(address).status_code == 404, address
    assert page.get("/rosters/nothing").status_code == 404


@pytest.mark.parametrize(
    ("more", "query", "status"),
    [
        ({"id": "no id"}, "", 422), ({"id": ""}, "", 422), ({"back": "//elsewhere"}, "", 422),
        ({}, "?roster=houses&endpoint=x&_external=1&_scheme=javascript", 303),
    ],
)  # fmt: skip
def test_a_form_about_a_pair_that_was_tampered_with_is_refused_or_leads_where_it_should(
    browse, keeper, disaster, more, query, status
):
    one, two = add(keeper, disaster), add(keeper, disaster)
    fields = {"id": new_id(), "left": one, "right": two, "verdict": "different"} | more

    answer = send(browse(REVIEWER), f"/rosters/casualties/duplicates{query}", fields)

    assert answer.status_code == status, answer.text
    assert answer.headers.get("Location") in (None, "/rosters/casualties/duplicates")
    assert len(events_named("roster.matched")) == (status == 303)
