"""The app of the reporter's phone: it starts without a network, keeps what is typed, says so."""

from __future__ import annotations

import gzip
import json
import re
import time
from urllib.request import urlopen

import pytest

from relief_ops.config import ROOT
from relief_ops.web import modules, offline
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy, seeded
from tests.reporting import READY, body, open_round, stored

REPORTER = f"township_reporter@{TOWNSHIP}"
START_SECONDS, APP_KB = 1.5, 250
ROUNDS = [f"r{n}" for n in range(12)]


def worker(server) -> dict:
    with urlopen(f"{server.url}/sw.js") as answer:
        text = answer.read().decode()
    lines = re.findall(r"^const (\w+) = (.*);$", text, re.M)
    return {
        name: json.loads(value) for name, value in lines if name in ("VERSION", "PAGES", "FILES")
    }


def test_it_starts_without_a_network_in_a_second_and_a_half(phone, person, disaster, tell):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    times = []
    for _ in range(3):
        began = time.monotonic()
        reporter.reopen()
        reporter.page.locator("[data-round]").first.wait_for()
        times.append(time.monotonic() - began)

    tell(start_offline_s=round(sorted(times)[1], 2))
    assert sorted(times)[1] <= START_SECONDS
    reporter.page.locator("#strip", has_text="没有网络").wait_for()


def test_it_weighs_a_quarter_of_a_megabyte_at_most(server, person, client, tell):
    named = worker(server)
    page = person(REPORTER).get("/phone").data
    files = [(ROOT / path.lstrip("/")).read_bytes() for path in named["FILES"]]
    weight = sum(len(gzip.compress(each)) for each in (page, *files)) / 1024

    tell(app_kb=round(weight))
    assert weight <= APP_KB
    needed = set(modules.needed("reports/phone/main.js"))
    assert needed <= set(named["FILES"])


def test_the_kept_page_is_the_same_for_everybody(client, person):
    pages = set()
    for who, lang in ((REPORTER, "zh"), ("township_reporter@990102000000", "en")):
        caller = person(who)
        caller.client.set_cookie("lang", lang)
        pages.add(caller.get("/phone").data)

    assert len(pages) == 1


def test_the_desk_gets_nothing_from_the_workers_cache(phone, server, disaster):
    reporter = phone(REPORTER)
    reporter.reopen()
    sheet = "/static/css/tokens.css"
    poison = """async (path) => {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const each of [path, "/phone"]) {
          const kept = await (await cache.match(each)).text();
          await cache.put(each, new Response(kept + "/* kept on the phone */",
            { headers: { "Content-Type": each === path ? "text/css" : "text/html" } }));
        }
      }
    }"""
    reporter.page.evaluate(poison, sheet)
    said = "async (path) => (await fetch(path)).text()"

    assert reporter.page.evaluate(said, sheet).endswith("/* kept on the phone */")
    reporter.page.goto(f"{server.url}/reports")
    assert reporter.page.evaluate("() => navigator.serviceWorker.controller !== null")
    assert "kept on the phone" not in reporter.page.evaluate(said, sheet)
    assert "kept on the phone" not in reporter.page.content()
    listed = reporter.page.evaluate("""async () => (await Promise.all((await caches.keys()).map(
      async (name) => (await (await caches.open(name)).keys()).map((each) => each.url)))).flat()""")
    assert not [each for each in listed if not (each.endswith("/phone") or "/static/" in each)]


def test_a_new_version_takes_the_place_of_the_one_that_is_kept(phone, server, disaster):
    reporter = phone(REPORTER)
    reporter.page.evaluate("""async () => {
      await (await navigator.serviceWorker.getRegistration("/")).unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      await caches.open("app-of-yesterday");
      await caches.open("something else");
    }""")
    reporter.reopen()
    kept = {f"app-{worker(server)['VERSION']}", "something else"}
    reporter.page.wait_for_function(
        "async (wanted) => (await caches.keys()).sort().join() === wanted",
        arg=",".join(sorted(kept)),
    )


