"""From the city to the village by links alone, and the way back up."""

from __future__ import annotations

import html
import re

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, TOWNSHIP, VILLAGE

WAY = {CITY: "海州市", COUNTY: "东山县", TOWNSHIP: "临江镇", VILLAGE: "临江镇001村"}


def test_links_lead_from_the_city_down_to_the_village_and_back(browse, person, disaster):
    body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1", "base": None,
            "as_of": MORNING.isoformat(), "values": {"affected": 4321}}  # fmt: skip
    reporter = person(f"township_reporter@{TOWNSHIP}")
    assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201
    village = body | {"area_code": VILLAGE, "values": {"affected": 321}}
    officer = person(f"village_officer@{VILLAGE}")
    assert officer.put(f"/api/v1/reports/{new_id()}", village).status_code == 201
    reader = browse("duty_officer")

    address, seen = f"/reports?disaster={disaster['id']}", []
    for name in (*list(WAY.values())[1:], None):
        page = reader.get(address).text
        seen.append(page)
        assert "4,321" in page or "321" in page
        if name:
            address = f"/reports{link(page, 'table', name)}"
    up = [re.sub("<[^>]*>", "", trail(page)).split(" › ") for page in seen]
    assert up == [list(WAY.values())[: depth + 1] for depth in range(4)]

    for depth in (2, 1, 0):
        back = reader.get(f"/reports{link(seen[3], 'h1', list(WAY.values())[depth])}").text
        assert trail(back) == trail(seen[depth])


def link(page, within, name):
    """Return where the link with this name leads, from the heading or the table."""
    part = re.search(rf"<{within}\b.*?</{within}>", page, re.S).group()
    return html.unescape(re.search(rf'<a href="([^"]*)">{name}</a>', part).group(1))


def trail(page):
    return re.search(r"<h1>.*?<small>(.*?)</small>", page, re.S).group(1).strip()
