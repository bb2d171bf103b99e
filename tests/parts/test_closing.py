"""A level is verified after every area below it, over all parts; what is signed stays."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from damage_reports import queries
from damage_reports.models import Summary
from damage_reports.rules import Basis
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.factories.figures import file_final
from tests.parts.acts import done, file, join, separate, split, step


@pytest.fixture
def preparer(person):
    return person("county_reviewer")


@pytest.fixture
def head(person):
    """Return who signs for every area, and files for its townships."""
    return person("unit_head", "township_reporter")


def final_round(officer, disaster, code="final", kind="final"):
    body = {
        "disaster_id": disaster["id"], "code": code, "kind": kind, "as_of": MORNING.isoformat(),
    }  # fmt: skip
    assert officer.put(f"/api/v1/rounds/{new_id()}", body).status_code == 201


def prepare(caller, disaster, area, base=None, code="final"):
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": code, "basis": "reported",
        "base": base,
    }  # fmt: skip
    return caller.put(f"/api/v1/summaries/{new_id()}", body)


def sent(preparer, head, disaster, area, base=None):
    answer = prepare(preparer, disaster, area, base)
    assert answer.status_code in (200, 201), answer.json
    path = f"/api/v1/summaries/{answer.json['id']}/signatures/{new_id()}"
    assert head.put(path, {"role": "unit_head"}).status_code == 201
    return answer.json["id"]


def send_county(preparer, head, disaster, county):
    children = preparer.get(f"/api/v1/areas?parent={county}").json["areas"]
    for each in children:
        if not each["pseudo"]:
            file_final(head, disaster, each["code"])
            sent(preparer, head, disaster, each["code"])
    return sent(preparer, head, disaster, county)


def test_closing_early_is_refused_with_the_missing_counties_named(
    officer, preparer, head, disaster
):
    final_round(officer, disaster)
    step(officer, disaster, "stable", "verifying")

    for counties, missing in (((), "东山县、西湾县"), ((COUNTY,), "西湾县")):
        for county in counties:
            send_county(preparer, head, disaster, county)
        for answer in (prepare(preparer, disaster, CITY), step(officer, disaster, "finalised")):
            assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
            assert answer.json["detail"].endswith(f"{missing}。")
    send_county(preparer, head, disaster, OTHER_COUNTY)

    assert prepare(preparer, disaster, CITY).status_code == 201
    assert step(officer, disaster, "finalised", "closed").status_code == 200


def test_it_is_said_in_the_readers_language(person, officer, disaster):
    step(officer, disaster, "stable", "verifying")
    address = f"/api/v1/disasters/{disaster['id']}"
    revision = str(officer.get(address).json["revision"])
    body = {key: value for key, value in disaster.items() if key != "id"} | {"state": "finalised"}

    said = officer.put(address, body, If_Match=revision, Accept_Language="en").json["detail"]

    assert said.startswith("The final table waits for every area below.")


def test_without_a_final_round_nobody_below_is_verified(officer, disaster):
    answer = step(officer, disaster, "stable", "verifying", "finalised")

    assert answer.status_code == 409 and "东山县、西湾县" in answer.json["detail"]


def test_what_joined_since_a_county_sent_its_table_is_verified_anew(
    officer, reporter, preparer, head, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)
    final_round(officer, disaster)
    tables = {each: send_county(preparer, head, disaster, each) for each in (COUNTY, OTHER_COUNTY)}
    before = _shown(preparer, tables[COUNTY])

    membership_id = done(join(officer, disaster, flood))

    early = prepare(preparer, disaster, CITY)
    assert early.status_code == 409
    assert early.json["detail"].endswith("东山县。"), "nothing joined in the other county"
    after = _shown(preparer, tables[COUNTY])
    assert (after["content"], after["sha256"]) == (before["content"], before["sha256"])
    assert {(each["area_code"], each["change"]) for each in after["deltas"]} == {
        (COUNTY, 12), (NEIGHBOUR, 12),
    }  # fmt: skip
    separate(officer, disaster, membership_id)
    assert prepare(preparer, disaster, CITY).status_code == 201


def test_the_city_waits_for_the_counties_of_all_parts_and_a_part_closes_with_its_whole(
    officer, reporter, preparer, head, disaster, flood
):
    file(reporter, flood, NEIGHBOUR, affected=12)
    done(join(officer, disaster, flood))
    final_round(officer, disaster)
    for each in (disaster, flood):
        step(officer, each, "stable", "verifying")
    send_county(preparer, head, disaster, OTHER_COUNTY)

    for each in (disaster, flood):
        answer = step(officer, each, "finalised")
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
        assert answer.json["detail"].endswith("东山县。")
    send_county(preparer, head, disaster, COUNTY)
    for each in (flood, disaster):
        assert step(officer, each, "finalised").status_code == 200


def test_a_county_that_was_split_off_is_not_waited_for(
    officer, reporter, preparer, head, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=30)
    final_round(officer, disaster)
    done(split(officer, disaster, flood, COUNTY))
    send_county(preparer, head, disaster, OTHER_COUNTY)

    assert prepare(preparer, disaster, CITY).status_code == 201


def test_signed_tables_come_back_byte_for_byte_whatever_joins_and_leaves(
    officer, reporter, preparer, head, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)
    for each in (disaster, flood):
        final_round(officer, each, "r9", "update")
    tables = [_table(preparer, disaster), _table(preparer, flood)]
    membership_id = done(join(officer, disaster, flood))
    tables.append(_table(preparer, disaster, base=tables[0]))
    done(split(officer, disaster, flood, TOWNSHIP))
    separate(officer, disaster, membership_id)
    tables.append(_table(preparer, disaster, base=tables[2]))

    with act_as(SYSTEM), db.reading() as session:
        for table_id in tables:
            row = session.scalar(select(Summary).where(Summary.id == UUID(table_id)))
            found = disasters.disaster(session, row.disaster_id)
            tree = disasters.division_tree(session, found)
            then = queries.lines_of(
                session, found, tree, tree.node(row.area_id), basis=Basis(row.basis),
                at=row.known_at, known_at=row.known_at,
            )  # fmt: skip
            assert queries.written(then) == row.content
            signed = queries.signed(session, row, tree)
            now = queries.lines_of(
                session, found, tree, tree.node(row.area_id), basis=Basis(row.basis),
                at=row.known_at,
            )  # fmt: skip
            changed = {
                (each.area, each.indicator): each.change
                for each in queries.deltas_of(session, signed, found, tree)
            }
            for line, current in zip(signed.lines, now, strict=True):
                for code in {*line.values, *current.values}:
                    was = line.values.get(code, 0) + changed.get((line.area, code), 0)
                    assert was == current.values.get(code, 0)


def _table(preparer, disaster, base=None):
    answer = prepare(preparer, disaster, COUNTY, base, code="r9")
    assert answer.status_code in (200, 201), answer.json
    return answer.json["id"]


def _shown(caller, summary_id):
    return caller.get(f"/api/v1/summaries/{summary_id}").json


def test_a_year_counts_a_part_in_its_whole_and_no_table_from_before(
    officer, reporter, preparer, head, disaster, flood
):
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, TOWNSHIP, affected=12)
    tables = {}
    for each, affected in ((disaster, 30), (flood, 12)):
        final_round(officer, each)
        file_final(reporter, each, TOWNSHIP, affected=affected)
        tables[each["id"]] = sent(preparer, head, each, TOWNSHIP)

    def year():
        path = f"/api/v1/annual?disaster={disaster['id']}&area={TOWNSHIP}&year=2013"
        return preparer.get(path).json

    assert year()["values"]["affected"] == 42
    done(join(officer, disaster, flood))
    found = {each["id"]: each for each in year()["disasters"]}
    assert year()["values"] == {}
    assert found[flood["id"]]["counted_in"] == disaster["id"]
    assert found[disaster["id"]]["outdated"] is True
    sent(preparer, head, disaster, TOWNSHIP, base=tables[disaster["id"]])
    assert year()["values"]["affected"] == 42
