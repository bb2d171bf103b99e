"""The worklist, the window, the household file and the case page, as plain forms."""

from __future__ import annotations

import re

import pytest

from tests.factories import families
from tests.factories.city import NEIGHBOUR, TOWNSHIP


@pytest.fixture
def clerk(person):
    return person(f"window_clerk@{TOWNSHIP}")


def post(caller, path, fields, **headers):
    sent = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    return caller.client.post(path, data=fields, headers=sent | headers)


def hidden(page, name):
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def filled(page, **answers):
    """Return what a browser would send of the empty window, with a head of household."""
    fields = {
        name: hidden(page, name)
        for name in ("id", "household_id", "applied_at", "household.members.0.id")
    }
    fields |= {
        "household.area_code": TOWNSHIP,
        "household.members.0.relation": "head",
        "household.members.0.name": "施试验",
        "household.members.0.id_number": families.ID_MAN,
        "household.members.1.id": hidden(page, "household.members.1.id"),
        "household.members.1.relation": "spouse",
        "household.members.1.name": "",
        "answers.papers[]": list(families.ANSWERS["papers"]),
    }
    return fields | {f"answers.{name}": value for name, value in answers.items()}


def test_strangers_are_sent_to_sign_in(stranger):
    assert stranger.get("/cases").status_code == 302
    assert stranger.get("/cases/intake").status_code == 302
    assert post(stranger, "/cases/intake", {}).status_code in {401, 403}


def test_a_reporter_has_no_window(person):
    assert person(f"township_reporter@{TOWNSHIP}").get("/cases/intake").status_code == 403


def test_an_empty_worklist_says_so(clerk):
    answer = clerk.get("/cases")

    assert answer.status_code == 200
    assert "这里没有个案" in answer.get_data(as_text=True)


def test_the_window_asks_each_thing_once_and_shows_all_eight(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)

    assert page.count('name="answers.annual_income_yuan"') == 1
    for title in ("最低生活保障", "特困人员供养", "受灾人员救助", "医疗救助", "教育救助",
                  "住房救助", "就业救助", "临时救助"):  # fmt: skip
        assert f"<strong>{title}</strong>" in page
    assert "style=" not in page


def test_the_verdicts_answer_the_form_as_it_stands(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)
    fields = filled(page, annual_income_yuan="46176", hardship="disaster", urgent="true")

    fragment = post(clerk, "/cases/intake/verdicts", fields, **{"HX-Request": "true"})
    whole = post(clerk, "/cases/intake/verdicts", fields)

    text = fragment.get_data(as_text=True)
    assert fragment.status_code == 200
    assert "<html" not in text
    assert "3,848" in text
    assert "<html" in whole.get_data(as_text=True)
    assert 'value="46176"' in whole.get_data(as_text=True)


def test_a_preview_keeps_nothing(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)
    fields = filled(page, annual_income_yuan="9000")
    post(clerk, "/cases/intake/verdicts", fields)

    assert clerk.get(f"/api/v1/households/{fields['household_id']}").status_code == 404


def test_the_window_opens_what_is_proposed_and_what_is_wished(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)
    fields = filled(page, annual_income_yuan="3000") | {
        "wish.medical_aid": "yes",
        "wish.living_allowance": "",
        "wish.housing_aid": "no",
    }

    answer = post(clerk, "/cases/intake", fields)

    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    opened = {each["programme"] for each in clerk.get("/api/v1/cases").json["cases"]}
    assert {"living_allowance", "medical_aid"} <= opened
    assert "housing_aid" not in opened
    again = post(clerk, "/cases/intake", fields)
    assert again.status_code == 303


def test_a_mistake_is_explained_beside_its_field_and_nothing_typed_is_lost(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)
    fields = filled(page, annual_income_yuan="many", vehicles="-1")
    fields["household.members.0.id_number"] = "330203194901010018"

    answer = post(clerk, "/cases/intake", fields)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="330203194901010018"' in text
    assert 'value="many"' in text
    assert "最后一位" in text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"household": "x"},
        {"household.area_code": "0"},
        {"answers": "x"},
        {"answers.papers[]": "id_card", "household.area_code": TOWNSHIP},
        {"known": "1"},
        {"wish": "x", "household.area_code": TOWNSHIP},
        {"household.members.0.name": "甲", "household.area_code": TOWNSHIP, "id": "x"},
    ],
)
def test_broken_forms_are_never_a_server_error(clerk, fields):
    assert post(clerk, "/cases/intake", fields).status_code < 500
    assert post(clerk, "/cases/intake/verdicts", fields).status_code < 500