def test_the_version_changes_with_any_file_and_only_then(client, monkeypatch):
    first, again = client.get("/sw.js").text, client.get("/sw.js").text
    true_hash = offline._hash
    monkeypatch.setattr(
        offline,
        "_hash",
        lambda path: true_hash(path)[::-1] if "tokens" in path else true_hash(path),
    )

    assert again == first
    assert client.get("/sw.js").text.splitlines()[0] != first.splitlines()[0]


@pytest.mark.parametrize("kind", [Kind.SWALLOW, Kind.REPEAT, Kind.RESET_RESPONSE, Kind.DELAY])
def test_a_bad_line_loses_nothing_and_doubles_nothing(phone, server, disaster, kind):
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        proxy.script = seeded(3, kinds=(kind,), part=0.25)
        reporter.keep(disaster, TOWNSHIP, ROUNDS)
        reporter.open("/phone/outbox")
        reporter.until("sent", len(ROUNDS))
        items = reporter.items()
        proxy.script = lambda _number: None

    assert proxy.met[kind] > 0
    assert stored() == len(ROUNDS)
    assert len({each["receipt"]["seq"] for each in items}) == len(ROUNDS)
    assert [each["receipt"]["id"] for each in items] == [each["id"] for each in items]


def test_a_line_that_is_up_but_dead_is_called_dead(phone, server, disaster):
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        proxy.script = lambda _number: Fault(Kind.DROP)
        reporter.keep(disaster, TOWNSHIP, ["r1"])
        reporter.open("/phone/outbox")
        reporter.page.locator("#strip.watch").wait_for()
        assert reporter.page.evaluate("() => navigator.onLine") is True
        assert reporter.items()[0]["state"] == "waiting"
        proxy.script = lambda _number: None
        reporter.until("sent")

    assert stored() == 1


def test_the_page_of_a_hotel_is_no_receipt(phone, disaster):
    reporter = phone(REPORTER)
    asked = []

    def welcome(route) -> None:
        asked.append(route.request.method)
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>")

    reporter.context.route("**/api/v1/reports/*", welcome)
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.open("/phone/outbox")
    reporter.page.locator("#content [data-state=waiting]", has_text="试过 2").wait_for()
    assert asked[:2] == ["PUT", "PUT"]
    reporter.context.unroute("**/api/v1/reports/*")
    reporter.until("sent")

    assert stored() == 1


def test_two_tabs_send_each_thing_once(phone, server, disaster):
    reporter = phone(REPORTER)
    other = reporter.context.new_page()
    other.goto(f"{server.url}/phone/outbox")
    other.wait_for_function(READY)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, ROUNDS)
    reporter.open("/phone/outbox")
    reporter.offline(False)
    reporter.until("sent", len(ROUNDS))

    assert stored() == len(ROUNDS)
    assert {each["attempts"] for each in reporter.items() if each["problem"] is None} <= {1, 2}


def test_what_the_county_refuses_is_kept_with_the_reason_and_corrected_under_a_new_id(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "10")
    earlier = body(disaster, TOWNSHIP, {"affected": 500}, round="r0")
    assert person(REPORTER).put(f"/api/v1/reports/{new_id()}", earlier).status_code == 201

    reporter.offline(False)
    reporter.until("refused")
    refused = reporter.page.locator('[data-state="refused"]')
    assert "500" in refused.inner_text()
    refused.locator("button").click()
    field = reporter.page.locator("#f-affected")
    field.wait_for()
    assert field.input_value() == "10"
    for _ in range(2):
        reporter.page.locator('[data-key="delete"]').click()
    reporter.key("affected", "510")
    reporter.save()
    reporter.until("sent")

    first, second = reporter.items()
    assert first["state"] == "replaced"
    assert first["id"] != second["id"]
    assert stored() == 2


def test_an_ended_session_keeps_everything_and_asks_for_a_sign_in(phone, server, disaster):
    reporter = phone(REPORTER)
    cookies = reporter.context.cookies()
    reporter.context.clear_cookies(name="session")
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.open("/phone/outbox")
    reporter.page.locator('#strip a[href^="/sign-in"]').wait_for()
    reporter.until("waiting")

    reporter.context.add_cookies(cookies)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    assert stored() == 1


