"""The pages of sources: the queue, one figure's story, entering figures, setting rules."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from tests.conftest import new_id
from tests.damage_reports.sources import affected, choose, gaps, said, settle
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import file
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def conflict(person, disaster):
    """Let two townships be told of differently by the water bureau."""
    reporter, bureau = person("township_reporter"), person("bureau_liaison")
    for area, reported, water in ((TOWNSHIP, 300, 500), (FAR_TOWNSHIP, 100, 900)):
        file(reporter, disaster, area, affected=reported)
        said(bureau, disaster, "water", water, area_code=area)


def at(path, disaster, **more):
    asked = "&".join(f"{key}={value}" for key, value in more.items())
    return f"/reports/sources{path}?disaster={disaster['id']}&{asked}"


def order_of_areas(page) -> list[str]:
    return re.findall(r'data-key="(\d{12})-affected"', page.text)


def test_the_queue_is_filtered_sorted_and_leads_to_the_figure(conflict, browse, disaster):
    page = browse("city_reviewer")

    assert order_of_areas(page.get(at("", disaster))) == [FAR_TOWNSHIP, TOWNSHIP]
    by_area = page.get(at("", disaster, sort="area"))
    assert order_of_areas(by_area) == [TOWNSHIP, FAR_TOWNSHIP]
    assert "水利部门" in by_area.text and "500" in by_area.text
    assert f"/reports/sources/figure?disaster={disaster['id']}" in by_area.text
    assert order_of_areas(page.get(at("", disaster, area=COUNTY))) == [TOWNSHIP]
    assert order_of_areas(page.get(at("", disaster, indicator="deaths"))) == []
    assert order_of_areas(page.get(at("", disaster, sort="nonsense", show="x"))) == [
        FAR_TOWNSHIP, TOWNSHIP,
    ]  # fmt: skip


def test_what_is_decided_leaves_the_queue_and_stands_under_decided(
    conflict, person, browse, disaster
):
    settle(person("city_reviewer"), disaster, "report", {"report": 300, "water": 500})
    page = browse("city_reviewer")

    assert order_of_areas(page.get(at("", disaster))) == [FAR_TOWNSHIP]
    decided = page.get(at("", disaster, show="settled"))
    assert order_of_areas(decided) == [TOWNSHIP] and "现场复核" in decided.text
    assert len(order_of_areas(page.get(at("", disaster, show="all")))) == 2


def test_an_empty_queue_says_so(browse, disaster):
    page = browse("city_reviewer").get(at("", disaster))
    assert (page.status_code, "各来源没有差异" in page.text) == (200, True)


def test_the_queue_as_a_file_has_every_source_and_what_was_decided(
    conflict, person, browse, disaster
):
    settle(person("city_reviewer"), disaster, "report", {"report": 300, "water": 500})
    page = browse("city_reviewer")
    sheet = load_workbook(
        io.BytesIO(page.get(at("/export", disaster, show="all", sort="area")).data)
    ).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(row for row in rows if "水利部门" in row)
    mine = next(row for row in rows if TOWNSHIP in row)
    cell = dict(zip(head, mine, strict=True))
    assert (cell["乡镇上报"], cell["水利部门"], cell["差数"]) == (300, 500, 200)
    assert (cell["现取来源"], cell["会商结果"], cell["理由"]) == (
        "乡镇上报",
        "乡镇上报",
        "现场复核",
    )

    text = page.get(at("/export", disaster, format="csv")).data.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [(row["代码"], row["会商结果"]) for row in table] == [(FAR_TOWNSHIP, "待会商")]


def test_the_totals_say_of_each_figure_that_is_no_reports_whose_it_is(
    conflict, person, browse, disaster
):
    page = browse("city_reviewer")
    plain = page.get(f"/reports?disaster={disaster['id']}&area={COUNTY}").text
    assert 'class="from"' not in plain
    choose(person("city_reviewer"), disaster, "water", "report")

    county = page.get(f"/reports?disaster={disaster['id']}&area={COUNTY}").text
    marks = re.findall(r'class="from"[^>]*title="([^"]+)"[^>]*>([^<]+)<', county)
    assert [words for _title, words in marks] == ["含水利部门 1", "水利部门"]
    assert "乡镇上报 300" in marks[1][0]
    assert "带框的字" in county
    book = load_workbook(
        io.BytesIO(page.get(f"/reports/export?disaster={disaster['id']}&area={COUNTY}").data)
    ).active
    last = [row[-1] for row in book.iter_rows(values_only=True)]
    assert "非报表来源" in last and "受灾人口: 水利部门" in last
    docx = page.get(f"/reports/quick-report?disaster={disaster['id']}&area={COUNTY}&format=docx")
    assert docx.status_code == 200
    hxl = page.get(f"/reports/quick-report?disaster={disaster['id']}&area={COUNTY}&format=csv")
    assert "#meta+source+affected" in hxl.data.decode() and "水利部门" in hxl.data.decode()


def test_the_drawer_and_the_headline_say_it_too(conflict, person, browse, disaster):
    choose(person("city_reviewer"), disaster, "water", "report")
    officer = person("duty_officer")
    asked = f"disaster={disaster['id']}&area={TOWNSHIP}"
    panel = browse("duty_officer").get(f"/areas/{TOWNSHIP}/panel?{asked}").text
    assert "水利部门" in panel
    totals = officer.get(f"/api/v1/totals?disaster={disaster['id']}&area={CITY}").json["totals"]
    headline = next(each for each in totals if each["id"] == "affected")
    assert headline["value"] == 1400 and "其他来源" in headline["source"]
    layer = officer.get(f"/api/v1/layers/indicators?{asked}&indicator=affected").json["features"]
    mine = next(each["properties"] for each in layer if each["properties"]["code"] == TOWNSHIP)
    assert (mine["value"], mine["source"]) == (500, "水利部门")


def test_a_figures_page_tells_its_story_and_takes_a_decision(conflict, person, browse, disaster):
    page = browse("city_reviewer")
    address = at("/figure", disaster, area=TOWNSHIP, indicator="affected")
    shown = page.get(address)
    assert "未设规则" in shown.text and "500" in shown.text
    form = {
        "csrf": token_of(shown), "id": new_id(), "disaster_id": disaster["id"],
        "area_code": TOWNSHIP, "indicator": "affected", "values.report": "300",
        "values.water": "500", "source": "water",
    }  # fmt: skip
    refused = page.post("/reports/sources/settle", data=form)
    assert refused.status_code == 422 and "必填" in refused.text
    stale = page.post("/reports/sources/settle", data=form | {"values.water": "9", "reason": "x"})
    assert stale.status_code == 412 and "重新看过" in stale.text
    done = page.post("/reports/sources/settle", data=form | {"reason": "水利实测"})
    assert done.status_code == 303

    after = page.get(address).text
    assert "水利实测" in after and "仅临江镇" in after
    assert affected(person("city_reviewer"), disaster, TOWNSHIP) == 500
    assert gaps(person("city_reviewer"), disaster, COUNTY) == []


def test_every_revision_a_source_ever_sent_can_be_looked_up(person, browse, disaster):
    bureau = person("bureau_liaison")
    first = said(bureau, disaster, "water", 500, note="初查")
    address = at("/figure", disaster, area=TOWNSHIP, indicator="affected")
    assert "历次所报" not in browse("city_reviewer").get(address).text
    said(bureau, disaster, "water", 640, base=first, note="复查")

    shown = browse("city_reviewer").get(address).text
    assert "各来源历次所报" in shown and "初查" in shown and "复查" in shown


def test_somebody_below_sees_the_story_and_no_form(conflict, browse, disaster):
    page = browse(f"township_reporter@{TOWNSHIP}")
    shown = page.get(at("/figure", disaster, area=TOWNSHIP, indicator="affected"))
    assert shown.status_code == 200 and 'action="/reports/sources/settle"' not in shown.text
    other = page.get(at("/figure", disaster, area=NEIGHBOUR, indicator="affected"))
    assert other.status_code == 404
    assert page.get(at("/claims", disaster, area=TOWNSHIP)).status_code == 403
    bad = page.get(at("/figure", disaster, area=TOWNSHIP, indicator="nothing"))
    assert bad.status_code == 422


def test_a_bureau_enters_a_column_of_figures_all_or_none(person, browse, disaster):
    page = browse("bureau_liaison")
    address = at("/claims", disaster, area=COUNTY, source="water", indicator="dike_km")
    shown = page.get(address)
    lines = dict(re.findall(r'name="lines\.(\d{12})\.id" value="([^"]+)"', shown.text))
    assert {COUNTY, TOWNSHIP, NEIGHBOUR} <= set(lines)
    form = {
        "csrf": token_of(shown), "disaster_id": disaster["id"], "area_code": COUNTY,
        "indicator": "dike_km", "source": "water", "as_of": "2013-10-06T09:00", "note": "巡堤",
    } | {f"lines.{code}.id": each for code, each in lines.items()}  # fmt: skip
    assert page.post("/reports/sources/claims", data=form).status_code == 422
    bad = form | {f"lines.{TOWNSHIP}.value": "2.5", f"lines.{NEIGHBOUR}.value": "lots"}
    refused = page.post("/reports/sources/claims", data=bad)
    assert refused.status_code == 422
    assert f"#value-{NEIGHBOUR}" in refused.text and 'value="2.5"' in refused.text
    listed = f"/api/v1/figure-claims?disaster={disaster['id']}&area={COUNTY}"
    assert person("bureau_liaison").get(listed).json["claims"] == []

    good = form | {f"lines.{TOWNSHIP}.value": "2.5", f"lines.{NEIGHBOUR}.value": "-"}
    assert page.post("/reports/sources/claims", data=good).status_code == 303
    assert page.post("/reports/sources/claims", data=good).status_code == 303, "sent twice"
    claims = person("bureau_liaison").get(listed).json["claims"]
    assert {(x["area_code"], x["value"], x["note"]) for x in claims} == {
        (TOWNSHIP, 2.5, "巡堤"), (NEIGHBOUR, None, "巡堤"),
    }  # fmt: skip
    again = page.get(address).text
    assert re.search(rf'name="lines\.{TOWNSHIP}\.base" value="[^"]+"', again)
    blind = page.post("/reports/sources/claims", data=good | {f"lines.{TOWNSHIP}.id": new_id()})
    assert blind.status_code == 412


def test_of_a_city_the_counties_are_asked(browse, disaster):
    shown = browse("bureau_liaison").get(at("/claims", disaster, area=CITY)).text
    assert set(re.findall(r'name="lines\.(\d{12})\.id"', shown)) == {COUNTY, OTHER_COUNTY}


def test_a_rule_is_set_changed_and_taken_back_from_the_page(conflict, person, browse, disaster):
    page, city = browse("city_reviewer"), person("city_reviewer")
    address = at("/rules", disaster, area=CITY)
    shown = page.get(address)
    form = {
        "csrf": token_of(shown), "id": new_id(), "disaster_id": disaster["id"],
        "area_code": CITY, "figures": "group:people", "sources.0": "water", "sources.1": "report",
        "reason": "会商第1次",
    }  # fmt: skip
    without = {key: value for key, value in form.items() if key != "reason"}
    assert page.post("/reports/sources/rules", data=without).status_code == 422
    lost = page.post("/reports/sources/rules", data=form | {"sources.1": ""})
    assert lost.status_code == 422 and "会商第1次" in lost.text
    assert page.post("/reports/sources/rules", data=form).status_code == 303
    assert affected(city, disaster) == 1400
    shown = page.get(address).text
    assert "会商第1次" in shown and "人员" in shown

    base = re.search(r"change=([0-9a-f-]{36})", shown).group(1)
    assert f'name="base" value="{base}"' in page.get(f"{address}&change={base}").text
    change = form | {"id": new_id(), "base": base, "sources.0": "report", "sources.1": "water"}
    assert page.post("/reports/sources/rules", data=change).status_code == 303
    assert affected(city, disaster) == 400
    assert page.post("/reports/sources/rules", data=form | {"id": new_id()}).status_code == 412
    now = re.search(r"change=([0-9a-f-]{36})", page.get(address).text).group(1)
    end = change | {"id": new_id(), "base": now, "end": "true"}
    assert page.post("/reports/sources/rules", data=end).status_code == 303
    assert "已撤销" in page.get(address).text


def test_whoever_may_not_set_rules_reads_them_and_has_no_form(conflict, person, browse, disaster):
    choose(person("city_reviewer"), disaster, "water", "report", reason="全市会商")
    shown = browse(f"township_reporter@{TOWNSHIP}").get(at("/rules", disaster, area=TOWNSHIP))
    assert shown.status_code == 200
    assert "全市会商" in shown.text and "<form class=" not in shown.text


@pytest.mark.parametrize("path", ["", "/figure", "/rules", "/claims", "/export"])
def test_english_pages_speak_english_and_strangers_are_sent_to_sign_in(
    conflict, browse, client, disaster, path
):
    assert client.get(at(path, disaster)).status_code == 302
    page = browse("city_reviewer", "bureau_liaison")
    page.set_cookie("lang", "en")
    answer = page.get(at(path, disaster, area=COUNTY))
    assert answer.status_code == 200
    if path != "/export":
        main = answer.text.split('class="page"')[1]
        assert "待会商" not in main and "水利部门" not in main
