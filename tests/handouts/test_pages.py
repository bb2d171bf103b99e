"""The desk's pages: they work without JavaScript, mask names, and say what may still be given."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.factories import families
from tests.factories import handouts as made
from tests.factories.city import OTHER_COUNTY, TOWNSHIP
from tests.handouts.test_handing import events, listed


def post(caller, path, **fields):
    """Send a form as a phone without JavaScript does; the token excuses it from CSRF."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


@pytest.fixture
def here(disaster, desk):
    """Return the address of the desk's list, to be followed by more."""
    return f"?place={desk}&disaster={disaster['id']}&area={TOWNSHIP}"


def test_who_may_not_hand_out_sees_none_of_the_pages(person, disaster, here):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    for path in ("", "/new", "/export", "/print"):
        assert reporter.get(f"/stock/handouts{path}{here}").status_code == 403
        assert elsewhere.get(f"/stock/handouts{path}{here}").status_code == 404


def test_a_family_is_asked_for_shown_what_it_may_get_and_served(
    keeper, manager, disaster, desk, household, here
):
    first = keeper.get(f"/stock/handouts/new{here}").text
    form_id = re.search(r'name="id" value="([^"]+)"', first)[1]
    asked = {"id": form_id, "disaster_id": disaster["id"], "place": desk}
    second = post(
        keeper,
        f"/stock/handouts/new{here}",
        **asked,
        id_number=families.ID_WOMAN,
        name="",
        people="",
    )
    assert second.status_code == 200
    assert "施*" in second.text and "最多可发2床" in second.text and "施试验" not in second.text
    fields = {**asked, "id_number": families.ID_WOMAN, "people": "2", "signed": "paper"}
    done = post(keeper, f"/stock/handouts{here}", **fields, **{"quantity.quilt": "2"})

    assert done.status_code == 303
    page = keeper.get(done.location).text
    assert "纸质签字" in page and "棉被" in page and "施*" in page
    (row,) = listed(keeper, desk, disaster)
    assert (row["id"], row["household_id"]) == (form_id, household)
    again = post(keeper, f"/stock/handouts{here}", **fields, **{"quantity.quilt": "2"})
    assert again.status_code == 303 and len(listed(keeper, desk, disaster)) == 1


def test_what_is_refused_is_said_on_the_form_and_nothing_typed_is_lost(
    keeper, disaster, desk, household, here
):
    made.hand_out(keeper, disaster, desk, household_id=household, quantity=1)
    answer = post(
        keeper, f"/stock/handouts{here}",
        **{"id": made.new_id(), "disaster_id": disaster["id"], "place": desk, "people": "2",
           "id_number": families.ID_MAN, "quantity.quilt": "2", "signed": "not"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "已在东山县库领1床" in answer.text and 'value="2"' in answer.text
    missing = post(keeper, f"/stock/handouts/new{here}", disaster_id=disaster["id"], place=desk)
    assert missing.status_code == 422 and "人数" in missing.text


def test_the_list_is_searched_by_name_and_number_and_paged(keeper, disaster, desk, here):
    for name in ("何其多", "施试验"):
        made.hand_out(keeper, disaster, desk, name=name)
    found = post(keeper, f"/stock/handouts/search{here}", find="何其")

    assert "何*" in found.text and "施*" not in found.text and "何其多" not in found.text
    assert "施*" in post(keeper, f"/stock/handouts/search{here}", find="2").text
    assert keeper.get(f"/stock/handouts{here}&page=9&state=nonsense").status_code == 200


def test_the_printed_list_masks_names_unless_a_recorded_reader_asks(
    person, keeper, disaster, desk, here
):
    made.hand_out(
        keeper, disaster, desk, id_number=families.ID_MAN, name="何其多", people=2,
        signed="screen", drawing="M10 10L200 80",
    )  # fmt: skip
    paper = keeper.get(f"/stock/handouts/print{here}").text
    assert "何*" in paper and "330203********0017" in paper and "签字" in paper
    assert "何其多" not in paper and "M10 10" not in paper
    assert post(keeper, f"/stock/handouts/full{here}", purpose="payment").status_code == 403

    reader = person(f"depot_keeper@{TOWNSHIP}", f"means_officer@{TOWNSHIP}")
    registered = made.family(
        person(f"window_clerk@{TOWNSHIP}"),
        members=[families.member(name="王试验", id_number=families.ID_WOMAN)],
    )
    made.hand_out(keeper, disaster, desk, household_id=registered, quantity=1)
    assert "330281********0016" in keeper.get(f"/stock/handouts/print{here}").text
    assert post(reader, f"/stock/handouts/full{here}").status_code == 422
    full = post(reader, f"/stock/handouts/full{here}", purpose="verification")
    assert "何其多" in full.text and families.ID_MAN in full.text and "M10 10L200 80" in full.text
    assert "王试验" in full.text and families.ID_WOMAN in full.text
    (told,) = events("stock.handouts_read")
    assert (told["purpose"], told["rows"]) == ("verification", 2)
    book = post(reader, f"/stock/handouts/full{here}", purpose="verification", format="xlsx")
    assert book.data[:2] == b"PK" and len(events("stock.handouts_read")) == 2
    assert keeper.get(f"/stock/handouts/export{here}").data[:2] == b"PK"


def test_an_exception_is_settled_and_a_handout_taken_back_on_its_page(
    person, keeper, disaster, desk, household
):
    handout = made.new_id()
    for each in (made.new_id(), handout):
        made.hand_out(keeper, disaster, desk, id=each, household_id=household, offline=True)
    page = f"/stock/handouts/{handout}"
    assert "须由另一人处理" in keeper.get(page).text
    assert post(keeper, f"{page}/settlement", reason="x").status_code == 403
    second = person("depot_keeper")
    assert post(second, f"{page}/settlement", reason="").status_code == 422
    assert post(second, f"{page}/settlement", reason="已核实").status_code == 303
    assert "已核实处理" in keeper.get(page).text
    assert post(keeper, f"{page}/taking-back", reason="发错户").status_code == 303
    assert "发错户" in keeper.get(page).text


def test_a_number_is_completed_on_the_page(keeper, disaster, desk, household):
    handout = made.new_id()
    made.hand_out(keeper, disaster, desk, id=handout)
    page = f"/stock/handouts/{handout}"

    assert post(keeper, f"{page}/identity", id_number="1").status_code == 422
    assert post(keeper, f"{page}/identity", id_number=families.ID_MAN).status_code == 303
    assert keeper.get(f"/api/v1/handouts/{handout}").json["household_id"] == household


@pytest.mark.parametrize("wrong", [{"quantity": "5"}, {"disaster_id": "x", "people": ""}])
def test_a_form_of_another_shape_is_refused_and_never_a_fault(keeper, disaster, desk, here, wrong):
    fields = {"id": new_id(), "disaster_id": disaster["id"], "place": desk} | wrong

    assert post(keeper, f"/stock/handouts{here}", **fields).status_code in (400, 422)
