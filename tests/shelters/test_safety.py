"""Safety checks: each its own record, the latest decides; what lapsed is said, what is due too."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from relief_ops import clock
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, shelter_body
from tests.files.pictures import jpeg


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def day(days):
    return (clock.local_date(clock.now()) + timedelta(days=days)).isoformat()


def check(caller, shelter_id, /, *, check_id=None, **changes):
    body = {"shelter_id": shelter_id, "checked_on": day(-10), "checked_by": "镇城建办",
            "result": "passed"} | changes  # fmt: skip
    return caller.put(f"/api/v1/shelter-checks/{check_id or new_id()}", body)


def until(caller, shelter_id):
    return caller.get(f"/api/v1/shelters/{shelter_id}").json["safety_checked_until"]


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


def test_strangers_neighbours_and_readers_are_refused(stranger, person, manager):
    shelter_id = make_shelter(manager)

    assert check(stranger, shelter_id).status_code == 401
    assert check(person(f"shelter_manager@{OTHER_COUNTY}"), shelter_id).status_code == 404
    assert check(person(f"township_reporter@{TOWNSHIP}"), shelter_id).status_code == 403
    assert check(person(f"assessor@{COUNTY}"), shelter_id).status_code == 201


def test_the_latest_check_decides_whatever_the_order_they_came_in(manager):
    shelter_id = make_shelter(manager)
    check(manager, shelter_id, checked_on=day(-10), valid_until=day(300))
    check(manager, shelter_id, checked_on=day(-400), valid_until=day(-35))

    assert until(manager, shelter_id) == day(300)
    rows = manager.get(f"/api/v1/shelters/{shelter_id}/checks").json["checks"]
    assert [each["checked_on"] for each in rows] == [day(-10), day(-400)]


def test_a_check_without_an_end_holds_three_years(manager):
    shelter_id = make_shelter(manager)
    check(manager, shelter_id, checked_on="2024-03-01")

    assert until(manager, shelter_id) == "2027-02-28"


def test_a_failed_check_ends_it_and_opening_needs_a_reason(manager, disaster):
    shelter_id = make_shelter(manager, safety_checked_until=day(500))
    check(manager, shelter_id, result="failed", findings="承重墙开裂")
    address = f"/api/v1/shelters/{shelter_id}"
    body = {"disaster_id": disaster["id"], "state": "open"}
    refused = manager.put(f"{address}/state", body)

    assert [each["code"] for each in refused.json["errors"]] == ["safety_failed"]
    assert [each["code"] for each in manager.get(address).json["flags"]] == ["safety_failed"]
    assert manager.put(f"{address}/state", body | {"reason": "只用新楼"}).status_code == 201


def test_a_withdrawn_check_stays_to_be_read_and_the_one_before_decides(manager):
    shelter_id, check_id = make_shelter(manager), new_id()
    check(manager, shelter_id, checked_on=day(-400), valid_until=day(50))
    check(manager, shelter_id, check_id=check_id, valid_until=day(900))
    address = f"/api/v1/shelter-checks/{check_id}/withdrawal"
    order = {"id": new_id(), "reason": "登记错楼"}
    first, again = manager.put(address, order), manager.put(address, order)
    other = manager.put(address, order | {"id": new_id()})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert until(manager, shelter_id) == day(50)
    rows = manager.get(f"/api/v1/shelters/{shelter_id}/checks").json["checks"]
    assert rows[0]["withdrawn"]["reason"] == "登记错楼"
    assert "登记错楼" in manager.get(f"/shelters/{shelter_id}/checks").text


def test_a_check_and_its_withdrawal_are_on_the_record(manager):
    shelter_id, check_id = make_shelter(manager), new_id()
    seq = check(manager, shelter_id, check_id=check_id).json["seq"]
    order = {"id": new_id(), "reason": "登记错楼"}
    manager.put(f"/api/v1/shelter-checks/{check_id}/withdrawal", order)
    events = manager.get(f"/api/v1/events?after={seq - 1}&area={COUNTY}").json["events"]

    assert [each["name"] for each in events] == ["shelter.checked", "shelter.check_withdrawn"]
    assert events[0]["payload"]["check_id"] == check_id
    assert "镇城建办" not in str(events) and "登记错楼" not in str(events)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"checked_on": day(2)}, "checked_on"),
        ({"valid_until": day(-11)}, ""),
        ({"result": "failed", "valid_until": day(5)}, ""),
        ({"result": "fine"}, "result"),
        ({"checked_by": " "}, "checked_by"),
        ({"checked_on": "0100-01-01"}, "checked_on"),
    ],
)
def test_what_is_wrong_with_a_check_is_named(manager, changes, field):
    answer = check(manager, make_shelter(manager), **changes)

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]


def test_the_same_check_again_gets_the_same_receipt_and_another_body_is_refused(manager):
    shelter_id, check_id = make_shelter(manager), new_id()
    first = check(manager, shelter_id, check_id=check_id)
    again = check(manager, shelter_id, check_id=check_id)
    other = check(manager, shelter_id, check_id=check_id, findings="另")

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409


def test_the_register_takes_no_other_day_than_its_checks_say(manager):
    shelter_id = make_shelter(manager)
    check(manager, shelter_id, valid_until=day(50))
    address = f"/api/v1/shelters/{shelter_id}"
    other = manager.put(address, shelter_body(safety_checked_until=day(999)), If_Match="1")
    left_out = manager.put(address, shelter_body(), If_Match="1")

    assert other.status_code == 422
    assert other.json["errors"][0]["code"] == "decided_by_checks"
    assert left_out.status_code == 200 and until(manager, shelter_id) == day(50)


def test_checks_that_ran_out_or_soon_will_stand_in_the_queue_a_line_an_area(
    manager, person, disaster
):
    make_shelter(manager, name="甲避灾点", safety_checked_until=day(29))
    make_shelter(manager, name="乙避灾点", safety_checked_until=day(31))
    for number in range(3):
        make_shelter(manager, name=f"旧{number}避灾点", safety_checked_until=day(-1 - number))
    make_shelter(manager, name="废避灾点", safety_checked_until=day(-9), usage="out_of_use")

    def queue(caller, area):
        answer = caller.get(f"/api/v1/attention?disaster={disaster['id']}&area={area}").json
        rows = [each for key in answer for each in _listed(answer[key])]
        return sorted(each["title"] for each in rows if "安全检查" in each["title"])

    own = queue(person(f"duty_officer@{COUNTY}"), COUNTY)
    city = queue(person("duty_officer"), CITY)
    assert len(own) == 2 and "甲避灾点" in str(own) and "3 个" in str(own)
    assert len(city) == 2 and "东山县" in str(city)
    assert "乙避灾点" not in str(own) and "废避灾点" not in str(own)


def _listed(value):
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def test_the_page_records_a_check_with_the_photo_of_what_was_found(manager):
    shelter_id, check_id = make_shelter(manager), new_id()
    fields = {"id": check_id, "checked_on": day(-1), "checked_by": "镇城建办",
              "result": "conditional", "findings": "屋顶渗水",
              "photos": (io.BytesIO(jpeg(7)), "屋顶.jpg")}  # fmt: skip
    sent = post(manager, f"/shelters/{shelter_id}/checks", **fields)
    page = manager.get(f"/shelters/{shelter_id}/checks").text
    photo = manager.get(f"/api/v1/shelters/{shelter_id}/photos").json["photos"][0]

    assert sent.status_code == 303
    assert "屋顶渗水" in page and "整改后可用" in page and f"/shelters/photos/{photo['id']}" in page
    assert photo["check_id"] == check_id


def test_a_check_with_a_broken_photo_is_not_stored_and_keeps_what_was_typed(manager):
    shelter_id = make_shelter(manager)
    fields = {"id": new_id(), "checked_on": day(-1), "checked_by": "镇城建办", "result": "passed",
              "findings": "100% 完好", "photos": (io.BytesIO(b"no photo"), "x%d.jpg")}  # fmt: skip
    sent = post(manager, f"/shelters/{shelter_id}/checks", **fields)

    assert sent.status_code in (415, 422) and "100% 完好" in sent.text and "x%d.jpg" in sent.text
    assert manager.get(f"/api/v1/shelters/{shelter_id}/checks").json["checks"] == []


def test_withdrawing_from_the_page_needs_a_reason(manager):
    shelter_id, check_id = make_shelter(manager), new_id()
    check(manager, shelter_id, check_id=check_id)
    address = f"/shelters/checks/{check_id}/withdrawal"

    assert post(manager, address, id=new_id(), reason="").status_code == 422
    assert post(manager, address, id=new_id(), reason="登记错楼").status_code == 303
