"""The doors on the phone: one page for all, one's households to carry away, never a full name."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from shelters.evacuation.rules import NEXT, State
from tests.evacuation.test_lists import events_named
from tests.factories.city import NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import act, cadre, household, order
from tests.rosters.test_phone import embedded


def facts(caller, disaster, area=VILLAGE):
    return caller.get(f"/phone/doors/facts?disaster={disaster['id']}&area={area}")


@pytest.mark.parametrize("path", ["/phone/doors", "/phone/doors/facts"])
def test_a_stranger_is_sent_to_sign_in_and_who_takes_no_steps_is_refused(
    stranger, person, disaster, path
):
    assert stranger.get(path).status_code in (302, 401)
    assert stranger.get(path, Accept="application/json").status_code == 401
    assert person("auditor").get(path).status_code == 403


def test_households_are_carried_away_masked_with_where_they_stand(
    keeper, leader, officer, disaster
):
    row = household(keeper, people=4, over80=1)
    order_id = order(leader, disaster)
    act(keeper, order_id, [row], "refused")

    answer = facts(officer, disaster)

    [shown] = answer.json["households"]
    assert (shown["id"], shown["state"], shown["people"]) == (row, "refused", 4)
    assert (shown["refusals"], shown["groups"]) == (1, {"over80": 1})
    assert answer.json["order"]["id"] == order_id
    for personal in ("何试验", "13812345678"):
        assert personal not in answer.text


def test_who_answers_for_households_carries_those_away_and_a_neighbour_none(
    keeper, leader, person, disaster
):
    own = person(f"responsible_cadre@{VILLAGE}")
    user = UUID(own.get("/phone/facts").json["user"])
    with act_as(SYSTEM), db.reading() as session:
        login = session.scalar(select(User.login).where(User.id == user))
    mine = household(keeper, cadre_id=cadre(keeper, login=login))
    household(keeper)
    order(leader, disaster)

    carried = facts(own, disaster).json
    assert (carried["own"], [each["id"] for each in carried["households"]]) == (True, [mine])
    assert facts(own, disaster, NEIGHBOUR).status_code == 404
    assert facts(person(f"responsible_cadre@{NEIGHBOUR}"), disaster, VILLAGE).status_code == 404


def test_without_an_order_there_is_nothing_to_carry_away(officer, disaster):
    assert facts(officer, disaster).json == {
        "order": None, "households": [], "total": 0, "own": False,
    }  # fmt: skip


def test_the_app_opens_for_a_cadre_who_reports_nothing_and_for_nobody_else(person, disaster):
    own = person(f"responsible_cadre@{VILLAGE}")

    assert own.get("/phone").status_code == own.get("/phone/outbox").status_code == 200
    carried = own.get("/phone/facts").json
    assert (carried["area"], carried["areas"], carried["form"]) == (None, [], None)
    assert person("auditor").get("/phone").status_code == 403
    assert person(f"township_reviewer@{TOWNSHIP}").get("/phone/facts").status_code == 403


def test_the_page_carries_what_follows_what_and_the_words_in_both_languages(person):
    page = person(f"village_officer@{VILLAGE}").get("/phone/doors").text

    form, words = embedded(page, "data-evacuation"), embedded(page, "words")
    assert {before: set(after) for before, after in form["next"].items()} == {
        before.value: {each.value for each in after} for before, after in NEXT.items()
    }
    assert set(form["states"]) == set(State)
    texts = [text for name in ("states", "means", "groups") for text in form[name].values()]
    assert not [each for each in texts if each not in words]


def test_the_worker_keeps_the_page_and_its_scripts(client):
    worker = client.get("/sw.js").text
    pages = json.loads(re.search(r"^const PAGES = (.*);$", worker, re.M)[1])
    files = json.loads(re.search(r"^const FILES = (.*);$", worker, re.M)[1])

    assert pages["/phone/doors"] == "/phone"
    assert {"/static/js/evacuation/offline.js", "/static/js/evacuation/phone/door.js"} <= set(files)


def test_a_step_that_cannot_follow_is_answered_with_where_the_household_stood(
    keeper, leader, officer, disaster
):
    row = household(keeper)
    order_id = order(leader, disaster)
    act(keeper, order_id, [row], "at_shelter")

    refused = act(officer, order_id, [row], "ready")

    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert refused.json["stood"]["state"] == "at_shelter"
    assert refused.json["stood"]["since"]
    assert len(events_named("evacuation.stepped")) == 1