def test_nobody_sends_what_somebody_else_saved_on_the_same_phone(phone, open_page, disaster):
    reporter = phone(REPORTER)
    reporter.context.clear_cookies(name="session")
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    colleague = open_page("village_officer@990101001000")
    cookies = [each for each in colleague.context.cookies() if each["name"] == "session"]
    reporter.context.add_cookies(cookies)
    reporter.open("/phone/outbox")
    reporter.page.locator("#strip.ok").wait_for()
    reporter.until("waiting")

    assert stored() == 0
    assert "另一个人" in reporter.page.locator("#content").inner_text()


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (window.full) throw new DOMException("no room", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""


def test_a_full_phone_says_so_and_keeps_what_is_on_the_screen(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.open("/phone/report")
    reporter.page.evaluate(FULL)
    reporter.page.evaluate("() => { window.full = true; }")
    reporter.key("affected", "77")
    reporter.page.locator("#strip.act", has_text="手机存满了").wait_for()
    reporter.page.locator(".save").click()
    assert reporter.page.locator("#f-affected").input_value() == "77"
    assert reporter.items() == []

    reporter.page.evaluate("() => { window.full = false; }")
    reporter.page.locator(".save").click()
    reporter.until("waiting")


def test_a_browser_that_keeps_nothing_says_so_before_anything_is_typed(phone, disaster):
    reporter = phone(REPORTER)
    reporter.page.add_init_script("indexedDB.open = () => { throw new DOMException('no', 'x'); }")
    reporter.open()
    reporter.page.locator('#strip.act a[href="/reports/new"]').wait_for()


def test_signing_out_says_what_would_be_lost_and_then_wipes_everything(phone, server, disaster):
    reporter = phone(REPORTER)
    reporter.keep(disaster, TOWNSHIP, ["no such round"])
    reporter.open("/phone/outbox")
    reporter.until("refused")
    reporter.open()
    reporter.page.locator("#sign-out").click()
    reporter.page.locator("#sign-out.danger", has_text="1").wait_for()
    assert len(reporter.items()) == 1

    reporter.page.locator("#sign-out").click()
    reporter.page.wait_for_url("**/sign-in")
    left = reporter.page.evaluate("""async () => {
      const store = await import("/static/js/outbox/store.js");
      const kept = await Promise.all(["items", "drafts", "facts", "keys"].map(store.all));
      return [kept.flat().length, (await caches.keys()).length,
              (await navigator.serviceWorker.getRegistrations()).length];
    }""")
    assert left == [0, 0, 0]
    reporter.page.goto(f"{server.url}/phone")
    reporter.page.wait_for_url("**/sign-in?next=**")


def test_signing_out_from_the_desk_says_and_wipes_the_same(phone, server, disaster):
    reporter = phone(REPORTER)
    reporter.keep(disaster, TOWNSHIP, ["no such round"])
    page = reporter.page
    page.goto(f"{server.url}/reports")
    page.locator("details.picker", has_text="试验员").locator("summary").click()
    page.locator('form[action="/sign-out"] button').click()
    page.locator('form[action="/sign-out"] button', has_text="1").click()
    page.wait_for_url("**/sign-in")

    assert reporter.items() == []


def test_person_level_bodies_lie_there_as_ciphertext_and_die_with_the_key(phone, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    found = reporter.page.evaluate("""async () => {
      const { keep, contentOf } = await import("/static/js/outbox/keep.js");
      const { register } = await import("/static/js/outbox/kinds.js");
      const { forget } = await import("/static/js/outbox/crypto.js");
      const store = await import("/static/js/outbox/store.js");
      register("roster", { personal: true });
      const item = await keep({ kind: "roster", owner: "x", url: (id) => `/api/v1/none/${id}`,
                                line: "l", body: () => ({ name: "330203199001010017" }) });
      const [kept] = await store.all("items");
      const bytes = [...kept.sealed.data].map((each) => String.fromCharCode(each)).join("");
      const [key] = await store.all("keys");
      const raw = await crypto.subtle.exportKey("raw", key).then(() => "out", () => "locked in");
      const read = await contentOf(item);
      await forget();
      const plain = Object.hasOwn(kept, "body") || bytes.includes("330203");
      return [plain, raw, read.name, await contentOf(item)];
    }""")

    assert found == [False, "locked in", "330203199001010017", None]


def test_a_follow_up_is_filed_with_thumbs_and_the_sums_are_checked_on_each_key(
    phone, person, disaster
):
    open_round(person, disaster)
    earlier = {"affected": 9000, "relocated_rt": 1254, "relocated_cum": 1254, "crop_affected": 120}
    reported = body(disaster, TOWNSHIP, earlier, round="r0")
    assert person(REPORTER).put(f"/api/v1/reports/{new_id()}", reported).status_code == 201
    reporter = phone(REPORTER)
    page = reporter.open("/phone/report?group=transfer")
    reporter.key("relocated_central_rt", "742")
    reporter.key("relocated_scattered_rt", "500")
    page.locator("#n-relocated_rt .act").wait_for()
    for _ in range(2):
        page.locator('[data-key="delete"]').click()
    reporter.key("relocated_scattered_rt", "12")
    page.locator("#n-relocated_rt .ok", has_text="742 + 512 = 1,254").wait_for()

    page.locator('[data-group="crops"]').click()
    page.locator('[data-field="crop_affected"] [data-mu="1"]').click()
    reporter.key("crop_affected", "2340")
    assert "= 156 " in page.locator('[data-field="crop_affected"] .other').inner_text()
    page.locator('[data-group="people"]').click()
    page.locator("#f-missing").click()
    page.locator('[data-key="unknown"]').click()
    reporter.key("affected", "8000")
    page.locator(".save").click()
    page.locator(".form-problem", has_text="8000").wait_for()
    page.locator(".reasons button").first.click()
    reporter.save()
    reporter.until("sent")

    kept = reporter.items()[0]["receipt"]["id"]
    sent = person("county_reviewer").get(f"/api/v1/reports/{kept}").json
    assert sent["values"]["crop_affected"] == 156
    assert sent["values"]["missing"] is None
    assert sent["reasons"]["affected"] == "复核更正"


def test_every_target_of_a_thumb_is_44_pixels_and_nothing_moves_sideways_at_320(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER, width=320, height=640)
    for view in ("/phone", "/phone/report?group=crops", "/phone/outbox"):
        for lang in ("zh", "en"):
            cookie = {"name": "lang", "value": lang, "url": reporter.url}
            reporter.context.add_cookies([cookie])
            page = reporter.open(view)
            small = page.evaluate("""() => [...document.querySelectorAll("button, a, select")]
              .filter((each) => { const box = each.getBoundingClientRect();
                return box.width && (box.height < 44 || box.width < 44); })
              .map((each) => each.outerHTML.slice(0, 90))""")
            wide = page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (small, wide) == ([], 0), (view, lang)


def test_a_form_nobody_typed_in_takes_newer_figures_and_a_begun_one_keeps_its_own(
    phone, person, disaster
):
    open_round(person, disaster)
    other, first, second = person(REPORTER), new_id(), new_id()
    reporter = phone(REPORTER)
    other.put(f"/api/v1/reports/{first}", body(disaster, TOWNSHIP, {"affected": 30}))
    page = reporter.reopen("/phone/report")
    page.wait_for_function("() => document.querySelector('#f-affected').value === '30'")
    reporter.key("deaths", "0")
    page.locator(".ends .ok").wait_for()
    newer = body(disaster, TOWNSHIP, {"affected": 31}, base=first)
    other.put(f"/api/v1/reports/{second}", newer)
    page = reporter.reopen("/phone/report")
    page.locator("#f-affected").wait_for()
    page.wait_for_load_state("networkidle")

    assert page.locator("#f-affected").input_value() == "30"
    reporter.save()
    reporter.until("conflict")


def test_a_draft_is_there_after_the_browser_died(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.open("/phone/report")
    reporter.key("affected", "123")
    reporter.page.locator(".ends .ok").wait_for()
    reporter.reopen()
    reporter.page.locator("[data-round] .button").first.click()
    reporter.page.locator("#f-affected").wait_for()

    assert reporter.page.locator("#f-affected").input_value() == "123"
