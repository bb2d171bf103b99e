"""A network that lets no WebSocket through: the page asks by itself, and misses nothing (L-8)."""

from __future__ import annotations

import time

import pytest

from tests.browser.test_desk import ROW, report, settled, wait_for_seq
from tests.factories import city

pytestmark = [pytest.mark.proof, pytest.mark.target("L-8")]
ASKED_EVERY = 10  # seconds


def test_without_websockets_every_change_is_shown_within_one_round_of_asking(
    open_page, server, person, disaster, tell
):
    page = open_page("duty_officer")
    page.route_web_socket("**", lambda socket: socket.close())
    page.goto(f"{server.url}/desk?view=list&indicator=affected")
    settled(page)

    took = []
    for part in (1, 2, 3):
        seq = report(person, disaster, area=city.TOWNSHIP, affected=part * 111, part=part)
        began = time.monotonic()
        wait_for_seq(page, seq)
        page.locator(ROW, has_text=str(part * 111)).wait_for()
        took.append(time.monotonic() - began)

    tell(slowest_s=max(took))
    assert max(took) < ASKED_EVERY + 2
    assert page.evaluate("document.documentElement.dataset.age") in ("live", "delayed")
