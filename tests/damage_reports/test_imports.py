"""A table of many areas' figures: looked through cell by cell, then filed row by row, once."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from damage_reports import jobs as steps
from damage_reports.models import Report, ReportImportRow
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import RoleGrant
from relief_ops.events.models import EventRow
from relief_ops.jobs import JobRow
from relief_ops.sheets import read_grids, write_csv
from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.tables import HEAD, book, checked, filed, look, send, work
from tests.reporting import body


@pytest.fixture
def clerk(person):
    return person(f"township_reporter@{COUNTY}")


def figures(caller, disaster, area=COUNTY):
    path = f"/api/v1/rollup?disaster={disaster['id']}&area={area}"
    return caller.get(path).json["values"]


def reports():
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.count()).select_from(Report))


def events():
    with db.reading() as session:
        rows = session.scalars(select(EventRow.name).order_by(EventRow.seq))
        return [each for each in rows if each.startswith("report")]


def test_a_stranger_and_a_reader_are_refused(stranger, person, disaster):
    data = book([TOWNSHIP, "", 1, 0])

    assert send(stranger, disaster, data).status_code == 401
    assert send(person(f"inspector@{COUNTY}"), disaster, data).status_code == 403


def test_nothing_is_filed_by_the_check_and_each_row_once_by_the_filing(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "临江镇", 12, 0], [NEIGHBOUR, "", 5, "不详"]))
    before = figures(clerk, disaster)
    done = filed(clerk, found["id"])
    again = clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})

    assert (found["stage"], found["total"], found["wrong"], found["errors"]) == (
        "checked", 2, 0, [],
    )  # fmt: skip
    assert before == {} and figures(clerk, disaster)["affected"] == 17
    assert (done["stage"], done["outcomes"]) == ("filed", {"stored": 2})
    assert again.status_code == 200 and reports() == 2
    assert events() == [
        "report_import.asked", "report_import.asked", "report.submitted", "report.submitted",
        "report_import.finished",
    ]  # fmt: skip


def test_not_yet_known_is_kept_apart_from_nought_and_from_nothing_said(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "", 0, "尚未掌握"], [NEIGHBOUR, "", 3, None]))
    filed(clerk, found["id"])
    kept = {}
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(ReportImportRow)).all()
        kept = {row.area: str(row.report_id) for row in rows}
    first, second = (clerk.get(f"/api/v1/reports/{kept[name]}").json for name in kept)

    assert first["values"] == {"affected": 0, "deaths": None}
    assert second["values"] == {"affected": 3}
    assert first["entered_for"]["means"] == "workbook"


def test_the_same_file_again_says_that_nothing_is_new(clerk, disaster):
    data = book([TOWNSHIP, "", 12, 0], [NEIGHBOUR, "", 5, 0])
    filed(clerk, checked(clerk, disaster, data)["id"])
    again = filed(clerk, checked(clerk, disaster, data)["id"])

    assert again["outcomes"] == {"unchanged": 2} and reports() == 2


def test_a_corrected_table_follows_ones_own_and_keeps_what_it_leaves_out(clerk, disaster):
    filed(clerk, checked(clerk, disaster, book([TOWNSHIP, "", 12, 0]))["id"])
    again = filed(clerk, checked(clerk, disaster, book([TOWNSHIP, "", 15, None]))["id"])

    assert again["outcomes"] == {"revised": 1}
    assert figures(clerk, disaster) == {"affected": 15, "deaths": 0}


def test_a_row_over_somebody_elses_report_is_a_rival(clerk, person, disaster):
    other = person(f"township_reporter@{TOWNSHIP}")
    other.put(f"/api/v1/reports/{new_id()}", body(disaster, TOWNSHIP, {"affected": 4}))
    done = filed(clerk, checked(clerk, disaster, book([TOWNSHIP, "", 12, 0]))["id"])

    assert done["outcomes"] == {"rival": 1}
    assert done["rows"][0]["cell"] == "数据!A2" and done["rows"][0]["area"] == "临江镇"
    assert figures(clerk, disaster)["affected"] == 4


def test_areas_are_found_by_code_or_name_and_strange_ones_are_named(clerk, disaster):
    found = checked(
        clerk, disaster,
        book(
            [float(TOWNSHIP), "", 1, 0], ["９９０１０２", "望海乡", 1, 0],
            ["", "临江镇001村", 1, 0],
            ["991111111111", "", 1, 0], [FAR_TOWNSHIP, "", 1, 0], [COUNTY, "", 1, 0],
            [TOWNSHIP, "望海乡", 1, 0], ["", "无此镇", 1, 0], [NEIGHBOUR, "", 2, 0],
        ),
    )  # fmt: skip
    said = {each["cell"]: each["message"] for each in found["errors"]}

    assert list(said) == [f"数据!A{n}" for n in (5, 6, 7, 8, 9, 10)]
    for row, words in ((5, "991111111111"), (6, "西湾县 石桥街道"), (7, "乡镇"), (8, "临江镇"),
                       (9, "无此镇"), (10, "数据!A3")):  # fmt: skip
        assert words in said[f"数据!A{row}"], said


def test_a_wrong_row_holds_the_file_up_unless_it_is_left_out(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "", 12, 0], [NEIGHBOUR, "", -5, 0]))
    refused = clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})
    done = filed(clerk, found["id"], leave_out=True)

    assert [each["cell"] for each in found["errors"]] == ["数据!C3"]
    assert refused.status_code == 422
    assert done["outcomes"] == {"stored": 1, "left_out": 1} and reports() == 1


def test_the_rules_of_the_form_are_held_against_every_row(clerk, disaster):
    filed(clerk, checked(clerk, disaster, book([TOWNSHIP, "", 100, 3]))["id"])
    later = "2013-10-06T02:00:00+00:00"
    rows = [TOWNSHIP, "", 90, 2, None], [NEIGHBOUR, "", 2, 5, None]
    found = checked(clerk, disaster, book(*rows), round_="r2", as_of=later)
    explained = checked(clerk, disaster, book([*rows[0][:4], "核减重复"]), round_="r2", as_of=later)
    done = filed(clerk, explained["id"])

    said = {each["cell"]: each["message"] for each in found["errors"]}
    assert {"数据!C2", "数据!D2", "数据!D3"} == set(said)
    assert "理由" in said["数据!C2"] and "理由" not in said["数据!D3"]
    assert (explained["errors"], done["outcomes"]) == ([], {"stored": 1})


def test_what_changed_since_the_check_is_refused_with_its_reason(clerk, person, disaster):
    later = "2013-10-06T02:00:00+00:00"
    found = checked(clerk, disaster, book([TOWNSHIP, "", 50, 0]), round_="r2", as_of=later)
    other = person(f"township_reporter@{TOWNSHIP}")
    other.put(f"/api/v1/reports/{new_id()}", body(disaster, TOWNSHIP, {"affected": 80}))
    done = filed(clerk, found["id"])

    assert done["outcomes"] == {"refused": 1} and "受灾人口" in done["rows"][0]["said"]
    assert figures(clerk, disaster)["affected"] == 80


def test_one_figure_a_row_is_read_too_and_hashtags_name_the_columns(clerk, disaster):
    tall = write_csv(
        ["code", "indicator", "value", "reason"],
        [
            [TOWNSHIP, "affected", "12"],
            [TOWNSHIP, "因灾死亡人口", "０"],
            [NEIGHBOUR, "affected", "x"],
        ],
    )
    tags = write_csv(
        ["甲", "乙", "丙"], [["#adm4+code", "#affected", "#affected+killed"], [NEIGHBOUR, 7, 0]]
    )
    found, wide = checked(clerk, disaster, tall), checked(clerk, disaster, tags)

    assert [each["cell"] for each in found["errors"]] == ["CSV!C4"]
    assert filed(clerk, found["id"], leave_out=True)["outcomes"]["stored"] == 1
    assert (wide["problems"], filed(clerk, wide["id"])["outcomes"]) == ([], {"stored": 1})
    assert figures(clerk, disaster)["affected"] == 19


def test_a_column_that_is_not_of_the_form_is_named_and_nothing_is_filed(clerk, disaster):
    head = [*HEAD[:3], "被困人口", "天气", "受灾人口"]
    found = checked(clerk, disaster, book([TOWNSHIP, "", 1, 2, "雨", 3], headings=head))
    refused = clerk.put(f"/api/v1/report-imports/{found['id']}/application", {"leave_out": True})

    assert [each["cell"] for each in found["problems"]] == ["数据!D1", "数据!E1", "数据!F1"]
    assert "2020" in found["problems"][0]["message"] and refused.status_code == 422


def test_another_edition_or_round_of_the_template_is_named(clerk, disaster):
    above = [["试验"], ["模板版本", "2016-deadbeef", "轮次", "r9"]]
    found = checked(clerk, disaster, book([TOWNSHIP, "", 1, 0], above=above))

    assert [each["cell"] for each in found["problems"]] == ["数据!B2", "数据!D2"]
    assert "2016-deadbeef" in found["problems"][0]["message"]


def test_a_file_without_a_table_says_so(clerk, disaster):
    for data in (book(["甲"], headings=["天气"]), book(headings=HEAD), b"a,b\n1,2\n"):
        found = checked(clerk, disaster, data)
        assert found["problems"] and found["total"] == 0 and found["stage"] == "checked"


def test_nobody_sees_files_or_stops_anothers_table(clerk, person, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "", 1, 0]))
    other = person(f"township_reporter@{COUNTY}")
    path = f"/api/v1/report-imports/{found['id']}"

    assert other.get(path).status_code == 404
    assert other.put(f"{path}/application", {}).status_code == 404
    assert other.put(f"{path}/cancellation", {}).status_code == 404


def test_a_cancelled_table_is_not_filed(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "", 1, 0]))
    clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})
    stopped = clerk.put(f"/api/v1/report-imports/{found['id']}/cancellation", {})
    work()
    late = clerk.put(f"/api/v1/report-imports/{found['id']}/cancellation", {"x": 1})

    assert stopped.status_code == 201 and look(clerk, found["id"])["stage"] == "cancelled"
    assert reports() == 0 and late.status_code == 409
    assert "report_import.cancelled" in events()


def test_the_same_file_under_the_same_id_is_taken_once_and_another_is_refused(clerk, disaster):
    import_id, data = new_id(), book([TOWNSHIP, "", 1, 0])
    first, again, other = (
        send(clerk, disaster, each, import_id=import_id) for each in (data, data, data + b"\0")
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert work() == 1


def test_a_check_begun_again_counts_nothing_twice(clerk, disaster):
    answer = send(clerk, disaster, book([TOWNSHIP, "", 1, 0], [NEIGHBOUR, "", -1, 0]))
    import_id = answer.json["id"]
    with act_as(SYSTEM):
        steps.check_step(UUID(import_id))
        steps.check_step(UUID(import_id))
        with db.transaction() as session:  # as if the worker had died before it said how far it is
            session.get_one(JobRow, UUID(import_id)).cursor = None
    work()

    found = look(clerk, import_id)
    assert (found["total"], found["wrong"], found["stage"]) == (2, 1, "checked")


def test_an_account_that_lost_its_areas_meanwhile_files_nothing(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "", 1, 0], [NEIGHBOUR, "", 1, 0]))
    clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})
    with act_as(SYSTEM), db.transaction() as session:
        at = geo.tree(session).by_code(NEIGHBOUR).id
        session.execute(
            update(RoleGrant).where(RoleGrant.user_id == clerk.user_id).values(area_id=at)
        )
    work()

    done = look(clerk, found["id"])
    assert done["outcomes"] == {"stored": 1, "refused": 1}
    assert [each["cell"] for each in done["rows"]] == ["数据!A2"]


def test_an_export_of_an_import_equals_what_was_sent_cell_by_cell(clerk, browse, disaster):
    reporter = browse(f"township_reporter@{COUNTY}")
    path = f"/reports/import/template?disaster={disaster['id']}&area={COUNTY}&round=r1"
    sent = filled_in(reporter.get(path).data)
    found = checked(clerk, disaster, sent)
    done = filed(clerk, found["id"])
    back = reporter.get(f"{path}&filled=1").data
    given, got = read_grids(sent)[0].rows, read_grids(back)[0].rows

    assert (found["problems"], found["errors"]) == ([], [])
    assert done["outcomes"] == {"stored": 9} and got == given
    again = filed(clerk, checked(clerk, disaster, back)["id"])
    assert again["outcomes"] == {"unchanged": 9}


def filled_in(template):
    """Fill a template in: noughts, figures, decimals, what is not known, cells left empty."""
    grid = read_grids(template)[0]
    rows = [list(row) for row in grid.rows]
    head = rows[2]
    for number, row in enumerate(rows[4:]):
        for column in range(2, len(head) - 1):
            kind = (number + column) % 4
            if kind == 0 and "受灾面积" not in head[column]:
                row[column] = 0
            elif kind == 1:
                row[column] = "尚未掌握"
        row[head.index("受灾人口 (人)")] = 1000 + number
        row[head.index("受损公路长度 (千米)")] = 1.25
    return book(*rows[3:], headings=head, above=rows[:2])


def test_the_template_lists_the_areas_one_may_report_for(browse, disaster):
    path = f"/reports/import/template?disaster={disaster['id']}&area="
    rows = read_grids(browse(f"township_reporter@{TOWNSHIP}").get(path + TOWNSHIP).data)[0].rows

    assert [row[0] for row in rows[4:]] == [TOWNSHIP, VILLAGE, "990101002000", "990101003000"]
    assert rows[1][1].startswith("2020-") and rows[3][:2] == ["#loc+code", "#loc+name"]
    assert browse(f"inspector@{COUNTY}").get(path + COUNTY).status_code == 403
    assert browse(f"township_reporter@{TOWNSHIP}").get(path + NEIGHBOUR).status_code == 404
