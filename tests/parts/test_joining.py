"""Joining and separating: stranger, neighbour, answer, record, retry, refusals; the totals."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts.models import DisasterPart
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.parts.acts import done, file, join, opened, rollup, separate, step, total
from tests.spine.test_log import in_threads


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_a_stranger_is_refused(stranger, disaster, flood):
    assert join(stranger, disaster, flood).status_code == 401
    assert stranger.get(f"/api/v1/disasters/{disaster['id']}/parts").status_code == 401


def test_who_cannot_open_disasters_for_the_city_cannot_join_them(person, disaster, flood):
    assert join(person(f"duty_officer@{COUNTY}"), disaster, flood).status_code == 404
    assert join(person("city_reviewer"), disaster, flood).status_code == 403


def test_a_joined_disaster_counts_in_the_whole_and_is_still_seen_by_itself(
    officer, reporter, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)

    receipt = join(officer, disaster, flood)

    assert receipt.status_code == 201 and receipt.json["revision"] == 1
    found = rollup(reporter, disaster)
    assert (found["values"]["affected"], found["reported"], found["known"]["affected"]) == (
        42,
        2,
        2,
    )
    assert [(each["disaster_id"], each["values"], each["reported"]) for each in found["parts"]] == [
        (disaster["id"], {"affected": 30}, 1), (flood["id"], {"affected": 12}, 1),
    ]  # fmt: skip
    alone = rollup(reporter, flood)
    assert (alone["values"]["affected"], alone["parts"]) == (12, [])


def test_it_is_on_the_record_and_the_log_names_both(officer, disaster, flood):
    receipt = join(officer, disaster, flood).json
    events = officer.get(f"/api/v1/events?after={receipt['seq'] - 1}").json["events"]
    assert [each["name"] for each in events] == ["disaster.joined"]
    assert (events[0]["payload"]["whole_id"], events[0]["payload"]["part_id"]) == (
        disaster["id"], flood["id"],
    )  # fmt: skip

    shown = officer.get(f"/api/v1/disasters/{disaster['id']}/parts").json
    assert [(each["part_id"], each["reason"], each["to_at"]) for each in shown["parts"]] == [
        (flood["id"], "会商决定", None)
    ]
    assert officer.get(f"/api/v1/disasters/{flood['id']}/parts").json["whole_id"] == disaster["id"]


def test_the_same_join_sent_twice_is_one(officer, disaster, flood):
    membership_id = new_id()
    first = join(officer, disaster, flood, membership_id)
    again = join(officer, disaster, flood, membership_id)
    other = join(officer, disaster, flood, membership_id, reason="另有原因")

    assert (again.status_code, again.json) == (200, first.json)
    assert other.status_code == 409 and other.json["code"] == "body_differs"


def test_a_township_hit_by_both_is_added_and_counted_once(officer, reporter, disaster, flood):
    file(reporter, disaster, TOWNSHIP, affected=30, flooded_townships=1)
    file(reporter, flood, TOWNSHIP, affected=5, flooded_townships=1, deaths=0)

    done(join(officer, disaster, flood))

    found = rollup(reporter, disaster)
    assert found["values"] == {"affected": 35, "flooded_townships": 1, "deaths": 0}
    assert (found["reported"], found["known"]["affected"]) == (1, 1)
    township = rollup(reporter, disaster, TOWNSHIP)
    assert township["values"]["affected"] == 35


def test_what_neither_knows_stays_unknown_and_nought_stays_nought(
    officer, reporter, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=None)
    file(reporter, flood, TOWNSHIP, affected=None)
    file(reporter, flood, FAR_TOWNSHIP, affected=0)

    done(join(officer, disaster, flood))

    assert total(reporter, disaster) == 0
    assert total(reporter, disaster, COUNTY) is None
    assert rollup(reporter, disaster)["known"]["affected"] == 1


def test_separated_again_each_counts_for_itself(officer, reporter, disaster, flood):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)
    membership_id = done(join(officer, disaster, flood))

    answer = separate(officer, disaster, membership_id, reason="查明为两次过程")

    assert answer.status_code == 201, answer.json
    events = officer.get(f"/api/v1/events?after={answer.json['seq'] - 1}").json["events"]
    assert [each["name"] for each in events] == ["disaster.separated"]
    assert (total(reporter, disaster), total(reporter, flood)) == (30, 12)
    shown = officer.get(f"/api/v1/disasters/{disaster['id']}/parts").json["parts"][0]
    assert shown["end_reason"] == "查明为两次过程" and shown["to_at"]
    again = separate(officer, disaster, membership_id)
    assert (again.status_code, again.json["code"]) == (409, "illegal_transition")
    done(join(officer, disaster, flood))


def test_a_table_asked_as_known_before_shows_what_it_showed(officer, reporter, disaster, flood):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)
    before = now()
    membership_id = done(join(officer, disaster, flood))
    while_joined = now()
    separate(officer, disaster, membership_id)
    after = now()

    for at, figure in ((before, 30), (while_joined, 42), (after, 30)):
        assert total(reporter, disaster, known_at=at) == figure
    assert rollup(reporter, disaster, known_at=before)["parts"] == []


def test_a_real_time_figure_takes_the_latest_of_each_disaster(officer, reporter, disaster, flood):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, TOWNSHIP, affected=5)
    done(join(officer, disaster, flood))

    hours_before = "2013-10-05T00:00:00Z"
    assert total(reporter, disaster, at=hours_before) is None
    assert total(reporter, disaster, at=MORNING.isoformat()) == 35


def test_parts_of_parts_count_in_the_whole(officer, reporter, disaster, flood):
    hail = opened(officer, name="冰雹", kind="hail_wind")
    for each, figure in ((disaster, 1), (flood, 20), (hail, 300)):
        file(reporter, each, TOWNSHIP, affected=figure)

    done(join(officer, flood, hail))
    done(join(officer, disaster, flood))

    assert (total(reporter, disaster), total(reporter, flood), total(reporter, hail)) == (
        321, 320, 300,
    )  # fmt: skip


def test_no_disaster_is_in_two_wholes_and_none_in_itself(officer, disaster, flood):
    hail = opened(officer, name="冰雹", kind="hail_wind")
    done(join(officer, disaster, flood))
    done(join(officer, hail, disaster))

    for whole, part, said in (
        (hail, flood, "已汇拢到"), (flood, hail, "不能互相汇拢"), (flood, disaster, "已汇拢到"),
    ):  # fmt: skip
        answer = join(officer, whole, part)
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
        assert said in answer.json["detail"]
    alone = join(officer, disaster, disaster)
    assert (alone.status_code, alone.json["errors"][0]["code"]) == (422, "itself")


def test_two_at_once_cannot_make_a_ring(officer, disaster, flood):
    ring = [disaster, flood, *(opened(officer, name=f"过程{n}") for n in range(4))]
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    answers = []

    in_threads(
        len(pairs), lambda n: answers.append(join(officer, *pairs[n % len(pairs)]).status_code)
    )

    assert sorted(answers) == [201] * (len(pairs) - 1) + [409]


def test_real_and_drill_and_two_drills_never_mix(officer, person, disaster, drill):
    exercise = {"id": drill}
    for whole, part in ((disaster, exercise), (exercise, disaster)):
        answer = join(officer, whole, part)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "drill")


@pytest.fixture
def drill(person):
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {
        "name": "演练大水", "kind": "flood", "drill_id": drill_id,
        "started_at": MORNING.isoformat(), "division_date": "2013-10-06",
    }  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    return disaster_id


def test_another_form_is_refused_and_named(officer, disaster):
    old = opened(officer, form_version="2016")

    answer = join(officer, disaster, old)

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "form_version")
    assert "2016" in answer.json["errors"][0]["message"]


def test_a_part_lies_within_the_area_of_its_whole(officer, disaster):
    county = opened(officer, area_code=COUNTY)

    answer = join(officer, county, disaster)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "area")
    assert join(officer, disaster, county).status_code == 201


@pytest.mark.parametrize("state", ["finalised", "closed"])
def test_what_is_verified_or_closed_joins_nothing_and_lets_nothing_go(
    officer, disaster, flood, state
):
    hail = opened(officer, name="冰雹", kind="hail_wind")
    membership_id = done(join(officer, disaster, flood))
    with db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = state

    for answer in (
        join(officer, disaster, hail), join(officer, hail, disaster), join(officer, flood, hail),
        separate(officer, disaster, membership_id),
    ):  # fmt: skip
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
        assert "试验台风" in answer.json["detail"]


def test_what_was_joined_keeps_its_form_its_divisions_and_its_area(officer, disaster, flood):
    done(join(officer, disaster, flood))

    for changes in ({"form_version": "2016"}, {"area_code": COUNTY}):
        answer = step(officer, flood | changes, "active")
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert step(officer, flood | {"name": "改名"}, "active").status_code == 200


def test_bad_input_is_refused_with_the_field(officer, disaster, flood):
    for changes, code in (
        ({"reason": " "}, "missing"), ({"part_id": "x"}, "uuid_parsing"),
        ({"reason": "长" * 401}, "string_too_long"), ({"more": 1}, "extra_forbidden"),
    ):  # fmt: skip
        answer = join(officer, disaster, flood, **changes)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code), changes
    nobody = {"id": new_id()}
    assert join(officer, nobody, flood).status_code == 404
    assert join(officer, disaster, nobody).status_code == 404
    assert separate(officer, disaster, new_id()).status_code == 404
    membership_id = done(join(officer, disaster, flood))
    assert separate(officer, flood, membership_id).status_code == 404
    assert separate(officer, disaster, membership_id, reason="").status_code == 422


def test_the_table_guards_itself(app, officer, disaster, flood):
    """One standing membership a part, whoever writes."""
    from sqlalchemy.exc import IntegrityError

    done(join(officer, disaster, flood))
    row = {
        "part_id": UUID(flood["id"]), "from_at": MORNING, "to_at": None, "reason": "x",
        "actor_id": officer.user_id,
    }  # fmt: skip
    for whole in (disaster, flood):
        with pytest.raises(IntegrityError), db.transaction() as session:
            session.add(DisasterPart(id=UUID(new_id()), whole_id=UUID(whole["id"]), **row))


def test_a_report_filed_later_into_a_part_is_in_the_whole_at_once(
    officer, reporter, disaster, flood
):
    done(join(officer, disaster, flood))
    for number in range(1, 4):
        file(reporter, flood, NEIGHBOUR if number % 2 else TOWNSHIP, affected=number)
        assert total(reporter, disaster) == sum(
            each["values"]["affected"] for each in rollup(reporter, disaster)["children"]
            if each["values"]
        ) == {1: 1, 2: 3, 3: 5}[number]  # fmt: skip


def test_who_holds_a_county_sees_its_own_totals_of_the_whole(
    person, officer, reporter, disaster, flood
):
    file(reporter, flood, NEIGHBOUR, affected=12)
    file(reporter, flood, FAR_TOWNSHIP, affected=99)
    done(join(officer, disaster, flood))
    county = person(f"county_reviewer@{COUNTY}")

    assert total(county, disaster, COUNTY) == 12
    assert county.get(f"/api/v1/rollup?disaster={disaster['id']}&area={CITY}").status_code == 404
