"""The relief-work form is signed as tables are: by two heads, at night by telephone first."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from relief_ops import db
from relief_ops.auth import lookup
from tests.conftest import new_id
from tests.factories.browsers import TOKEN
from tests.factories.city import COUNTY, OTHER_COUNTY
from tests.reporting import open_round
from tests.rosters.test_rows import events_named


@pytest.fixture
def heads(person):
    """Return the unit head and the head of statistics of the county."""
    return person(f"unit_head@{COUNTY}"), person(f"statistics_head@{COUNTY}")


@pytest.fixture
def form(officer, file):
    return file(officer).json["id"]


def sign(who, form_id, role="unit_head", **more):
    path = f"/api/v1/relief-work/{form_id}/signatures/{new_id()}"
    return who.put(path, {"role": role} | more)


def shown(who, form_id):
    return who.get(f"/api/v1/relief-work/{form_id}").json


def name_of(who):
    with db.reading() as session:
        return lookup.names(session, [who.user_id])[who.user_id]


def test_who_may_not_sign_is_refused(stranger, person, form):
    assert sign(stranger, form).status_code == 401
    assert sign(person(f"unit_head@{OTHER_COUNTY}"), form).status_code == 404
    assert sign(person(f"county_reviewer@{COUNTY}"), form).status_code == 403
    assert sign(person(f"statistics_head@{COUNTY}"), form).status_code == 403, "not as unit head"
    assert shown(person(f"inspector@{COUNTY}"), form)["signatures"] == []


def test_it_is_sent_when_the_unit_head_signs_and_both_signatures_are_on_record(
    officer, heads, form
):
    head, statistics = heads
    before = shown(officer, form)
    assert sign(statistics, form, "statistics_head").status_code == 201
    halfway = shown(officer, form)
    assert sign(head, form).status_code == 201
    after = shown(officer, form)

    assert (before["stage"], before["outstanding"]) == (
        "prepared", ["statistics_head", "unit_head"],
    )  # fmt: skip
    assert (halfway["stage"], halfway["sent_at"]) == ("prepared", None)
    assert (after["stage"], after["outstanding"]) == ("signed", [])
    assert after["sent_at"] is not None and after["values"] == before["values"]
    signed = events_named("relief_work.signed")
    assert [json.loads(each.payload)["role"] for each in signed] == ["statistics_head", "unit_head"]
    assert sign(head, form).json["code"] == "illegal_transition", "once is enough"


def test_at_night_a_word_by_telephone_sends_it_and_the_signature_follows(officer, heads, form):
    head, _statistics = heads
    told = {"by_telephone": True, "told_by": "王主任"}
    nobody = sign(officer, form, by_telephone=True)
    assert sign(officer, form, **told).status_code == 201
    night = shown(officer, form)
    again = sign(officer, form, **told)
    assert sign(head, form).status_code == 201
    morning = shown(officer, form)

    assert nobody.status_code == 422 and again.status_code == 409
    assert (night["stage"], night["outstanding"]) == (
        "by_telephone", ["statistics_head", "unit_head"],
    )  # fmt: skip
    assert (morning["stage"], morning["sent_at"]) == ("signed", night["sent_at"])


def test_whoever_filed_it_does_not_sign_it_and_nobody_signs_twice(person, file):
    both = person(f"duty_officer@{COUNTY}", f"unit_head@{COUNTY}", f"statistics_head@{COUNTY}")
    form = file(both).json["id"]
    other = person(f"unit_head@{COUNTY}", f"statistics_head@{COUNTY}")

    assert sign(both, form).status_code == 403
    assert sign(other, form).status_code == 201
    assert sign(other, form, "statistics_head").status_code == 403


def test_a_correction_is_signed_anew_and_what_was_signed_stays_as_it_was(
    officer, heads, form, file
):
    head, _statistics = heads
    sign(head, form)
    corrected = file(officer, base=form, values={"rescuers": 140}).json["id"]

    assert sign(head, form).status_code == 409
    old, new = shown(officer, form), shown(officer, corrected)
    assert (old["stage"], old["values"]["rescuers"], old["current"]) == ("signed", 120, False)
    assert (new["stage"], new["signatures"]) == ("prepared", [])


def test_the_page_takes_signatures_and_its_print_shows_them(officer, heads, browse, form, person):
    path = f"/relief-work/{form}"
    desk = browse(f"duty_officer@{COUNTY}")
    first = desk.get(path).text
    assert "还没有人签字" in first and "told_by" in first and "____________" in first
    token = TOKEN.search(first)[1]
    order = {"csrf": token, "id": new_id(), "role": "unit_head", "by_telephone": "true"}
    lost = desk.post(f"{path}/signatures", data=order)
    assert lost.status_code == 422 and 'role="alert"' in lost.text
    noted = desk.post(f"{path}/signatures", data=order | {"told_by": "<b>王主任"})
    assert noted.status_code == 303
    assert "&lt;b&gt;王主任（电话）" in desk.get(path).text

    sign(heads[0], form)
    after = browse(f"inspector@{COUNTY}").get(path).text
    assert name_of(heads[0]) in after.split('<p class="steps">')[-1], "the line that is printed"
    assert name_of(officer) in after.split('<p class="steps">')[-1]
    assert "<form" not in after.split('id="signatures"')[1].split("</section>")[0]


def test_the_files_of_the_county_carry_the_names(officer, heads, form, disaster, browse, person):
    head, _statistics = heads
    sign(head, form)
    sign(officer, form, "statistics_head", by_telephone=True, told_by="李科长")
    open_round(person, disaster)
    asked = f"/relief-work/file?disaster={disaster['id']}&area={COUNTY}&round=r1"
    desk = browse(f"duty_officer@{COUNTY}")
    book = load_workbook(io.BytesIO(desk.get(asked + "&format=xlsx").data))
    cells = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value]
    foot = next(each for each in cells if "单位负责人" in each)

    assert name_of(head) in foot and "李科长（电话）" in foot and name_of(officer) in foot
    assert desk.get(asked + "&format=docx").status_code == 200
    assert desk.get(asked + "&format=csv").data.decode("utf-8-sig").count("#") > 5
