"""A server that hangs, and a line that swallows everything: the desk says so at once (L-4)."""

from __future__ import annotations

import re
import time

import pytest

from tests.faults.pipe import Pipe

pytestmark = [pytest.mark.proof, pytest.mark.target("L-4")]
PROMISED, LOOK = 10, 0.2  # seconds the promise gives, and what looking costs


def live(page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.age === 'live'")


def seconds_until_it_says_so(page) -> float:
    began = time.monotonic()
    page.wait_for_function(
        "() => document.documentElement.dataset.age !== 'live'", timeout=30_000, polling=100
    )
    return time.monotonic() - began


def test_a_frozen_server_is_said_within_ten_seconds(open_page, server, disaster, faults, tell):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=list")
    live(page)
    server.pause()
    try:
        took = seconds_until_it_says_so(page)
    finally:
        server.resume()
    live(page)

    tell(banner_left_live_after_s=took)
    assert took <= PROMISED + LOOK


def test_a_server_frozen_for_a_minute_leaves_the_map_grey_and_says_why(
    open_page, server, disaster, faults
):
    page = open_page("duty_officer", width=1440, height=900)
    page.goto(f"{server.url}/desk")
    live(page)
    page.locator("#map canvas").wait_for()
    look = "() => getComputedStyle(document.getElementById('map')).filter"
    assert page.evaluate(look) == "none"
    server.pause()
    try:
        page.locator("#blind-strip", has_text="旧").wait_for(timeout=75_000)
        assert "grayscale(1)" in page.evaluate(look)
        words = page.locator("#blind-words").inner_text()
    finally:
        server.resume()
    live(page)

    assert int(re.search(r"(\d+) ?秒", words)[1]) >= 9
    assert page.evaluate(look) == "none"
    assert page.locator("#blind-strip").is_hidden()


def test_a_black_hole_is_said_within_ten_seconds(open_page, server, disaster, faults, tell):
    with Pipe(server.port) as pipe:
        server.url = pipe.url
        page = open_page("duty_officer")
        page.goto(f"{server.url}/desk?view=list")
        live(page)
        pipe.hole = True
        took = seconds_until_it_says_so(page)
        pipe.hole = False
        live(page)
        page.close()

    tell(banner_left_live_after_s=took)
    assert took <= PROMISED + LOOK
