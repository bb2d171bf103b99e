"""The sign in the windscreen: who receives the goods reads it and counts; it names nobody."""

from __future__ import annotations

import html

import segno

from tests.factories.city import COUNTY, OTHER_COUNTY
from tests.transport.conftest import assign


def placard(caller, shipment):
    return caller.get(f"/stock/shipments/{shipment}/placard")


def test_it_says_what_comes_from_where_and_leads_to_the_shipment(keeper, shipment):
    root = assign(keeper, shipment).json["link"].split("/way/")[0]  # where drivers' links lead
    address = f"{root}/stock/shipments/{shipment}"
    page = placard(keeper, shipment)

    assert page.status_code == 200
    for words in ("救灾物资", "东山县库", "浙B·12345", "40", "编号 1"):
        assert words in page.text, words
    picture = segno.make(address, error="m").svg_data_uri(scale=4, light="#fff")
    assert picture in html.unescape(page.text)


def test_it_names_no_driver_and_no_telephone_and_shows_the_vehicle_that_drives(keeper, shipment):
    assert assign(keeper, shipment, vehicle="浙B·99999").status_code == 201
    page = placard(keeper, shipment).text

    assert "浙B·99999" in page and "浙B·12345" not in page
    assert "张师傅" not in page and "13800000000" not in page


def test_only_its_two_ends_see_it(person, stranger, shipment):
    assert placard(stranger, shipment).status_code in (302, 401)
    assert placard(person(f"depot_keeper@{OTHER_COUNTY}"), shipment).status_code == 404
    assert placard(person(f"duty_officer@{COUNTY}"), shipment).status_code == 200
