"""A table of what another source says: looked through beside what stands, kept row by row, once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from damage_reports.models import ReportImportRow
from relief_ops import db
from relief_ops.sheets import read_grids, write_csv
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import choose, events, said
from tests.factories import tables
from tests.factories.browsers import TOKEN
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.tables import book, work

HEAD = ("区划代码", "填报单位", "受灾人口 (人)", "因灾死亡人口 (人)", "说明")


@pytest.fixture
def bureau(person):
    return person("bureau_liaison")


def table(*rows, **more) -> bytes:
    return book(*rows, headings=HEAD, **more)


def send(caller, disaster, data, *, source="water", hour=0):
    as_of = (MORNING + timedelta(hours=hour)).isoformat()
    return tables.send(caller, disaster, data, as_of=as_of, of=source)


def look(caller, import_id):
    return tables.look(caller, import_id, of="water")


def checked(caller, disaster, data, **more):
    answer = send(caller, disaster, data, **more)
    assert answer.status_code == 201, answer.json
    work()
    return look(caller, answer.json["id"])


def kept(caller, import_id, **order):
    return tables.filed(caller, import_id, of="water", **order)


def claims(caller, disaster, area=CITY):
    address = f"/api/v1/figure-claims?disaster={disaster['id']}&area={area}"
    return {
        (each["area_code"], each["indicator"]): each for each in caller.get(address).json["claims"]
    }


def test_a_stranger_and_a_reporter_are_refused(stranger, person, disaster):
    data = table([TOWNSHIP, "", 1, None, ""])

    assert send(stranger, disaster, data).status_code == 401
    assert send(person(f"township_reporter@{COUNTY}"), disaster, data).status_code == 403


def test_nothing_is_kept_by_the_look_and_each_figure_once_by_the_keeping(bureau, person, disaster):
    data = table([TOWNSHIP, "临江镇", 500, "不详", "入户清点"], [COUNTY, "", 900, None, ""])
    found = checked(bureau, disaster, data)
    before = claims(bureau, disaster)
    done = kept(bureau, found["id"])
    again = bureau.put(f"/api/v1/claim-imports/{found['id']}/application", {})
    after = claims(bureau, disaster)

    assert (found["stage"], found["figure_source"], found["total"], found["errors"]) == (
        "checked", "water", 2, [],
    )  # fmt: skip
    assert before == {} and (done["stage"], done["outcomes"]) == ("filed", {"stored": 2})
    assert again.status_code == 200
    assert {key: each["value"] for key, each in after.items()} == {
        (TOWNSHIP, "affected"): 500, (TOWNSHIP, "deaths"): None, (COUNTY, "affected"): 900,
    }  # fmt: skip
    assert {each["source"] for each in after.values()} == {"water"}
    assert after[TOWNSHIP, "affected"]["note"] == "入户清点"
    names = ("claim_import.asked", "figure_claim.filed", "claim_import.finished")
    assert events(*names) == [names[0]] * 2 + [names[1]] * 3 + [names[2]]


def test_the_same_table_twice_is_one_claim_for_each_figure(bureau, disaster):
    data = table([TOWNSHIP, "", 500, 1, ""], [NEIGHBOUR, "", 40, None, ""])
    kept(bureau, checked(bureau, disaster, data)["id"])
    first = claims(bureau, disaster)

    done = kept(bureau, checked(bureau, disaster, data)["id"])

    assert done["outcomes"] == {"unchanged": 2}
    assert claims(bureau, disaster) == first
    assert len(events("figure_claim.filed")) == 3


def test_every_bad_cell_is_named_and_the_corrected_table_goes_in(bureau, disaster):
    bad = table(
        [TOWNSHIP, "", -5, "一些", ""], [VILLAGE, "", 3, None, ""], ["990199999999", "", 1, 0, ""]
    )
    found = checked(bureau, disaster, bad)
    refused = bureau.put(f"/api/v1/claim-imports/{found['id']}/application", {})

    assert [(each["cell"], each["field"]) for each in found["errors"]] == [
        ("数据!C2", "affected"), ("数据!D2", "deaths"), ("数据!A3", "area"), ("数据!A4", "area"),
    ]  # fmt: skip
    words = [each["message"] for each in found["errors"]]
    assert "不能为负" in words[0] and "乡镇" in words[2] and "990199999999" in words[3]
    assert refused.status_code == 422 and claims(bureau, disaster) == {}
    good = kept(bureau, checked(bureau, disaster, table([TOWNSHIP, "", 5, 0, ""]))["id"])
    assert good["outcomes"] == {"stored": 1}


def test_the_good_rows_go_in_alone_when_that_is_asked(bureau, disaster):
    found = checked(bureau, disaster, table([TOWNSHIP, "", -5, 1, ""], [NEIGHBOUR, "", 4, 0, ""]))

    done = kept(bureau, found["id"], leave_out=True)

    assert done["outcomes"] == {"stored": 1, "left_out": 1}
    assert {area for area, _figure in claims(bureau, disaster)} == {NEIGHBOUR}


def test_a_csv_with_a_row_for_each_figure_is_read_too(bureau, disaster):
    rows = [[TOWNSHIP, "affected", 12], [TOWNSHIP, "loss_total", "3.5"], [COUNTY, "deaths", 0]]
    found = checked(bureau, disaster, write_csv(["区划代码", "指标", "数值"], rows))
    kept(bureau, found["id"])

    assert {key: each["value"] for key, each in claims(bureau, disaster).items()} == {
        (TOWNSHIP, "affected"): 12, (TOWNSHIP, "loss_total"): 3.5, (COUNTY, "deaths"): 0,
    }  # fmt: skip


def test_a_later_table_takes_the_place_of_an_earlier_one_and_never_the_other_way(bureau, disaster):
    kept(bureau, checked(bureau, disaster, table([TOWNSHIP, "", 500, None, ""]))["id"])
    later = checked(bureau, disaster, table([TOWNSHIP, "", 640, None, ""]), hour=2)
    done = kept(bureau, later["id"])
    back = checked(bureau, disaster, table([TOWNSHIP, "", 510, None, ""]), hour=1)

    assert done["outcomes"] == {"revised": 1}
    claim = claims(bureau, disaster)[TOWNSHIP, "affected"]
    assert (claim["value"], claim["revision"]) == (640, 2)
    (wrong,) = back["errors"]
    assert wrong["cell"] == "数据!C2" and "640" in wrong["message"]


def test_what_somebody_says_after_the_look_is_not_overwritten(bureau, person, disaster):
    found = checked(bureau, disaster, table([TOWNSHIP, "", 500, 1, ""], [NEIGHBOUR, "", 4, 0, ""]))
    said(person("duty_officer"), disaster, "water", 777)

    done = kept(bureau, found["id"])

    assert done["outcomes"] == {"stored": 1, "refused": 1}
    (told,) = done["rows"]
    assert told["area"] == "临江镇" and "受灾人口" in told["said"]
    after = claims(bureau, disaster)
    assert after[TOWNSHIP, "affected"]["value"] == 777
    assert (TOWNSHIP, "deaths") not in after, "all of a row or none"


def test_an_areas_row_outside_ones_own_county_is_a_wrong_cell(person, disaster):
    own = person(f"bureau_liaison@{COUNTY}")

    found = checked(own, disaster, table([TOWNSHIP, "", 5, 0, ""], [FAR_TOWNSHIP, "", 5, 0, ""]))

    assert [each["cell"] for each in found["errors"]] == ["数据!A3"]


def test_a_source_out_of_use_and_a_time_to_come_are_refused_at_once(bureau, disaster):
    data = table([TOWNSHIP, "", 5, 0, ""])

    for more, field in (({"source": "nobody"}, "source"), ({"source": "report"}, "source"),
                        ({"hour": 24 * 400 * 30}, "as_of")):  # fmt: skip
        answer = send(bureau, disaster, data, **more)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_table_of_reports_is_not_taken_for_a_sources_nor_a_sources_for_reports(
    bureau, person, browse, disaster
):
    asked = f"disaster={disaster['id']}&area={COUNTY}"
    mine = browse("bureau_liaison").get(f"/reports/sources/import/template?{asked}&source=water")
    theirs = browse(f"township_reporter@{COUNTY}").get(f"/reports/import/template?{asked}")
    found = checked(bureau, disaster, theirs.data)
    other = checked(bureau, disaster, mine.data, source="housing")
    clerk = person(f"township_reporter@{COUNTY}")
    as_report = tables.checked(clerk, disaster, mine.data)

    assert any("部门数另有专用工作簿" in each["message"] for each in found["problems"])
    assert any("来源 water" in each["message"] for each in other["problems"])
    assert any("不是报表" in each["message"] for each in as_report["problems"])
    assert bureau.get(f"/api/v1/report-imports/{found['id']}").status_code in (403, 404)


def test_the_workbook_lists_the_readers_areas_and_what_was_said_reads_back_unchanged(
    bureau, browse, disaster
):
    said(bureau, disaster, "water", 500)
    asked = f"disaster={disaster['id']}&area={COUNTY}&source=water"
    page = browse("bureau_liaison")
    empty = read_grids(page.get(f"/reports/sources/import/template?{asked}").data)[0]
    filled = page.get(f"/reports/sources/import/template?{asked}&filled=1").data

    codes = {row[0] for row in empty.rows[4:]}
    assert {COUNTY, TOWNSHIP, NEIGHBOUR} <= codes and VILLAGE not in codes
    assert FAR_TOWNSHIP not in codes
    found = checked(bureau, disaster, filled)
    assert (found["problems"], found["errors"], found["total"]) == ([], [], 1)
    assert kept(bureau, found["id"])["outcomes"] == {"unchanged": 1}


def test_a_kept_table_counts_as_soon_as_a_rule_chooses_its_source(bureau, person, disaster):
    city = person("city_reviewer")
    choose(city, disaster, "water", "report")
    kept(bureau, checked(bureau, disaster, table([TOWNSHIP, "", 500, None, ""]))["id"])

    total = city.get(f"/api/v1/rollup?disaster={disaster['id']}&area={COUNTY}").json
    assert total["values"]["affected"] == 500


def test_a_file_is_watched_corrected_and_kept_over_the_pages(browse, disaster, bureau):
    page = browse("bureau_liaison")
    start = page.get(f"/reports/sources/import?disaster={disaster['id']}&source=housing").text
    token = TOKEN.search(start)[1]

    def sent(data, **more):
        form = {
            "csrf": token, "id": new_id(), "disaster_id": disaster["id"], "source": "water",
            "as_of": "2013-10-06T08:00", "file": (io.BytesIO(data), "水利.xlsx"),
        } | more  # fmt: skip
        return page.post("/reports/sources/import", data=form)

    lost = sent(b"", file=(io.BytesIO(b""), ""))
    answer = sent(table([TOWNSHIP, "", 12, 0, ""], [NEIGHBOUR, "", -5, 0, ""]))
    going = page.get(answer.location).text
    work()
    seen = page.get(answer.location).text
    refused = page.post(f"{answer.location}/application", data={"csrf": token})
    taken = page.post(f"{answer.location}/application", data={"csrf": token, "leave_out": "true"})
    work()
    done = page.get(answer.location).text
    remarks, rows = read_grids(page.get(f"{answer.location}/rows").data)

    assert 'value="housing" selected' in start and lost.status_code == 422
    assert answer.status_code == 303 and 'hx-trigger="every 1s"' in going
    assert "数据!C3" in seen and "水利部门" in seen and "hx-trigger" not in seen
    assert refused.status_code == 422 and 'role="alert"' in refused.text
    assert taken.status_code == 303 and "已录入" in done
    assert [row[:2] for row in remarks.rows[2:]] == [["数据!C3", "有误"]]
    assert [row[2] for row in rows.rows[2:]] == ["已录入", "有误，未报送"]
    assert "水利.xlsx" in page.get("/reports/sources/import").text
    assert "水利.xlsx" not in browse("duty_officer").get("/reports/import").text


def test_it_is_stopped_while_it_waits_and_english_pages_speak_english(browse, disaster, bureau):
    answer = send(bureau, disaster, table([TOWNSHIP, "", 12, 0, ""]))
    stopped = bureau.put(f"/api/v1/claim-imports/{answer.json['id']}/cancellation", {})
    work()
    page = browse("bureau_liaison")
    page.set_cookie("lang", "en")
    text = page.get(f"/reports/sources/import?disaster={disaster['id']}").text

    assert stopped.status_code == 201
    assert look(bureau, answer.json["id"])["stage"] == "cancelled"
    assert events("claim_import.cancelled") == ["claim_import.cancelled"]
    assert "Import a source&#39;s figures" in text


def test_of_a_row_that_is_refused_nothing_is_kept_and_nothing_is_said(bureau, disaster):
    found = checked(bureau, disaster, table([TOWNSHIP, "", 500, 1, ""], [NEIGHBOUR, "", 40, 2, ""]))
    with db.transaction() as session:
        row = session.scalars(select(ReportImportRow).order_by(ReportImportRow.number)).first()
        row.figures = row.figures | {"deaths": ["1.5", "数据!D2"]}

    done = kept(bureau, found["id"])

    assert done["outcomes"] == {"refused": 1, "stored": 1}
    assert {area for area, _code in claims(bureau, disaster)} == {NEIGHBOUR}
    assert len(events("figure_claim.filed")) == 2
