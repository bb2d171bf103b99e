"""A table of many areas' figures: looked through cell by cell, then filed row by row, once."""

from __future__ import annotations

import pytest

from damage_reports import jobs as steps
from relief_ops import jobs
from relief_ops.auth import SYSTEM, act_as
from relief_ops.sheets import Sheet, write_workbook
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP

HEAD = ["区划代码", "填报单位", "受灾人口 (人)", "因灾死亡人口 (人)", "理由"]


@pytest.fixture
def clerk(person):
    return person(f"township_reporter@{COUNTY}")


def book(*rows, headings=HEAD, above=(), name="数据"):
    return write_workbook([Sheet(name=name, headings=headings, rows=rows, above=above)])


def send(caller, disaster, data, *, round_="r1", import_id=None):
    import_id = import_id or new_id()
    query = {"disaster_id": disaster["id"], "round": round_, "as_of": MORNING.isoformat()}
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    return caller.client.put(
        f"/api/v1/report-imports/{import_id}", query_string=query, data=data, headers=headers,
        content_type="application/octet-stream",
    )  # fmt: skip


def work(most=None):
    """Do what waits, as the worker does."""
    with act_as(SYSTEM):
        while jobs.run_due({each.kind: each.step for each in (steps.CHECK, steps.FILE)}):
            pass


def checked(caller, disaster, data, **more):
    answer = send(caller, disaster, data, **more)
    assert answer.status_code == 201, answer.json
    work()
    return caller.get(f"/api/v1/report-imports/{answer.json['id']}").json


def filed(caller, import_id, **order):
    answer = caller.put(f"/api/v1/report-imports/{import_id}/application", order)
    assert answer.status_code == 201, answer.json
    work()
    return caller.get(f"/api/v1/report-imports/{import_id}").json


def figures(caller, disaster, area):
    path = f"/api/v1/rollup?disaster={disaster['id']}&area={area}"
    return caller.get(path).json["values"]


def test_nothing_is_filed_by_the_check_and_each_row_once_by_the_filing(clerk, disaster):
    found = checked(clerk, disaster, book([TOWNSHIP, "临江镇", 12, 0], [NEIGHBOUR, "", 5, "不详"]))
    before = figures(clerk, disaster, COUNTY)
    done = filed(clerk, found["id"])
    again = clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})

    assert (found["stage"], found["total"], found["wrong"], found["errors"]) == (
        "checked",
        2,
        0,
        [],
    )
    assert before == {} and figures(clerk, disaster, COUNTY)["affected"] == 17
    assert (done["stage"], done["outcomes"]) == ("filed", {"stored": 2})
    assert again.status_code == 200 and figures(clerk, disaster, COUNTY)["affected"] == 17
