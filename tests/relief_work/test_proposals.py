"""What is proposed comes from who knows it, counts nothing twice, and is kept as it was seen."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from random import Random

import pytest
from sqlalchemy import select, text

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Movement
from stockpile.queries import checks
from stockpile.queries.register import LEDGER
from tests.conftest import KINDS, new_id
from tests.factories import families
from tests.factories import stock as made
from tests.factories.city import (
    CITY,
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
)
from tests.factories.shelters import open_shelter
from tests.relief_work.test_filing import errors, shown
from tests.upgrading import migrated_from

FIELDS = {"tent_12": "goods_tents", "tent_36": "goods_tents", "quilt": "goods_quilts",
          "water": "goods_water", "raincoat": None}  # fmt: skip


def delivered():
    """Return item → what the ledger itself says was unloaded."""
    found = Counter()
    with act_as(SYSTEM), db.reading() as session:
        rows = session.execute(
            select(Movement.item_code, Movement.quantity)
            .where(Movement.kind.in_(["delivery", "surplus"]))
            .execution_options(**LEDGER)
        )
        for code, quantity in rows:
            found[code] += quantity
    return found


def respond(person, disaster, level, *, area=CITY, ladder="relief", hours=0):
    body = {"area_code": area, "ladder": ladder, "level": level,
            "from_at": f"2013-10-06T{hours:02d}:30:00Z"}  # fmt: skip
    path = f"/api/v1/disasters/{disaster['id']}/responses/{new_id()}"
    assert person("duty_officer").put(path, body).status_code == 201


def test_goods_are_proposed_by_what_was_received_with_their_source_and_time(
    officer, goods, proposed
):
    goods(40)
    goods(5, item="tent_36", area=NEIGHBOUR)
    found = proposed(officer)

    assert found["goods_tents"]["value"] == 45, "two sizes of tent are one figure"
    assert found["goods_tents"]["source"] == "stockpile" and found["goods_tents"]["as_of"]
    assert "goods_quilts" not in found, "nobody knows anything of quilts: that is not 0"


def test_what_is_on_the_road_damaged_or_missing_was_given_to_nobody(officer, goods, proposed):
    goods(30, receive=False)
    assert proposed(officer) == {}

    goods(20, received=12, damaged=3)
    assert proposed(officer)["goods_tents"]["value"] == 12


def test_what_arrives_beyond_what_was_sent_was_given_too(officer, goods, proposed):
    goods(20, received=23)

    assert proposed(officer)["goods_tents"]["value"] == 23


def test_goods_that_come_through_depots_count_once_at_their_last_place(
    officer, hands, goods, proposed
):
    giver = hands[0]
    city, county = made.depot(giver, name="市库", area_code=CITY), made.depot(giver)
    made.stock(giver, city, quantity=50)
    moved = made.move(giver, kind="transfer", source=city, to=county, item="tent_12", quantity=50)
    assert moved.status_code == 201, moved.json
    goods(10, place=county, area=COUNTY, depot=city)
    assert proposed(officer) == {}, "a depot is on the way, whoever asked for it"

    goods(60, depot=county)
    assert proposed(officer)["goods_tents"]["value"] == 60


def test_a_county_is_proposed_its_own_goods_and_no_neighbours(
    officer, neighbour, person, goods, proposed
):
    goods(10)
    goods(7, area=FAR_TOWNSHIP)

    assert proposed(officer)["goods_tents"]["value"] == 10
    assert proposed(neighbour, OTHER_COUNTY)["goods_tents"]["value"] == 7
    assert proposed(person("city_reviewer"), CITY)["goods_tents"]["value"] == 17


def test_the_counties_proposals_add_up_to_the_ledgers_own_deliveries(
    officer, neighbour, goods, proposed
):
    random = Random(20131006)
    for _each in range(14):
        quantity = random.randrange(1, 60)
        goods(
            quantity, item=random.choice(list(FIELDS)), receive=random.random() < 0.8,
            area=random.choice([TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP]),
            received=random.randrange(0, quantity + 2), damaged=0,
        )  # fmt: skip

    summed = Counter()
    for who, area in ((officer, COUNTY), (neighbour, OTHER_COUNTY)):
        summed.update({code: each["value"] for code, each in proposed(who, area).items()})
    wanted = Counter()
    for item, quantity in delivered().items():
        if FIELDS[item]:
            wanted[FIELDS[item]] += quantity
    assert sum(wanted.values()) > 0
    assert summed == wanted
    with act_as(SYSTEM), db.reading() as session:
        assert checks.issued_is_what_arrived(session) == []


def test_a_figure_that_is_not_the_ledgers_is_found_when_the_books_are_checked(goods):
    goods(10)
    with act_as(SYSTEM), db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE figure_proposal SET value = 11")

    with act_as(SYSTEM), db.reading() as session:
        (wrong,) = checks.issued_is_what_arrived(session)
    assert "11 is proposed, 10 arrived" in wrong


def test_people_settled_come_from_the_headcounts_of_the_county(person, officer, disaster, proposed):
    manager = person("shelter_manager")
    counts = (("临江村避灾点", TOWNSHIP, (30, 12)), ("望海避灾点", NEIGHBOUR, (8,)))
    for name, area, totals in counts:
        shelter = open_shelter(manager, disaster, name=name, area_code=area)
        for hour, total in enumerate(totals):
            body = {"disaster_id": disaster["id"], "total": total,
                    "as_of": f"2013-10-06T{hour:02d}:00:00Z"}  # fmt: skip
            path = f"/api/v1/shelters/{shelter}/headcounts/{new_id()}"
            assert manager.put(path, body).status_code == 201
    found = proposed(officer)

    assert found["settled_central"]["value"] == 20
    assert found["helped_shelter"]["value"] == 38
    assert found["helped_shelter"]["source"] == "shelters"


def test_the_response_is_the_countys_own_or_the_one_above(person, officer, disaster, proposed):
    respond(person, disaster, 3, hours=1)
    respond(person, disaster, 1, ladder="flood", hours=2)
    found = proposed(officer)
    assert (found["response_level"]["value"], found["response_level"]["source"]) == (3, "responses")
    assert found["response_since"]["value"].startswith("2013-10-06T01:30")

    respond(person, disaster, 2, area=COUNTY, hours=3)
    assert proposed(officer)["response_level"]["value"] == 2


def test_no_response_and_no_money_in_the_books_propose_nothing(officer, goods, proposed):
    goods(3)

    assert set(proposed(officer)) == {"goods_tents"}


def paid(person, disaster, yuan, *, area=TOWNSHIP, upto="paid"):
    """Take a case of a disaster through the window of its township up to a stage; return it."""
    clerk, handler, approver = (
        person(f"{role}@{area}") for role in ("window_clerk", "department_handler", "case_approver")
    )
    household, case_id, revision = new_id(), new_id(), 1
    family = families.household(area_code=area, members=[families.member(id_number="")])
    answer = clerk.put(f"/api/v1/households/{household}", family)
    assert answer.status_code == 201, answer.json
    body = {"household_id": household, "programme": "disaster_relief",
            "disaster_id": disaster["id"], "applied_at": "2013-10-08T02:30:00Z",
            "answers": {"relocated_people": 4, "papers": ["id_card", "household_register"]},
            }  # fmt: skip
    answer = clerk.put(f"/api/v1/cases/{case_id}", body)
    assert answer.status_code == 201, answer.json
    steps = {"verifying": handler, "visited": handler, "reviewed": handler, "on_notice": handler,
             "approved": approver, "paid": handler, "closed": handler}  # fmt: skip
    for stage, who in steps.items():
        step = {"state": stage} | ({"amount_yuan": yuan} if stage == "approved" else {})
        answer = who.put(f"/api/v1/cases/{case_id}/state", step, If_Match=str(revision))
        assert answer.status_code == 200, (stage, answer.json)
        revision = answer.json["revision"]
        if stage == upto:
            break
    return case_id


def test_money_spent_is_what_was_paid_to_the_cases_of_the_disaster(
    person, officer, neighbour, disaster, proposed
):
    paid(person, disaster, 15_000)
    paid(person, disaster, 7_149.99, upto="closed")
    paid(person, disaster, 90_000, upto="approved")
    paid(person, disaster, 3_000, area=FAR_TOWNSHIP)
    found = proposed(officer)["money_spent"]

    assert (found["value"], found["source"]) == (2.21, "cases"), "in 10,000 yuan, paid ones only"
    assert found["as_of"]
    assert proposed(neighbour, OTHER_COUNTY)["money_spent"]["value"] == 0.3
    assert proposed(person("city_reviewer"), CITY)["money_spent"]["value"] == 2.51


def test_the_upgrade_takes_when_a_case_was_paid_from_the_log(
    app, person, officer, disaster, proposed
):
    paid(person, disaster, 15_000)
    paid(person, disaster, 9_000, upto="approved")
    _run("UPDATE relief_case SET paid_at = NULL")
    assert proposed(officer) == {}

    _run(import_module("relief_ops.migrations.versions.0077_when_a_case_was_paid").PAID_BEFORE)
    assert proposed(officer)["money_spent"]["value"] == 1.5


def test_what_was_taken_changed_and_left_is_kept_with_the_form(officer, goods, file):
    goods(40)
    goods(9, item="quilt")
    goods(100, item="water")
    answer = file(
        officer, values={"goods_quilts": 12, "rescuers": 5}, taken={"goods_tents": 40},
        reasons={"goods_quilts": "另有村里自备3床"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.json
    goods(500)
    found = shown(officer, answer.json["id"])

    assert found["values"] == {"goods_tents": 40, "goods_quilts": 12, "rescuers": 5}
    assert found["choices"] == {
        "goods_tents": "taken", "goods_quilts": "changed", "goods_water": "left",
    }  # fmt: skip
    assert found["proposals"]["goods_tents"][0]["value"] == 40, "as it stood when it was filed"
    assert found["reasons"] == {"goods_quilts": "另有村里自备3床"}


def test_what_changed_since_it_was_seen_is_not_filed_unseen(officer, goods, file, proposed):
    goods(40)
    seen = proposed(officer)["goods_tents"]["value"]
    goods(2)
    late = file(officer, values={}, taken={"goods_tents": seen})

    assert errors(late) == {("taken.goods_tents", "changed_meanwhile")}
    again = file(officer, values={}, taken={"goods_tents": 42})
    assert again.status_code == 201


def test_a_response_is_taken_over_with_its_instant(person, officer, disaster, file, proposed):
    respond(person, disaster, 3, hours=1)
    found = proposed(officer)
    taken = {code: found[code]["value"] for code in ("response_level", "response_since")}
    answer = file(officer, values={}, taken=taken)

    assert answer.status_code == 201, answer.json
    kept = shown(officer, answer.json["id"])
    assert set(kept["choices"].values()) == {"taken"}
    assert kept["values"]["response_since"] == found["response_since"]["value"]


def test_figures_of_a_drill_and_of_another_disaster_stay_apart(
    person, officer, disaster, goods, proposed
):
    goods(40)
    other = disaster | {"id": new_id(), "name": "另一场"}
    body = {key: other[key] for key in ("name", "kind", "storm", "started_at", "division_date")}
    assert person("duty_officer").put(f"/api/v1/disasters/{other['id']}", body).status_code == 201
    answer = officer.get(f"/api/v1/relief-work/proposals?disaster={other['id']}&area={COUNTY}")

    assert answer.json["proposals"] == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_tenth_schema_gets_its_forms(kind, tmp_path):
    with migrated_from("0012", kind, tmp_path), act_as(SYSTEM), db.reading() as session:
        for table in ("form", "value", "proposal"):
            assert session.scalar(text(f"SELECT count(*) FROM relief_work_{table}")) == 0
        assert (
            session.scalar(text("SELECT made_of FROM indicator WHERE made_of <> ''"))
            == "cases/paid"
        )
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"


def test_the_upgrade_leaves_on_the_board_what_the_ledger_says(app, goods):
    goods(40)
    goods(7, item="quilt", area=FAR_TOWNSHIP, received=5)
    with act_as(SYSTEM), db.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("DELETE FROM figure_proposal")
        connection.exec_driver_sql(_backfill())

    with act_as(SYSTEM), db.reading() as session:
        assert checks.issued_is_what_arrived(session) == []


def _run(statement):
    with act_as(SYSTEM), db.transaction() as session:
        session.connection().execute(text(statement))


def _backfill():
    return import_module("relief_ops.migrations.versions.0013_relief_work").RECEIVED_BEFORE
