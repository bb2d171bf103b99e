"""Two people, two screens: a township files on a phone, the city's desk follows."""

from __future__ import annotations

import os
import time

import psutil
import pytest
from playwright.sync_api import Page

from tests import servers
from tests.conftest import MASTER, SECRET
from tests.factories.city import TOWNSHIP
from tests.running import Server

# Every change of a report that this page was told of, by its number in the log.
LISTEN = """async () => { const { onChange } = await import("/static/js/live/live.js");
  window.heard = [];
  onChange("report.submitted", (change) => window.heard.push(change.seq)); }"""
AFFECTED = '#totals [data-key="affected"]'


def file_from_the_phone(phone: Page, server: Server, affected: int) -> None:
    """Fill the form as a reporter would and see the receipt."""
    phone.goto(f"{server.url}/reports/new?area={TOWNSHIP}")
    phone.fill("#f-affected", str(affected))
    phone.get_by_role("button", name="报送").click()
    phone.locator("text=县里已收到这份报告").wait_for()


def shows(desk: Page, affected: int) -> None:
    """Wait until the desk's headline says so, without a reload."""
    desk.locator(f'{AFFECTED}[data-value="{affected}"]').wait_for(timeout=45_000)


def live(desk: Page, wanted: bool = True) -> None:
    """Wait until the desk is live, or until it admits that it is not."""
    sign = "===" if wanted else "!=="
    desk.wait_for_function(
        f"() => document.documentElement.dataset.age {sign} 'live'", timeout=40_000
    )


def test_a_township_files_on_a_phone_and_the_citys_desk_follows(open_page, server, disaster):
    desk = open_page("duty_officer", width=1600, height=900)
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    desk.goto(f"{server.url}/desk")
    live(desk)
    loaded = desk.evaluate("() => performance.timeOrigin")

    file_from_the_phone(phone, server, 120)
    shows(desk, 120)

    desk.context.set_offline(True)
    live(desk, wanted=False)
    file_from_the_phone(phone, server, 345)
    desk.context.set_offline(False)
    shows(desk, 345)
    live(desk)
    assert desk.evaluate("() => performance.timeOrigin") == loaded


def test_a_killed_server_loses_nothing_and_the_desk_comes_back(open_page, server, disaster, faults):
    desk = open_page("duty_officer")
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    desk.goto(f"{server.url}/desk")
    live(desk)
    file_from_the_phone(phone, server, 77)
    shows(desk, 77)

    server.kill()
    live(desk, wanted=False)
    server.start()
    live(desk)

    file_from_the_phone(phone, server, 88)
    shows(desk, 88)
    faults[:] = [
        each for each in faults if "ERR_CONNECTION" not in each and "Failed to" not in each
    ]


@pytest.fixture
def two_processes(app, database, tmp_path):
    """Two web processes on PostgreSQL, woken through Redis."""
    if not database.startswith("postgresql"):
        pytest.skip("several web processes need PostgreSQL")
    (tmp_path / "secret.key").write_bytes(SECRET)
    (tmp_path / "master.key").write_bytes(MASTER)
    redis_url = os.environ.get("TEST_REDIS_URL") or servers.redis_url()
    running = Server(database, tmp_path, workers=2, quick=True, REDIS_URL=redis_url).start()
    yield running
    running.stop()


@pytest.fixture
def server(request, app, database, tmp_path):
    """Use the two processes where a test asks for them, else the plain server."""
    if "two_processes" in request.fixturenames:
        yield request.getfixturevalue("two_processes")
        return
    (tmp_path / "secret.key").write_bytes(SECRET)
    (tmp_path / "master.key").write_bytes(MASTER)
    running = Server(database, tmp_path).start()
    yield running
    running.stop()


def test_the_same_with_two_web_processes_and_redis(two_processes, open_page, disaster):
    desks = [open_page("duty_officer"), open_page("city_reviewer")]
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    for desk in desks:
        desk.goto(f"{two_processes.url}/desk")
        live(desk)

    for affected in (11, 22, 33):
        file_from_the_phone(phone, two_processes, affected)
        for desk in desks:
            shows(desk, affected)


@pytest.mark.proof
def test_a_cut_network_and_a_killed_process_leave_no_gap_on_two_desks(
    two_processes, open_page, disaster, faults
):
    desks = [open_page("duty_officer"), open_page("city_reviewer")]
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    for desk in desks:
        desk.goto(f"{two_processes.url}/desk")
        live(desk)
        desk.evaluate(LISTEN)
    loaded = [desk.evaluate("() => performance.timeOrigin") for desk in desks]

    desks[0].context.set_offline(True)
    live(desks[0], wanted=False)
    file_from_the_phone(phone, two_processes, 11)
    shows(desks[1], 11)
    kill_one_process(two_processes)
    file_from_the_phone(phone, two_processes, 22)
    shows(desks[1], 22)
    desks[0].context.set_offline(False)
    shows(desks[0], 22)
    kill_one_process(two_processes)
    file_from_the_phone(phone, two_processes, 33)

    for desk in desks:
        shows(desk, 33)
        live(desk)
    heard = [desk.evaluate("() => window.heard") for desk in desks]
    assert [len(each) for each in heard] == [3, 3]
    assert sorted(heard[0]) == sorted(heard[1])
    assert [desk.evaluate("() => performance.timeOrigin") for desk in desks] == loaded
    faults[:] = [each for each in faults if "ERR_" not in each and "Failed to" not in each]


def kill_one_process(server: Server) -> None:
    """kill -9 one of the web processes; the master starts another."""
    workers = psutil.Process(server.process.pid).children()
    assert len(workers) == 2
    workers[0].kill()
    psutil.wait_procs(workers[:1], timeout=10)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if len(psutil.Process(server.process.pid).children()) == 2:
            return
        time.sleep(0.1)
    pytest.fail("no process took the place of the one that was killed")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_fits_a_small_phone(open_page, server, disaster, lang):
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=320, height=640, lang=lang)
    phone.goto(f"{server.url}/reports/new?area={TOWNSHIP}")

    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
