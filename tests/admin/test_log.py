"""The operations log: who sees what of it, its filters, its file, its proof; jobs and figures."""

from __future__ import annotations

import csv
import io
import re

import uuid6
from sqlalchemy import select, update

from relief_ops import db, jobs
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.jobs import JobRow
from tests.conftest import new_id
from tests.factories.city import OTHER_COUNTY, TOWNSHIP


def _account(person, login, area=TOWNSHIP):
    body = {
        "login": login, "name": "=1+1", "grants": [{"role": "village_officer", "area_code": area}],
    }  # fmt: skip
    user_id = new_id()
    assert person("system_admin").put(f"/api/v1/users/{user_id}", body).status_code == 201
    return user_id


def test_a_stranger_is_led_to_sign_in(client):
    for path in ("/log", "/log/export", "/log/verification"):
        assert client.get(path).status_code == 302, path


def test_a_neighbour_does_not_see_it_and_the_area_does(person, signed_in):
    user_id = _account(person, "zhang")

    assert user_id in signed_in(f"duty_officer@{TOWNSHIP}").get("/log").text
    assert user_id not in signed_in(f"duty_officer@{OTHER_COUNTY}").get("/log").text


def test_it_is_filtered_by_event_area_person_and_day(person, signed_in):
    user_id = _account(person, "zhang")
    me = signed_in("duty_officer")

    assert user_id in me.get(f"/log?name=user.changed&area={TOWNSHIP}").text
    assert user_id not in me.get(f"/log?area={OTHER_COUNTY}").text
    assert user_id not in me.get("/log?name=token.issued").text
    assert user_id not in me.get("/log?actor=nobody").text
    assert user_id not in me.get("/log?until=2001-01-01").text
    assert user_id in me.get("/log?since=2001-01-01&before=999999").text
    assert me.get("/log?since=rubbish&before=-1&subject=x").status_code == 200


def test_only_the_auditor_sees_every_event_with_its_hash(person, signed_in):
    user_id = _account(person, "zhang", area=OTHER_COUNTY)
    with db.reading() as session:
        row = session.scalars(select(EventRow).where(EventRow.subject == uuid6.UUID(user_id))).one()

    assert row.hash in signed_in("auditor").get("/log").text
    assert row.hash not in signed_in("duty_officer").get("/log").text


def test_the_file_holds_no_formula_and_is_itself_on_the_log(person, signed_in):
    _account(person, "zhang")
    me = signed_in("auditor", login="=cmd")
    answer = me.get("/log/export")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.status_code == 200 and len(rows) > 3
    assert len(rows[0]) == 10 and all(len(row) == 10 for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert "log.exported" in me.get("/log?name=log.exported").text


def test_verifying_says_the_chain_is_whole_and_others_may_not(person, signed_in):
    _account(person, "zhang")

    assert "哈希链完整" in signed_in("auditor").get("/log/verification").text
    assert signed_in("duty_officer").get("/log/verification").status_code == 403


def test_verifying_finds_a_row_that_was_altered(person, signed_in, database):
    _account(person, "zhang")
    with db.transaction() as session:
        if db.is_sqlite():
            session.execute(db.text("DROP TRIGGER event_no_update"))
        else:
            session.execute(db.text("ALTER TABLE event DISABLE TRIGGER event_append_only"))
        session.execute(update(EventRow).where(EventRow.seq == 2).values(payload="{}"))

    assert "event 2: was altered" in signed_in("auditor").get("/log/verification").text


def test_a_job_is_listed_and_cancelled_on_the_record(signed_in):
    admin, job_id = signed_in("system_admin"), uuid6.uuid7()
    with act_as(SYSTEM), db.transaction() as session:
        jobs.create(session, job_id, kind="sheet.import", arguments={}, actor_id=admin.user_id)

    assert "sheet.import" in admin.get("/admin/jobs?state=waiting").text
    assert admin.post(f"/admin/jobs/{job_id}/cancellation").status_code == 303
    with db.reading() as session:
        assert session.get_one(JobRow, job_id).state == "cancelled"
    assert "job.cancelled" in admin.get("/log?name=job.cancelled").text
    assert admin.post(f"/admin/jobs/{new_id()}/cancellation").status_code == 404
    assert signed_in("duty_officer").post(f"/admin/jobs/{job_id}/cancellation").status_code == 403


def test_policy_numbers_show_source_and_doubt_and_are_corrected(signed_in):
    admin = signed_in("system_admin")
    page = admin.get("/admin/parameters").text
    parameter_id = re.search(r"/admin/parameters/([0-9a-f-]{36})", page)[1]
    form = admin.get(f"/admin/parameters/{parameter_id}").text
    fields = dict(re.findall(r'<input id="\w+" name="(\w+)"[^>]*? value="([^"]*)"', form))
    sent = fields | {"note": "按原件更正", "revision": "1"}

    assert "待核" in page
    assert "living_allowance.standard" in page
    assert admin.post(f"/admin/parameters/{parameter_id}", **sent).status_code == 303
    assert "按原件更正" in admin.get("/admin/parameters?q=按原件更正").text
    again = admin.post(f"/admin/parameters/{parameter_id}", **(sent | {"note": "迟到"}))
    assert again.status_code == 412
    wrong = admin.post(
        f"/admin/parameters/{parameter_id}", **(sent | {"value": "x", "revision": "2"})
    )
    assert wrong.status_code == 422
    assert "living_allowance.standard" not in admin.get("/admin/parameters?q=nothing-such").text
