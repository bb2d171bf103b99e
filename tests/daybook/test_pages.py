"""The pages of the day book: what the forms enter, and what they say of a mistake."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY
from tests.factories.daybook import NIGHT, incident, incident_body, put_incident, volunteer

SECRET = "三楼何无尽测"


@pytest.fixture
def send(manager):
    """Return what posts a form, as a browser does."""
    headers = {"Authorization": f"Bearer {manager.token}"}

    def post(path, **fields):
        return manager.client.post(path, data=fields, headers=headers)

    return post


@pytest.fixture
def show(manager):
    """Return what fetches a page."""
    headers = {"Authorization": f"Bearer {manager.token}"}
    return lambda path: manager.client.get(path, headers=headers).text


@pytest.fixture
def fields(disaster):
    return {
        "id": new_id(), "disaster_id": disaster["id"], "kind": "fire", "severity": "serious",
        "syndrome": "", "happened_at": "2013-10-07T02:30", "people": "", "account": SECRET,
        "state": "open",
    }  # fmt: skip


def test_the_form_enters_an_incident_in_local_time(send, show, manager, shelter, fields):
    assert send(f"/shelters/{shelter}/incidents", **fields).status_code == 303

    (row,) = manager.get(f"/api/v1/shelters/{shelter}/incidents").json["incidents"]
    assert row["happened_at"].startswith("2013-10-06T18:30") and row["people"] is None
    text = show(f"/shelters/{shelter}/daybook")
    assert "火情" in text and 'class="state act"' in text and SECRET not in text


def test_a_form_with_a_mistake_keeps_what_was_typed(send, shelter, fields):
    answer = send(f"/shelters/{shelter}/incidents", **fields | {"kind": "infectious"})

    assert answer.status_code == 422
    assert 'href="#syndrome"' in answer.text and SECRET in answer.text
    assert re.search(r'<option value="infectious" selected', answer.text)
    assert re.search(r"<details [^>]*open>\s*<summary>登记事件", answer.text)


def test_a_step_from_the_book_goes_back_to_the_book(send, show, manager, shelter, disaster):
    incident_id = incident(manager, shelter, disaster, account=SECRET)
    path = f"/shelters/{shelter}/incidents/{incident_id}/state"
    handled = send(path, revision="1", state="handled", back="book")
    again = send(path, revision="1", state="closed")

    assert handled.status_code == 303 and "/daybook" in handled.location
    assert again.status_code == 412 and "已处置" in again.text
    assert send(path, revision="2", state="closed").status_code == 303
    assert send(path, revision="3", state="open").status_code == 409
    row = manager.get(f"/api/v1/shelters/{shelter}/incidents/{incident_id}").json
    assert (row["state"], row["people"], row["has_account"]) == ("closed", 40, True)


def test_a_correction_shows_what_it_was_before(send, show, manager, shelter, disaster, fields):
    incident_id = incident(manager, shelter, disaster, account=SECRET, happened_at=NIGHT)
    path = f"/shelters/{shelter}/incidents/{incident_id}"
    changed = fields | {"kind": "power", "people": "55", "account": "", "state": ""}
    stale = changed | {"revision": "7"}

    assert send(path, **changed | {"revision": "1"}).status_code == 303
    text = show(path)
    assert "40 → 55" in text and "一般 → 严重" in text and SECRET not in text
    refused = send(path, **stale)
    assert refused.status_code == 412 and 'name="revision" value="2"' in refused.text


def test_the_account_is_shown_once_somebody_asks_and_is_on_record(
    send, show, manager, shelter, disaster, person
):
    incident_id = incident(manager, shelter, disaster, account=SECRET)
    body = incident_body(disaster, account="后来查明")
    put_incident(manager, shelter, body, id=incident_id, If_Match="1")
    path = f"/shelters/{shelter}/incidents/{incident_id}"

    assert SECRET not in show(path) and "后来查明" not in show(path)
    assert events_named("shelter.incident_read") == []
    text = send(f"{path}/account").text
    assert SECRET in text and "后来查明" in text
    assert len(events_named("shelter.incident_read")) == 1
    auditor = person(f"auditor@{COUNTY}")
    headers = {"Authorization": f"Bearer {auditor.token}"}
    assert auditor.client.post(f"{path}/account", headers=headers).status_code == 403
    assert "incident-form" not in auditor.client.get(path, headers=headers).text


def test_the_form_registers_a_volunteer_and_corrects_without_showing_them(
    send, show, manager, shelter, disaster
):
    fields = {
        "id": new_id(), "disaster_id": disaster["id"], "revision": "", "name": "何愿试",
        "phone": "13900001234", "organisation": "红十字会", "skills[]": ["cooking", "driving"],
        "duty_from": "2013-10-07T08:00", "duty_to": "",
    }  # fmt: skip
    assert send(f"/shelters/{shelter}/volunteers", **fields).status_code == 303
    page = show(f"/shelters/{shelter}/daybook?volunteer={fields['id']}")
    assert "何＊＊" in page and "何愿试" not in page and "13900001234" not in page
    changed = fields | {"revision": "1", "name": "", "phone": "", "skills[]": ["cleaning"]}
    assert send(f"/shelters/{shelter}/volunteers", **changed).status_code == 303

    (row,) = manager.get(f"/api/v1/shelters/{shelter}/volunteers").json["volunteers"]
    assert (row["name"], row["skills"], row["revision"]) == ("何＊＊", ["cleaning"], 2)
    full = send(f"/shelters/{shelter}/volunteers/{fields['id']}/full").text
    assert "何愿试" in full and "tel:13900001234" in full
    assert len(events_named("shelter.volunteer_read")) == 1


def test_a_volunteer_signs_in_and_out_by_the_buttons(send, show, manager, shelter, disaster):
    volunteer_id, duty = volunteer(manager, shelter, disaster), new_id()
    path = f"/shelters/{shelter}/volunteers/{volunteer_id}/duties"
    came = send(path, id=duty, arrived_at="2013-10-07T08:00")
    early = send(f"{path}/{duty}/end", left_at="2013-10-07T07:00")
    twice = send(path, id=new_id())

    assert came.status_code == 303 and twice.status_code == 409
    assert early.status_code == 422 and f'href="#left_at-{volunteer_id}"' in early.text
    assert f'id="left_at-{volunteer_id}"' in early.text
    assert send(f"{path}/{duty}/end", left_at="2013-10-07T10:30").status_code == 303
    assert "2.5" in show(f"/shelters/{shelter}/daybook")


def test_an_empty_book_says_so_in_every_part(show, shelter):
    text = show(f"/shelters/{shelter}/daybook")

    for said in ("没有登记突发情况", "尚未登记志愿者", "尚未登记供餐"):
        assert said in text
