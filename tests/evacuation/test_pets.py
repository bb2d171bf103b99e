"""The pets a household brings: known, none, or not known; in the form, the list, the workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from tests.conftest import new_id
from tests.evacuation.test_imports import check_in
from tests.factories.city import TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, household, household_body

PETS = ("dogs", "cats", "other_pets")


def pets(caller, row):
    shown = caller.get(f"{API}/households/{row}").json
    return tuple(shown[each] for each in PETS)


@pytest.mark.parametrize(
    ("said", "kept"),
    [({}, (None, None, None)), ({"dogs": 0}, (0, None, None)), ({"cats": 2}, (None, 2, None))],
)
def test_not_known_is_not_none(keeper, said, kept):
    assert pets(keeper, household(keeper, **said)) == kept


@pytest.mark.parametrize("wrong", [-1, 201, "三"])
def test_what_is_no_number_of_pets_is_refused_by_its_field(keeper, wrong):
    answer = keeper.put(f"{API}/households/{new_id()}", household_body(dogs=wrong))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["dogs"]


def test_an_edit_by_two_people_names_the_pets_that_differ(keeper):
    row = household(keeper, dogs=1)
    address = f"{API}/households/{row}"
    keeper.put(address, household_body(dogs=2), If_Match="1")
    late = keeper.put(address, household_body(dogs=3), If_Match="1")

    assert late.status_code == 412
    fields = {each["field"]: (each["theirs"], each["yours"]) for each in late.json["fields"]}
    assert fields["dogs"] == (2, 3)


def test_the_form_keeps_none_apart_from_not_known(keeper, browse):
    row = household(keeper, dogs=0)
    browser = browse(f"township_reporter@{TOWNSHIP}")
    form = browser.get(f"/evacuation/households/{row}/change").text

    values = {
        name: re.search(rf'id="{name}"[^>]*value="([^"]*)"', form)[1] for name in ("dogs", "cats")
    }
    assert values == {"dogs": "0", "cats": ""}
    assert "没有" in browser.get(f"/evacuation/households/{row}").text


def test_the_list_and_the_record_say_which_pets(keeper, browse):
    row = household(keeper, dogs=1, cats=2)
    browser = browse(f"township_reporter@{TOWNSHIP}")

    for address in (f"/evacuation/list?area={TOWNSHIP}", f"/evacuation/households/{row}"):
        assert "狗 1 · 猫 2" in browser.get(address).text, address


def test_a_workbook_brings_pets_in_and_takes_them_out(keeper, person, browse):
    book = openpyxl.Workbook()
    book.active.append(["area_code", "name", "people", "狗", "猫", "其他动物"])
    book.active.append([VILLAGE, "何试验", 3, 2, 0, None])
    data = io.BytesIO()
    book.save(data)
    import_id = new_id()
    checked = check_in(keeper, data.getvalue(), import_id)
    assert checked.json["wrong"] == 0, checked.json
    keeper.put(f"{API}/imports/{import_id}/application", {})
    [row] = keeper.get(f"{API}/households").json["households"]
    assert tuple(row[each] for each in PETS) == (2, 0, None)

    reviewer = browse(f"township_reviewer@{TOWNSHIP}")
    page = reviewer.get(f"/evacuation/list?area={TOWNSHIP}").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    purpose = re.search(r'<select[^>]*name="purpose".*?<option value="(\w+)"', page, re.S)[1]
    sent = reviewer.post(f"/evacuation/list/export?area={TOWNSHIP}",
                         data={"csrf": csrf, "purpose": purpose})  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(sent.data)).active
    cells = [[each.value for each in line] for line in sheet.iter_rows()]
    head = next(line for line in cells if "狗" in line)
    last = cells[cells.index(head) + 1]
    assert (last[head.index("狗")], last[head.index("猫")], last[head.index("其他动物")]) == (
        2,
        0,
        None,
    )


def test_a_phone_at_the_door_offers_the_place_for_pets(keeper, app, person, disaster):
    from tests.factories.city import COUNTY
    from tests.factories.shelters import open_shelter
    from tests.spine.test_live import cookie_of

    manager = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(manager, disaster)
    household(keeper, dogs=1)
    client = app.test_client()
    client.set_cookie("session", cookie_of(manager))
    address = f"/phone/check-in/facts?disaster={disaster['id']}&shelter={shelter}"

    assert [each["pets"] for each in client.get(address).json["households"]] == [1]