@pytest.fixture
def opened(clerk):
    page = clerk.get("/cases/intake").get_data(as_text=True)
    fields = filled(page, annual_income_yuan="3000")
    assert post(clerk, "/cases/intake", fields).status_code == 303
    return clerk.get("/api/v1/cases?programme=living_allowance").json["cases"][0]


def test_the_household_file_shows_members_masked(clerk, opened):
    page = clerk.get(f"/cases/households/{opened['household_id']}").get_data(as_text=True)

    assert "施*" in page
    assert "施试验" not in page
    assert families.ID_MAN not in page


def test_a_known_household_is_not_asked_again(clerk, opened):
    address = f"/cases/intake?household={opened['household_id']}"
    page = clerk.get(address).get_data(as_text=True)
    assert "household.members.0.name" not in page
    fields = {name: hidden(page, name) for name in ("id", "household_id", "applied_at", "known")}

    fields |= {"answers.hardship": "fire", "wish.temporary_aid": "yes"}
    answer = post(clerk, address, fields)

    assert answer.status_code == 303
    found = clerk.get("/api/v1/cases?programme=temporary_aid").json["cases"]
    assert [each["household_id"] for each in found] == [opened["household_id"]]


def test_a_neighbour_sees_none_of_it(person, opened):
    neighbour = person(f"window_clerk@{NEIGHBOUR}")

    assert neighbour.get(f"/cases/{opened['id']}").status_code == 404
    assert neighbour.get(f"/cases/households/{opened['household_id']}").status_code == 404
    address = f"/cases/intake?household={opened['household_id']}"
    assert neighbour.get(address).status_code == 404


def test_the_case_page_offers_the_steps_a_person_may_take(person, clerk, opened):
    handler = person(f"department_handler@{TOWNSHIP}")
    page = handler.get(f"/cases/{opened['id']}").get_data(as_text=True)
    assert 'value="verifying"' in page
    assert 'value="approved"' not in page

    step = {"revision": "1", "state": "verifying"}
    answer = post(handler, f"/cases/{opened['id']}/state", step)

    assert answer.status_code == 303
    assert handler.get(f"/api/v1/cases/{opened['id']}").json["state"] == "verifying"
    stale = post(handler, f"/cases/{opened['id']}/state", {"revision": "1", "state": "visited"})
    assert stale.status_code == 412


def test_reading_in_full_from_the_file_needs_permission_and_is_recorded(person, clerk, opened):
    household = clerk.get(f"/api/v1/households/{opened['household_id']}").json
    address = f"/cases/persons/{household['members'][0]['id']}/full"
    approver = person(f"case_approver@{TOWNSHIP}")

    assert post(clerk, address, {"purpose": "contact"}).status_code == 403
    page = post(approver, address, {"purpose": "contact"}).get_data(as_text=True)

    assert "施试验" in page
    events = approver.get(f"/api/v1/events?after=0&area={TOWNSHIP}&limit=500").json["events"]
    assert [each["name"] for each in events].count("person.read") == 1


def test_the_worklist_filters(clerk, opened):
    shown = clerk.get("/cases?programme=living_allowance").get_data(as_text=True)
    other = clerk.get("/cases?programme=temporary_aid&state=paid").get_data(as_text=True)

    assert opened["id"] in shown
    assert opened["id"] not in other


def test_pages_speak_english_too(clerk, opened):
    clerk.client.set_cookie("lang", "en")

    for address in ("/cases", "/cases/intake", f"/cases/{opened['id']}",
                    f"/cases/households/{opened['household_id']}"):  # fmt: skip
        page = clerk.get(address).get_data(as_text=True)
        body = re.sub(r"<script.*?</script>|<option.*?</option>", "", page, flags=re.S)
        chinese = set(re.findall(r"[一-鿿]+", body)) - {"施", "临江镇", "中文", "海州"}
        assert not chinese, (address, chinese)
