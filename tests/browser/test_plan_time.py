"""From the button to the drawn plan, with a real worker beside the server."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from urllib.request import urlopen
from uuid import UUID

import pytest
import uuid6
from sqlalchemy import insert

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs.models import Need
from relief_ops.geo.models import Place
from stockpile.models import Balance, Lot
from tests.bench.report import additions_seconds
from tests.browser.test_background import until
from tests.drill.playing import working
from tests.factories import stock
from tests.factories.city import COUNTY

FAST = 0.024  # seconds a million additions take on the machine the limits are for


def short_city(manager, disaster, *, places, depots, codes):
    """Let so many places lack so many items, of which the depots hold seven tenths."""
    luck = random.Random(f"{places} {codes}")
    held = [stock.depot(manager, name=f"仓库{n}", lon=121.4 + luck.random() / 3,
                        lat=29.7 + luck.random() / 3) for n in range(depots)]  # fmt: skip
    with act_as(SYSTEM), db.transaction() as session:
        area = geo.tree(session).by_code(COUNTY).id
        names = [each.code for each in items.items(session)][:codes]
        spots, needs, lots, balances = [], [], [], []
        for number in range(places):
            spots.append((uuid6.uuid7(), 121.4 + luck.random() / 3, 29.7 + luck.random() / 3))
            geo.place(session, spots[-1][0], kind="shelter", name=f"需求点{number}", area_id=area,
                      point=spots[-1][1:], drill_id=None)  # fmt: skip
        session.flush()
        assert session.get(Place, spots[0][0]) is not None
        for code in names:
            asked = [luck.randrange(1, 40) * 60 for _spot in spots]
            needs += [_need(disaster, area, spot[0], code, pieces)
                      for spot, pieces in zip(spots, asked, strict=True)]  # fmt: skip
            for depot in held:
                lots.append(_lot(code))
                balances.append(_balance(depot, area, lots[-1], sum(asked) * 7 // 10 // depots))
        for table, rows in ((Need, needs), (Lot, lots), (Balance, balances)):
            session.execute(insert(table), rows)


def _need(disaster, area, place, code, pieces):
    now = datetime.now(UTC)
    return {
        "id": uuid6.uuid7(), "disaster_id": UUID(disaster["id"]), "place_id": place,
        "item_code": code, "quantity": pieces, "promised": 0, "shipped": 0, "received": 0,
        "priority": 2, "basis": "actual", "due_at": None, "state": "open", "opened_by": None,
        "opened_at": now, "changed_at": now, "withdrawn_at": None, "revision": 1,
        "area_id": area, "drill_id": None,
    }  # fmt: skip


def _lot(code):
    return {"id": uuid6.uuid7(), "item_code": code, "made_on": None, "expires_on": None,
            "donor": "", "purpose": "", "disaster_id": None, "owner": "", "unit_fen": None,
            "drill_id": None}  # fmt: skip


def _balance(depot, area, lot, pieces):
    return {"id": uuid6.uuid7(), "account_id": UUID(depot), "lot_id": lot["id"],
            "item_code": lot["item_code"], "expires_on": None, "physical": True,
            "on_hand": pieces, "promised": 0, "area_id": area, "drill_id": None}  # fmt: skip


@pytest.mark.bench
@pytest.mark.parametrize(
    ("size", "drawn_s", "solved_s"),
    [
        pytest.param({"places": 60, "depots": 12, "codes": 3}, 2, 1, id="a county on a bad night"),
        pytest.param({"places": 300, "depots": 12, "codes": 30}, 10, 2, id="F20"),
    ],
)
def test_the_drawn_plan_is_there_soon_after_the_button(
    open_page, server, person, disaster, tell, size, drawn_s, solved_s
):
    manager = person(f"logistics_manager@{COUNTY}")
    short_city(manager, disaster, **size)
    page = open_page(f"logistics_manager@{COUNTY}", width=1440, height=900)
    took = []
    with working(server):
        until(lambda: "worker: ok" in urlopen(f"{server.url}/readyz").read().decode())
        for _round in range(3):
            page.goto(f"{server.url}/stock/plans?disaster={disaster['id']}&area={COUNTY}")
            began = time.monotonic()
            page.locator("form[action='/stock/plans'] button").click()
            page.wait_for_url("**/stock/plans/0*")
            page.locator("#needs tbody tr").first.wait_for()
            page.locator("#plan-map[data-flows]").wait_for()
            took.append(time.monotonic() - began)
    plan = page.url.rsplit("/", 1)[1].split("?")[0]
    solved = manager.get(f"/api/v1/allocation-plans/{plan}").json["seconds"]
    slower = max(1.0, additions_seconds() / FAST)

    tell(drawn_s=[round(each, 2) for each in took], solved_s=solved, slower=round(slower, 2))
    assert sorted(took)[1] <= drawn_s * slower
    assert solved <= solved_s * slower
