"""Every field of the register: stored, read back, masked, exported, warned about."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.sheets import read_rows
from shelters.rules.register import CONTACTS, DETAILS
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter, shelter_body

FULL = {
    "code": "DS-001", "usage": "in_use", "original_use": "小学", "owner_unit": "临江镇人民政府",
    "managing_unit": "临江村委会", "floor_area": 600, "lodging_area": 300, "rooms_male": 4,
    "rooms_female": 4, "rooms_family": 2, "toilets": 6, "step_free": True,
    "accessible_toilet": False, "water": True, "electricity": True, "generator": False,
    "kitchen": True, "medical_point": None, "communications": True, "sign_installed": True,
    "fire_inspected_on": "2025-05-01", "appraised_on": "2024-04-01", "appraisal": "a",
    "elevation_m": 5.5, "flood_risk": "low", "geological_risk": "none",
    "opening_conditions": "台风Ⅲ级响应", "last_drill_on": "2025-06-01",
    "materials_standard": "DB33/T 2158—2021 附录B", "materials_complete": True,
    "materials_counted_on": "2025-05-20",
}  # fmt: skip
PEOPLE = {
    "deputy": "李四光", "deputy_phone": "13800005678", "key_holder": "王五", "police": "赵六",
    "police_phone": "057488880000", "health": "孙七",
}  # fmt: skip


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


def test_every_field_reads_back_as_it_was_sent(manager):
    assert set(FULL) == set(DETAILS)
    shelter_id = make_shelter(manager, **FULL)
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json

    assert {name: stored[name] for name in FULL} == FULL


def test_contacts_are_sealed_masked_and_read_in_full_only_on_the_record(manager, person):
    from sqlalchemy import text

    shelter_id = make_shelter(manager, **PEOPLE)
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json
    page = manager.get(f"/shelters/{shelter_id}").text
    with db.reading() as session:
        sealed = bytes(session.scalar(text("select contacts_sealed from shelter")))

    assert stored["deputy"] == "李＊＊" and "1380000" not in stored["deputy_phone"]
    assert "李四光" not in page and "13800005678" not in page
    assert "李四光".encode() not in sealed
    assert manager.get(f"/api/v1/shelters/{shelter_id}/contact").status_code == 403
    reader = person(f"case_approver@{COUNTY}", f"duty_officer@{COUNTY}")
    found = reader.get(f"/api/v1/shelters/{shelter_id}/contact").json
    assert {name: found[name] for name in PEOPLE} == PEOPLE
    assert set(found) == {"manager", "phone", *CONTACTS}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"usage": "ruined"}, "usage"),
        ({"flood_risk": "wet"}, "flood_risk"),
        ({"floor_area": -1}, "floor_area"),
        ({"toilets": "many"}, "toilets"),
        ({"appraised_on": "0001-01-01"}, "appraised_on"),
        ({"elevation_m": 99999}, "elevation_m"),
        ({"deputy_phone": "call me"}, "deputy_phone"),
        ({"code": "x" * 33}, "code"),
        ({"water": "perhaps"}, "water"),
    ],
)
def test_what_is_wrong_in_a_field_is_named(manager, changes, field):
    answer = manager.put(f"/api/v1/shelters/{new_id()}", shelter_body(**changes))

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]


def test_a_code_belongs_to_one_shelter(manager):
    make_shelter(manager, code="DS-001")
    answer = manager.put(
        f"/api/v1/shelters/{new_id()}", shelter_body(name="望海避灾点", code="DS-001")
    )

    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "code"
    make_shelter(manager, name="甲避灾点")
    make_shelter(manager, name="乙避灾点")  # without a code there may be many


def test_a_small_or_crowded_shelter_is_warned_about_and_stored_all_the_same(manager):
    shelter_id = make_shelter(manager, capacity_max=49, lodging_area=30, toilets=1)
    warned = manager.get(f"/api/v1/shelters/{shelter_id}").json["warnings"]
    page = manager.get(f"/shelters/{shelter_id}").text

    assert [each["code"] for each in warned] == ["too_small", "crowded", "few_toilets", "name"]
    assert (warned[0]["wanted"], warned[1]["wanted"], warned[2]["wanted"]) == (50, 10, 2)
    assert 'data-doubt="crowded"' in page and "%" not in warned[1]["message"]


def test_a_well_named_shelter_of_the_right_size_is_warned_about_in_nothing(manager):
    shelter_id = make_shelter(
        manager, name="临江镇避灾安置中心", kind="centre_township", capacity_max=100,
        lodging_area=300, toilets=3,
    )  # fmt: skip

    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["warnings"] == []


def test_a_capacity_below_the_people_inside_is_refused_with_their_number_and_a_way_out(
    manager, disaster
):
    shelter_id = open_shelter(manager, disaster)
    arrival = {"disaster_id": disaster["id"], "people": 12}
    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", arrival)
    address = f"/api/v1/shelters/{shelter_id}"
    refused = manager.put(address, shelter_body(capacity_max=10), If_Match="1")
    taken = manager.put(address, shelter_body(capacity_max=12), If_Match="1")

    assert refused.status_code == 422
    assert [each["code"] for each in refused.json["errors"]] == ["people_inside"]
    assert "12" in refused.json["errors"][0]["message"]
    assert "2" in refused.json["errors"][0]["message"]
    assert taken.status_code == 200


def test_people_counted_inside_count_when_a_capacity_is_lowered_but_hinder_no_other_change(
    manager, disaster
):
    shelter_id = open_shelter(manager, disaster)
    count = {"disaster_id": disaster["id"], "as_of": "2013-10-07T00:00:00Z", "total": 60}
    assert (
        manager.put(f"/api/v1/shelters/{shelter_id}/headcounts/{new_id()}", count).status_code
        == 201
    )
    address = f"/api/v1/shelters/{shelter_id}"
    lowered = manager.put(address, shelter_body(capacity_max=45), If_Match="1")
    renamed = manager.put(address, shelter_body(name="临江村避灾安置点"), If_Match="1")

    assert lowered.status_code == 422 and "60" in lowered.json["errors"][0]["message"]
    assert renamed.status_code == 200


@pytest.mark.parametrize("code", ["under_repair", "out_of_use"])
def test_a_shelter_that_is_not_in_use_opens_only_with_a_reason(manager, disaster, code):
    shelter_id = make_shelter(manager, usage=code)
    address = f"/api/v1/shelters/{shelter_id}/state"
    body = {"disaster_id": disaster["id"], "state": "open"}
    refused = manager.put(address, body)
    opened = manager.put(address, body | {"reason": "仅一楼可用"})

    assert [each["code"] for each in refused.json["errors"]] == [code]
    assert opened.status_code == 201
    assert f'data-flag="{code}"' in manager.get(f"/shelters/{shelter_id}").text


def test_all_that_speaks_against_opening_is_said_at_once(manager, disaster):
    shelter_id = make_shelter(manager, usage="under_repair", safety_checked_until="2013-09-30")
    body = {"disaster_id": disaster["id"], "state": "open"}
    refused = manager.put(f"/api/v1/shelters/{shelter_id}/state", body)

    assert {each["code"] for each in refused.json["errors"]} == {"under_repair", "safety_lapsed"}


def test_the_form_writes_every_field_and_an_empty_contact_keeps_the_stored_one(manager, disaster):
    shelter_id = new_id()
    fields = {"name": "临江村避灾安置点", "area_code": TOWNSHIP, "kind": "point_village",
              "capacity_max": "50", "deputy": "李四光", "water": "true", "generator": "false",
              "flood_risk": "high", "lodging_area": "150", "usage": "in_use"}  # fmt: skip
    made = post(manager, f"/shelters/{shelter_id}", **fields)
    page = manager.get(f"/shelters/{shelter_id}/edit").text
    changed = fields | {"revision": "1", "deputy": "", "lodging_area": "160"}
    again = post(manager, f"/shelters/{shelter_id}", **changed)
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json

    assert (made.status_code, again.status_code) == (303, 303)
    assert "李四光" not in page and 'value="150"' in page
    assert (stored["deputy"], stored["lodging_area"]) == ("李＊＊", 160)
    assert (stored["water"], stored["generator"], stored["kitchen"]) == (True, False, None)


def test_a_form_with_a_wrong_field_is_shown_again_with_what_was_typed(manager, disaster):
    fields = {"name": "临江村避灾安置点", "area_code": TOWNSHIP, "kind": "point_village",
              "capacity_max": "50", "elevation_m": "hoch", "owner_unit": "临江镇"}  # fmt: skip
    answer = post(manager, f"/shelters/{new_id()}", **fields)

    assert answer.status_code == 422
    assert 'href="#elevation_m"' in answer.text and 'value="临江镇"' in answer.text


def test_the_files_carry_every_field_but_nobodys_name(manager, disaster):
    make_shelter(manager, **FULL, **PEOPLE)
    book = read_rows(manager.get("/shelters/export").data)[0].values
    sheet = read_rows(manager.get("/shelters/export?format=csv").data)[0].values
    found = manager.get("/shelters/export?format=geojson").json["features"][0]["properties"]

    assert (book["场所编号"], str(int(book["厕位数"])), book["洪涝风险"]) == (
        "DS-001",
        "6",
        "低风险",
    )
    assert (sheet["供水"], sheet["发电机"], sheet["使用状态"]) == ("是", "否", "在用")
    assert {name: found[name] for name in FULL} == FULL
    assert not {"李四光", "李＊＊"} & {str(each) for each in (*book.values(), *found.values())}


def test_the_list_is_cut_by_use_by_flag_and_by_code_and_the_files_with_it(manager, disaster):
    make_shelter(manager, name="甲避灾点", usage="under_repair", code="K-1")
    make_shelter(manager, name="乙避灾点", safety_checked_until="2020-01-01")
    make_shelter(manager, name="丙避灾点", area_code=NEIGHBOUR, safety_checked_until="2999-01-01")

    def names(query):
        answer = manager.get(f"/api/v1/shelters?{query}").json
        assert answer["total"] == len(answer["shelters"])
        return [each["name"] for each in answer["shelters"]]

    assert names("usage=under_repair") == ["甲避灾点"]
    assert names("flag=safety_lapsed") == ["乙避灾点"]
    assert names("flag=safety_unknown") == ["甲避灾点"]
    assert names("flag=safety_due") == names("flag=in_danger") == []
    assert names("q=k-1") == ["甲避灾点"]
    assert names("flag=nonsense&usage=nonsense&sort=safety&order=desc")[0] in (
        "丙避灾点",
        "甲避灾点",
    )
    rows = read_rows(manager.get("/shelters/export?flag=safety_lapsed").data)
    assert [each.values["名称"] for each in rows] == ["乙避灾点"]
    printed = manager.get("/shelters/print?flag=safety_lapsed").text
    assert "乙避灾点" in printed and "丙避灾点" not in printed


def test_an_empty_register_says_how_to_begin(manager, person, disaster):
    assert "/shelters/import" in manager.get("/shelters").text.split("<tbody")[1]
    reader = person(f"township_reporter@{TOWNSHIP}").get("/shelters").text.split("<tbody")[1]
    assert "empty-state" in reader and "/shelters/new" not in reader


def test_the_printed_list_is_for_those_who_may_read_it(stranger, person):
    assert stranger.get("/shelters/print").status_code == 302
    assert person(f"driver@{COUNTY}").get("/shelters/print").status_code == 403
