"""The page of the form: indicators and editions are added and changed without the API or code."""

from __future__ import annotations

import re

import pytest

from relief_ops import sheets
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import events
from tests.factories.browsers import TOKEN
from tests.factories.city import TOWNSHIP

PATH = "/reports/indicators"
NEW = {
    "code": "boats_lost", "group": "fishery", "name_zh": "损毁渔船", "name_en": "Boats lost",
    "unit_zh": "艘", "unit_en": "boats", "scale": "0", "nature": "cum", "roll_up": "sum",
    "position": "545", "help_zh": "沉没或报废的渔船。", "versions[]": ["2020"],
    "only_for[]": ["typhoon", "marine"],
}  # fmt: skip
EDITION = {
    "code": "2027", "era": "应急管理", "document": "统计调查制度（2027）",
    "valid_from": "2027-01-01", "copy_of": "2020",
}  # fmt: skip


@pytest.fixture
def admin(browse):
    return browse("system_admin")


def send(page, path=PATH, **fields):
    return page.post(path, data={"csrf": TOKEN.search(page.get(PATH).text)[1]} | fields)


def put_report(caller, disaster, **values):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r2",
        "as_of": MORNING.isoformat(), "values": values, "base": None,
    }  # fmt: skip
    return caller.put(f"/api/v1/reports/{new_id()}", body)


def listed(person):
    found = person("inspector").get("/api/v1/indicators").json["indicators"]
    return {each["code"]: each for each in found}


def test_whoever_reads_reports_reads_the_form_and_only_who_may_changes_it(browse, client, admin):
    assert client.get(PATH).status_code == 302
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    page = reporter.get(PATH).text

    assert "因灾死亡人口" in page and "以灾害为直接原因死亡的人员" in page
    assert 'name="name_zh"' not in page and "change=" not in page
    assert send(reporter, **NEW).status_code in (403, 404)
    assert 'name="name_zh"' in admin.get(PATH).text


def test_a_figure_is_added_and_filed_at_once(admin, person, disaster):
    answer, again = send(admin, **NEW), send(admin, **NEW)
    reporter = person(f"township_reporter@{TOWNSHIP}")
    filed = put_report(reporter, disaster, affected=3, boats_lost=2)

    assert (answer.status_code, again.status_code) == (303, 303), "sent twice it is one"
    assert "已保存：损毁渔船" in admin.get(answer.location).text
    assert filed.status_code == 201, filed.json
    kept = listed(person)["boats_lost"]
    assert (kept["only_for"], kept["not_for"], kept["revision"]) == (["typhoon", "marine"], [], 1)
    assert events("indicator.changed") == ["indicator.changed"]


def test_it_is_reworded_and_what_is_stale_is_refused(admin, person):
    send(admin, **NEW)
    form = admin.get(f"{PATH}?change=boats_lost").text
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]
    changed = NEW | {"name_zh": "损毁船只", "revision": revision}

    assert 'value="损毁渔船"' in form
    assert send(admin, **changed).status_code == 303
    assert listed(person)["boats_lost"]["name_zh"] == "损毁船只"
    stale = send(admin, **changed | {"name_zh": "船"})
    assert stale.status_code == 412 and "船" in stale.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "Boats"}, "code"), ({"code": ""}, "code"), ({"name_zh": ""}, "name_zh"),
        ({"code": "deaths"}, "code"), ({"scale": "5"}, "scale"), ({"position": "-1"}, "position"),
        ({"versions[]": ["1999"]}, "versions"), ({"nature": "level"}, ""),
        ({"not_for[]": ["drought"]}, ""), ({"only_for[]": ["war"]}, "only_for"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_what_was_typed(admin, wrong, field):
    refused = send(admin, **NEW | wrong)

    assert refused.status_code == 422, wrong
    assert not field or f'href="#{field}' in refused.text
    assert 'value="Boats lost"' in refused.text


def test_how_a_filed_figure_is_added_up_stays_and_the_page_says_why(admin, person, disaster):
    assert put_report(person(f"township_reporter@{TOWNSHIP}"), disaster, affected=3).json["seq"]
    kept = listed(person)["affected"]
    refused = send(
        admin, **NEW | {"code": "affected", "nature": "rt", "revision": str(kept["revision"])}
    )

    assert refused.status_code == 409 and "已有填报数字" in refused.text


def test_an_edition_is_added_with_its_form_of_relief_work(admin, person):
    answer = send(admin, f"{PATH}/editions", **EDITION)
    again = send(admin, f"{PATH}/editions", **EDITION | {"document": "另一个"})
    page = admin.get(f"{PATH}?edition=2027").text

    assert answer.status_code == 303 and again.status_code == 422
    assert "因灾死亡人口" in page and "统计调查制度（2027）" in page
    assert "已启动救灾应急响应级别" in admin.get(f"{PATH}?edition=work_2027").text
    for wrong in ({"code": "2027年"}, {"code": "far_too_long_a_code"}, {"copy_of": "1999"},
                  {"valid_to": "2026-01-01"}, {"document": ""}):  # fmt: skip
        refused = send(admin, f"{PATH}/editions", **EDITION | {"code": "2028"} | wrong)
        assert refused.status_code == 422, wrong


def test_a_disaster_may_be_reported_on_an_edition_that_was_added(admin, person, disaster):
    send(admin, f"{PATH}/editions", **EDITION)
    director = person("duty_leader")
    kept = director.get(f"/api/v1/disasters/{disaster['id']}").json
    assert kept["form_version"] == "2020"
    assert "2027" in admin.get(PATH).text


def test_the_list_is_searched_and_goes_out_as_a_workbook(admin):
    page = admin.get(f"{PATH}?q=crop_lost").text
    grid = sheets.read_grids(admin.get(f"{PATH}/export?q=crop_lost&edition=2020").data)[0]

    assert "农作物绝收面积" in page and 'data-key="deaths"' not in page
    assert any("农作物绝收面积" in str(cell) for row in grid.rows for cell in row)
    assert "没有" in admin.get(f"{PATH}?q=nothing_like_it").text


def test_the_form_says_what_each_figure_means_and_leads_to_the_book(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = reporter.get(f"/reports/new?disaster={disaster['id']}&area={TOWNSHIP}")

    assert form.status_code == 200
    assert 'href="/reports/indicators"' in form.text
    assert re.search(r'<label for="f-affected" title="[^"]{10,}"', form.text)
