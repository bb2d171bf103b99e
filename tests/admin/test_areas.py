"""The pages of areas: browse, find, put right, zones, import; each refused to whoever may not."""

from __future__ import annotations

import io
import re

from relief_ops import db, geo
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE

CSV = "level,code,name,parent_code,kind\nvillage,990101009000,新村,990101000000,村委会\n"
POINTS = f"code,lon,lat,source\n{TOWNSHIP},121.55,29.81,实测\n"


def _import(browser, text: str, **fields):
    sent = {"kind": "points", "system": "wgs84", "valid_from": "2000-01-01"} | fields
    token = re.search(r'name="csrf" value="(\w+)"', browser.get("/account").text)[1]
    data = sent | {"csrf": token, "file": (io.BytesIO(text.encode()), "areas.csv")}
    return browser.client.post("/areas/import", data=data)


def test_a_stranger_is_led_to_sign_in(client):
    for path in ("/areas", f"/areas/{CITY}", "/areas/zones", "/areas/import"):
        assert client.get(path).status_code == 302, path


def test_who_may_only_read_changes_nothing(signed_in):
    me = signed_in("duty_officer")

    assert me.get("/areas/import").status_code == 403
    assert me.get("/areas/zones/new").status_code == 403
    assert me.post(f"/areas/{TOWNSHIP}/point", lon="1", lat="1").status_code == 403
    assert me.post(f"/areas/zones/{new_id()}", name="x", codes=TOWNSHIP).status_code == 403
    assert _import(me, POINTS).status_code == 403


def test_a_countys_administrator_moves_no_neighbours_point(signed_in):
    me = signed_in("system_admin@990200000000")

    assert me.post(f"/areas/{TOWNSHIP}/point", lon="121.5", lat="29.8").status_code == 404
    assert me.get("/areas/import").status_code == 404


def test_the_tree_is_walked_and_searched(signed_in):
    me = signed_in("duty_officer")

    assert "东山县" in me.get("/areas").text
    assert "临江镇" in me.get(f"/areas/{COUNTY}").text
    assert VILLAGE in me.get(f"/areas/{TOWNSHIP}").text
    assert "石桥街道" in me.get("/areas?q=石桥").text
    assert me.get("/areas/000000000000").status_code == 404
    assert me.get("/areas?on=yesterday").status_code == 422


def test_a_point_is_put_right_and_nonsense_is_explained(signed_in):
    me = signed_in("system_admin")

    assert me.post(f"/areas/{TOWNSHIP}/point", lon="121.123", lat="29.5").status_code == 303
    assert me.post(f"/areas/{TOWNSHIP}/point", lon="east", lat="29.5").status_code == 422
    assert "121.12300" in me.get(f"/areas/{TOWNSHIP}").text
    assert "area.moved" in me.get("/log?name=area.moved").text


def test_a_zone_is_a_named_set_of_areas(signed_in):
    me, zone_id = signed_in("system_admin"), new_id()
    made = me.post(f"/areas/zones/{zone_id}", name="滨江片", codes=f"{TOWNSHIP}\n{NEIGHBOUR}")
    wrong = me.post(f"/areas/zones/{new_id()}", name="滨江片", codes=TOWNSHIP)
    nowhere = me.post(f"/areas/zones/{new_id()}", name="无", codes="123456789012")

    assert (made.status_code, wrong.status_code, nowhere.status_code) == (303, 422, 422)
    assert "滨江片" in me.get("/areas/zones").text and "滨江片" in me.get(f"/areas/{TOWNSHIP}").text
    assert NEIGHBOUR in me.get(f"/areas/zones/{zone_id}").text
    assert me.get(f"/areas/zones/{new_id()}").status_code == 404


def test_an_import_is_checked_first_and_written_only_when_confirmed(signed_in):
    me = signed_in("system_admin")
    checked = _import(me, POINTS)
    with db.reading() as session:
        before = geo.tree(session).by_code(TOWNSHIP).point
    kept = re.search(r'name="kept" value="([0-9a-f]{64})"', checked.text)[1]
    done = me.post(
        "/areas/import", kept=kept, kind="points", system="wgs84", valid_from="2000-01-01"
    )
    again = me.post(
        "/areas/import", kept=kept, kind="points", system="wgs84", valid_from="2000-01-01"
    )

    assert checked.status_code == 200 and before == (121.50, 29.80)
    with db.reading() as session:
        assert geo.tree(session).by_code(TOWNSHIP).point == (121.55, 29.81)
    assert done.status_code == 200 and again.status_code == 422
    assert "areas.imported" in me.get("/log?name=areas.imported").text


def test_a_wrong_row_is_named_and_a_strange_file_refused(signed_in):
    me = signed_in("system_admin")
    wrong = _import(me, CSV, kind="divisions")
    strange = _import(me, "GIF89a", kind="outlines", system="file")
    traversal = me.post("/areas/import", kept="../../etc/passwd", kind="points")

    assert wrong.status_code == 422 and "990101000000" in wrong.text
    assert strange.status_code == 415
    assert traversal.status_code == 422
