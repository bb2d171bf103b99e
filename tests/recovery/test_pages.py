"""The pages of goods that come back: they work without JavaScript and say what is wrong."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.factories.city import OTHER_COUNTY


def post(caller, path, **fields):
    """Send a form as a browser without JavaScript does; the token excuses it from CSRF."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


@pytest.fixture
def asked(disaster):
    return f"?disaster={disaster['id']}"


def test_goods_are_brought_back_graded_and_scrapped_by_two_people(
    keeper, second, asked, disaster, place, lot, depot
):
    form = keeper.get(f"/stock/recovery/new{asked}&place={place}&lot={lot}").text
    chosen = re.search(r'value="([^"]+)" selected', form)[1]
    assert chosen == f"{place}:{lot}"
    fields = {"id": new_id(), "disaster_id": disaster["id"], "depot": depot, "what": chosen}
    done = post(keeper, f"/stock/recovery{asked}", quantity="12", **fields)
    assert done.status_code == 303
    one = done.location
    assert "待定级" in keeper.get(one).text

    graded = post(keeper, f"{one}/gradings", id=new_id(), good="10", scrap="2", reason="发霉")
    assert graded.status_code == 303
    assert "须另一人核准" in keeper.get(one).text
    judged = post(
        second, f"{one}/scrappings", id=new_id(), revision="2", agreed="true", reason="核实"
    )
    assert judged.status_code == 303
    assert "已办结" in keeper.get(one).text
    assert "已办结" in keeper.get(f"/stock/recovery{asked}").text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    keeper, asked, disaster, place, lot, depot
):
    what = f"{place}:{lot}"
    fields = {"id": new_id(), "disaster_id": disaster["id"], "depot": depot, "what": what}
    refused = post(keeper, f"/stock/recovery{asked}", quantity="999", **fields)

    assert refused.status_code == 409
    assert 'value="999"' in refused.text and "error-summary" in refused.text


def test_grading_too_much_is_said(keeper, collected):
    refused = post(keeper, f"/stock/recoveries/{collected}/gradings", id=new_id(), good="31")

    assert refused.status_code == 422 and "超过尚未定级的数量" in refused.text


def test_what_goes_to_the_wash_and_comes_back_is_said_on_the_page(keeper, collected):
    one = f"/stock/recoveries/{collected}"
    assert 'name="washed"' not in keeper.get(one).text
    said = {"id": new_id(), "good": "0", "wash": "30", "reason": "县洗涤厂"}
    assert post(keeper, f"{one}/gradings", **said).status_code == 303
    page = keeper.get(one).text
    assert "清洗中" in page and "县洗涤厂" in page and 'name="washed"' in page

    refused = post(keeper, f"{one}/gradings", id=new_id(), washed="31")
    assert refused.status_code == 422 and "清洗中的没有这么多" in refused.text
    assert post(keeper, f"{one}/gradings", id=new_id(), washed="30", good="30").status_code == 303
    assert "已办结" in keeper.get(one).text


def test_the_workbook_comes(keeper, asked, collected):
    answer = keeper.get(f"/stock/recovery/export{asked}")

    assert answer.status_code == 200 and answer.data[:2] == b"PK"


def test_nothing_of_it_is_seen_from_elsewhere(person, collected, asked):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    assert elsewhere.get(f"/stock/recoveries/{collected}").status_code == 404
    assert collected not in elsewhere.get(f"/stock/recovery{asked}").text
