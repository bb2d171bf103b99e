"""The pages of a table: choose a file, watch it, read what is wrong, file it, read what became."""

from __future__ import annotations

import io

import pytest

from relief_ops.sheets import read_grids
from tests.conftest import new_id
from tests.factories.browsers import TOKEN
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.tables import book, work
from tests.reporting import open_round


@pytest.fixture
def clerk(browse):
    return browse(f"township_reporter@{COUNTY}")


@pytest.fixture
def post(clerk):
    def send(path, **fields):
        token = TOKEN.search(clerk.get("/reports/import").text)[1]
        return clerk.post(path, data=fields | {"csrf": token})

    return send


def sent(post, disaster, data, **more):
    fields = {
        "id": new_id(), "disaster_id": disaster["id"], "round": "r1", "as_of": "2013-10-06T08:00",
        "file": (io.BytesIO(data), "各乡镇.xlsx"),
    } | more  # fmt: skip
    return post("/reports/import", **fields)


def test_a_file_is_watched_corrected_and_filed_over_the_pages(clerk, post, disaster, person):
    open_round(person, disaster)
    start = clerk.get("/reports/import").text
    answer = sent(post, disaster, book([TOWNSHIP, "", 12, 0], [NEIGHBOUR, "", -5, 0]))
    going = clerk.get(answer.location).text
    work()
    seen = clerk.get(answer.location).text
    refused = post(f"{answer.location}/application")
    taken = post(f"{answer.location}/application", leave_out="true")
    filing = clerk.get(answer.location).text
    work()
    done = clerk.get(answer.location).text

    assert 'enctype="multipart/form-data"' in start and "/reports/import/template" in start
    assert answer.status_code == 303 and 'hx-trigger="every 1s"' in going and "取消" in going
    assert "数据!C3" in seen and "hx-trigger" not in seen
    assert refused.status_code == 422 and 'role="alert"' in refused.text
    assert taken.status_code == 303 and "正在报送" in filing
    assert "有误，未报送" in done and "hx-trigger" not in done
    assert "各乡镇.xlsx" in clerk.get("/reports/import").text


def test_every_row_and_remark_can_be_had_as_a_workbook(clerk, post, disaster):
    answer = sent(post, disaster, book([TOWNSHIP, "", "１２", 0], [NEIGHBOUR, "", -5, 0]))
    work()
    cells, rows = read_grids(clerk.get(f"{answer.location}/rows").data)

    assert [row[:2] for row in cells.rows[2:]] == [["数据!C3", "有误"], ["数据!C2", "提示"]]
    assert [row[:2] for row in rows.rows[2:]] == [["数据!A2", "临江镇"], ["数据!A3", "望海乡"]]


def test_it_can_be_cancelled_while_it_waits(clerk, post, disaster):
    answer = sent(post, disaster, book([TOWNSHIP, "", 12, 0]))
    stopped = post(f"{answer.location}/cancellation")
    work()
    again = post(f"{answer.location}/cancellation")

    assert stopped.status_code == 303 and "已取消" in clerk.get(answer.location).text
    assert again.status_code == 303  # the same press again: the same answer


@pytest.mark.parametrize(
    "more",
    [{"file": None}, {"round": "?"}, {"as_of": "gestern"}, {"id": "x"}, {"disaster_id": "x"}],
)
def test_what_is_missing_is_said_on_the_page(post, disaster, more):
    fields = {key: value for key, value in more.items() if value is not None}
    if "file" in more:
        fields["file"] = (io.BytesIO(b""), "")

    answer = sent(post, disaster, book([TOWNSHIP, "", 12, 0]), **fields)

    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_the_pages_lead_to_the_files(browse, clerk, disaster, person):
    open_round(person, disaster)
    asked = f"?disaster={disaster['id']}&area={TOWNSHIP}"
    officer = browse(f"duty_officer@{COUNTY}")

    for page in (
        officer.get(f"/reports{asked}").text,
        officer.get(f"/reports/summaries{asked}").text,
        clerk.get(f"/reports/new{asked}").text,
    ):
        for kind in ("xlsx", "docx", "csv"):
            assert "/reports/quick-report?" in page and f"format={kind}" in page
    assert "/reports/import" in clerk.get(f"/reports{asked}").text


def test_who_may_not_report_is_not_let_in(browse, disaster):
    reader = browse(f"inspector@{COUNTY}")

    assert reader.get("/reports/import").status_code == 403
    assert reader.get(f"/reports/import/{new_id()}").status_code == 403
