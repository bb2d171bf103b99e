"""How often one may ask; and what was refused, once a day in the chain."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, accounts, act_as
from relief_ops.auth.models import Denial
from relief_ops.events.models import EventRow
from relief_ops.web.limits import Counter
from tests.factories.browsers import TOKEN


def test_the_eleventh_export_of_a_minute_waits(signed_in, monkeypatch):
    monkeypatch.setattr("relief_ops.web.limits.time.time", lambda: 1_000_020.0)
    me, other = signed_in("duty_officer"), signed_in("duty_officer")
    answers = [me.get("/log/export") for _number in range(11)]

    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert (
        answers[-1].headers["Retry-After"] == "61" or int(answers[-1].headers["Retry-After"]) <= 60
    )
    assert other.get("/log/export").status_code == 200


def test_the_answer_is_a_problem_document_in_the_callers_language(person, monkeypatch):
    monkeypatch.setattr("relief_ops.web.limits.LIMITS", (_one_only(),))
    me = person("duty_officer")
    me.get("/api/v1/areas")
    zh = me.get("/api/v1/areas", Accept_Language="zh")
    en = me.get("/api/v1/areas", Accept_Language="en")

    assert zh.status_code == en.status_code == 429
    assert zh.content_type == "application/problem+json" and zh.json["code"] == "rate_limited"
    assert "请等待" in zh.json["detail"] and "Please wait" in en.json["detail"]
    assert zh.json["retry_after"] == int(zh.headers["Retry-After"])


def _one_only():
    from relief_ops.web.limits import ANY, Limit

    return Limit(name="one", rule=re.compile("^/api/v1/areas$"), methods=ANY, a_minute=1)


def test_signing_in_is_counted_by_address(client, monkeypatch):
    monkeypatch.setattr("relief_ops.web.limits.time.time", lambda: 1_000_020.0)
    token = TOKEN.search(client.get("/sign-in").text)[1]
    for _number in range(30):
        client.post("/sign-in/nothing", data={"csrf": token})

    assert client.post("/sign-in/nothing", data={"csrf": token}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "10.1.2.3"}
    answer = client.post("/sign-in/nothing", data={"csrf": token}, environ_base=elsewhere)
    assert answer.status_code == 401


def test_without_the_broker_a_worker_counts_alone():
    counter = Counter("redis://127.0.0.1:1/0")

    assert [counter.count("export:me", 7) for _number in range(3)] == [1, 2, 3]
    assert counter.count("export:me", 8) == 1


@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/nothing-here"])
def test_what_was_refused_is_in_the_days_digest_once(person, path):
    person("duty_officer").get(path)
    person("duty_officer").get("/api/v1/users")
    today = clock.local_date(clock.now())
    with act_as(SYSTEM), db.transaction() as session:
        assert accounts.digest_denials(session, today)
    with act_as(SYSTEM), db.transaction() as session:
        assert not accounts.digest_denials(session, today)
        assert accounts.digest_denials(session, today - timedelta(days=1))
    with db.reading() as session:
        rows = session.scalars(select(Denial).order_by(Denial.id)).all()
        digests = session.scalars(
            select(EventRow).where(EventRow.name == "denial.digest").order_by(EventRow.seq)
        ).all()

    assert len(digests) == 2
    assert f'"count":{len(rows)}' in digests[0].payload and '"count":0' in digests[1].payload
    assert accounts.denials_hash(rows) in digests[0].payload
