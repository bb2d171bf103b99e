"""The snapshot: the same figures as the desk at the same moment."""

from __future__ import annotations

import html
import json
import re

from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.shelters import open_shelter


def test_the_snapshot_says_what_the_desk_says_at_that_moment(person, disaster):
    for area, affected in ((TOWNSHIP, 1234), (FAR_TOWNSHIP, 66)):
        body = {"disaster_id": disaster["id"], "area_code": area, "round": "r1", "base": None,
                "as_of": MORNING.isoformat(), "values": {"affected": affected}}  # fmt: skip
        reporter = person(f"township_reporter@{area}")
        assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201
    keeper = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(keeper, disaster)
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 37}
    keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", count)
    officer = person("duty_officer")

    told = officer.get("/api/v1/totals").json["totals"]
    page = officer.get("/desk/snapshot.html").text

    headline = page[page.index('id="headline"') :]
    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", headline))
    assert {html.escape(each["title"]): said(each) for each in told} == shown
    figures = officer.get("/api/v1/layers/indicators?indicator=affected").json["features"]
    popups = names(page)
    values = {each["id"]: each["properties"]["value"] for each in figures}
    assert (values[TOWNSHIP], values[FAR_TOWNSHIP]) == (1234, 66)
    assert [each for each in popups if each.startswith("临江镇 1,234 ")]
    assert [each for each in popups if each.startswith("石桥街道 66 ")]
    assert any("临江村避灾点" in each and "清点" in each for each in popups)
    of = {each["id"]: shown[html.escape(each["title"])] for each in told}
    assert (of["affected"], of["in_shelters"]) == ("1,300 人", "37 / 50 人")


def said(total):
    if total["value"] is None:
        return "尚未掌握"
    of = "" if total["of"] is None else f" / {total['of']:,}"
    return f"{total['value']:,}{of} {total['unit']}"


def names(page):
    """Return the words of every popup of the map."""
    found = re.findall(r'"name": ("(?:[^"\\]|\\.)*")', page)
    return [html.unescape(json.loads(each)) for each in found]
