"""The holiday table: seeded, corrected by people with their document, used to count days."""

from __future__ import annotations

import json
from datetime import date

import chinese_calendar
import pytest
from sqlalchemy import delete, select

from relief_ops import calendar, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.calendar.models import CalendarDay, CalendarYear
from relief_ops.cases import queries as cases
from relief_ops.cases.rules.states import State
from relief_ops.events.models import EventRow
from relief_ops.geo import tree
from tests.admin.conftest import signed_in  # noqa: F401
from tests.factories.city import CITY, COUNTY

NATIONAL_DAY = date(2026, 10, 1)
NOTICE = "国办发明电〔2026〕9号"


@pytest.fixture
def admin(signed_in):  # noqa: F811
    return signed_in("system_admin")


def known() -> calendar.Calendar:
    with db.reading() as session:
        return calendar.current(session)


def put(admin, day="2027-10-01", *, revision="", **fields):
    given = {"day": day, "worked": "false", "title": "国庆节", "source": NOTICE} | fields
    if revision:
        given["revision"] = revision
    return admin.post("/admin/holidays/days", **given)


def events(name: str) -> list[dict]:
    with db.reading() as session:
        rows = session.scalars(
            select(EventRow.payload).where(EventRow.name == name).order_by(EventRow.seq)
        )
        return [json.loads(each) for each in rows]


def test_the_seeded_calendar_is_the_published_one(app):
    table = known()
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert table.is_workday(day) == chinese_calendar.is_workday(day), day
        day = date.fromordinal(day.toordinal() + 1)
    assert table.years == frozenset(range(2004, 2027))
    assert not table.is_known(2027)
    [seeded] = events("calendar.seeded")
    assert seeded["years"] == 23


def test_seeding_again_touches_nothing_anybody_entered(app, session):
    row = session.get_one(CalendarDay, NATIONAL_DAY)
    row.withdrawn, row.revision = True, 2
    session.flush()

    assert calendar.seed(session) == 0
    assert session.get_one(CalendarDay, NATIONAL_DAY).withdrawn


def test_a_year_that_is_missing_is_seeded(app, session):
    session.execute(delete(CalendarDay).where(CalendarDay.day >= date(2026, 1, 1)))
    session.execute(delete(CalendarYear).where(CalendarYear.year == 2026))

    assert calendar.seed(session) == 1
    assert not calendar.current(session).is_workday(NATIONAL_DAY)


def test_a_new_year_is_entered_day_by_day_and_then_said_to_be_known(admin):
    page = admin.get("/admin/holidays?year=2027").text
    assert "尚未掌握" in page

    assert put(admin).status_code == 303
    assert put(admin, "2027-10-09", worked="true").status_code == 303
    assert not known().is_known(2027), "two days are not yet a notice"
    said = admin.post("/admin/holidays/years/2027", complete="true", source=NOTICE, revision="1")
    assert said.status_code == 303, said.text

    table = known()
    assert table.is_known(2027)
    assert not table.is_workday(date(2027, 10, 1)) and table.is_workday(date(2027, 10, 9))
    page = admin.get("/admin/holidays?year=2027").text
    assert NOTICE in page and "2027-10-09" in page and "按周一至周五" not in page
    assert [each["day"] for each in events("calendar.day_changed")] == ["2027-10-01", "2027-10-09"]
    assert events("calendar.year_changed") == [{"year": 2027, "complete": True, "revision": 2}]


def test_a_day_is_corrected_and_withdrawn_but_never_lost(admin):
    put(admin)
    assert 'name="revision" value="1"' in admin.get("/admin/holidays?year=2027&day=2027-10-01").text

    assert put(admin, worked="true", revision="1").status_code == 303
    assert put(admin, revision="2", withdrawn="true").status_code == 303

    assert known().is_workday(date(2027, 10, 1)), "a Friday, as its weekday says"
    assert "已撤回" in admin.get("/admin/holidays?year=2027").text
    states = [(e["worked"], e["withdrawn"]) for e in events("calendar.day_changed")]
    assert states == [(False, False), (True, False), (False, True)]


def test_two_people_who_correct_one_day_do_not_overwrite_each_other(admin, signed_in):  # noqa: F811
    put(admin)
    put(admin, worked="true", revision="1")

    late = put(signed_in("system_admin"), title="别的", revision="1")

    assert late.status_code == 412
    assert known().is_workday(date(2027, 10, 1))


def test_sending_the_form_twice_enters_the_day_once(admin):
    assert put(admin).status_code == 303
    assert put(admin).status_code == 303

    assert len(events("calendar.day_changed")) == 1


@pytest.mark.parametrize(
    "wrong", [{"source": ""}, {"title": ""}, {"day": "2027-02-30"}, {"withdrawn": "true"}]
)
def test_a_day_without_its_document_or_that_is_none_is_refused(admin, wrong):
    answer = put(admin, **wrong)

    assert answer.status_code == 422
    assert events("calendar.day_changed") == []


def test_only_who_may_changes_the_calendar_and_only_for_the_whole_site(signed_in):  # noqa: F811
    assert put(signed_in("duty_officer")).status_code == 403
    assert put(signed_in(f"system_admin@{COUNTY}")).status_code == 404
    assert "国庆节" in signed_in("duty_officer").get("/admin/holidays?year=2026").text


def test_a_clock_in_working_days_follows_the_table_and_names_the_year_it_does_not_know(admin):
    before = due(date(2027, 9, 29))
    put(admin)
    after = due(date(2027, 9, 29))

    assert before.workdays and after.on > before.on
    assert before.unknown == after.unknown == (2027,)
    assert due(date(2026, 3, 2)).unknown == ()


def due(on: date):
    with act_as(SYSTEM), db.reading() as session:
        area_id = tree(session).by_code(CITY).id
        found = cases.due(session, State.ACCEPTED, "living_allowance", on=on, area_id=area_id)
    assert found is not None
    return found


def test_the_page_speaks_english_too(admin):
    admin.client.set_cookie("lang", "en")

    page = admin.get("/admin/holidays?year=2026").text

    assert "National Day" in page and "working day (made up)" in page
