"""Photos on the phone: made smaller, kept, cut off in mid-piece, sent once, byte for byte."""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image
from sqlalchemy import select

from damage_reports.models import ReportPhoto
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.files import store
from tests.factories.city import TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy
from tests.files.pictures import jpeg
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"
# The store as the release before photos made it, with what lay in it.
BEFORE = """async () => {
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const now = await done(indexedDB.open("outbox"));
  const held = now.transaction(["items", "facts"]);
  const items = await done(held.objectStore("items").getAll());
  const facts = await done(held.objectStore("facts").get("phone"));
  now.close();
  await done(indexedDB.deleteDatabase("outbox"));
  const opening = indexedDB.open("outbox", 1);
  opening.onupgradeneeded = () => {
    for (const name of ["items", "drafts", "facts", "keys"]) opening.result.createObjectStore(name);
  };
  const db = await done(opening);
  const tx = db.transaction(["items", "facts"], "readwrite");
  for (const each of items) tx.objectStore("items").put(each, each.id);
  tx.objectStore("facts").put(facts, "phone");
  await new Promise((yes) => { tx.oncomplete = yes; });
  db.close();
  return items.length;
}"""
BYTES = """async () => {
  const { all } = await import("/static/js/outbox/store.js");
  const kept = await all("files");
  return Promise.all(kept.filter((each) => each.bytes).map(async (each) => {
    const { sha256 } = await import("/static/js/outbox/ids.js");
    return [await sha256(each.bytes), each.bytes.length];
  }));
}"""


def chosen(name: str, data: bytes) -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def take(reporter, *pictures: dict, kept: int | None = None) -> None:
    """Choose pictures as the camera would give them, and wait until they lie on the phone."""
    reporter.page.locator("#take-photos").set_input_files(list(pictures))
    count = len(pictures) if kept is None else kept
    reporter.page.wait_for_function(
        "(n) => document.querySelectorAll('.photos li').length === n", arg=count
    )


def said(reporter, words: str) -> None:
    reporter.page.locator(".photo-section [role=status]", has_text=words).wait_for()


def stored() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        return sorted(session.scalars(select(ReportPhoto.sha256)))


def large(seed: int) -> bytes:
    return jpeg(seed, size=(2000, 1500), taken="2013:10:07 03:05:00", place=(121.55, 29.87))


def test_photos_cut_off_in_mid_piece_arrive_once_and_byte_for_byte(phone, server, person, disaster):
    open_round(person, disaster)
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        reporter.offline()
        reporter.open("/phone/report")
        take(reporter, *(chosen(f"{n}.jpg", large(n)) for n in range(3)))
        kept = reporter.page.evaluate(BYTES)
        assert all(size > 100_000 for _hash, size in kept)
        cuts = (Kind.RESET_REQUEST, Kind.SWALLOW, Kind.RESET_RESPONSE, Kind.REPEAT)
        proxy.script = lambda n: Fault(cuts[n // 3 % 4]) if n % 3 == 2 else None
        reporter.offline(False)
        reporter.open("/phone/outbox")
        reporter.until("sent", 3)
        proxy.script = lambda _number: None

    assert all(proxy.met[each] for each in cuts)
    assert stored() == sorted(sha256 for sha256, _size in kept)
    for sha256, size in kept:
        data = store.content_path(sha256).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
        assert max(Image.open(io.BytesIO(data)).size) == 1600
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(ReportPhoto)).all()
        assert {(row.time_source, row.place_source, row.lon_e5) for row in rows} == {
            ("camera", "camera", 12155000)
        }
    assert reporter.page.evaluate(BYTES) == []


def test_photos_of_a_phone_without_a_network_survive_it_and_go_after_the_figures(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.open("/phone/report")
    take(reporter, chosen("a.jpg", large(1)))
    reporter.key("affected", "12")
    reporter.save()
    reporter.reopen("/phone/outbox")
    reporter.until("waiting", 2)
    assert stored() == []

    reporter.offline(False)
    reporter.until("sent", 2)
    photo, report = reporter.items()
    assert (photo["kind"], report["kind"]) == ("photo", "report")
    assert report["receipt"]["seq"] < photo["receipt"]["seq"]
    assert len(stored()) == 1


def test_an_app_closed_in_mid_photo_goes_on_from_where_it_was(phone, server, person, disaster):
    open_round(person, disaster)
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        reporter.offline()
        reporter.open("/phone/report")
        take(reporter, chosen("a.jpg", large(2)))
        proxy.script = lambda _number: Fault(Kind.DELAY, seconds=1.5)
        reporter.offline(False)
        reporter.page.locator(".photos li", has_text=re.compile(r"\d %")).wait_for()
        proxy.script = lambda _number: Fault(Kind.DROP)
        reporter.page.locator("#strip.watch").wait_for(state="attached")
        there = reporter.items()[0]["file"]["next"]
        reporter.page.close()
        proxy.script = lambda _number: None
        reporter.page = reporter._page()
        reporter.open("/phone/outbox")
        reporter.until("sent")

    assert 0 < there < reporter.items()[0]["file"]["size"]
    assert len(stored()) == 1


def test_the_same_photo_twice_is_kept_once_and_what_is_no_picture_is_named(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.open("/phone/report")
    data = large(3)
    take(reporter, chosen("a.jpg", data), chosen("b.jpg", data), kept=1)
    said(reporter, "b.jpg 已经在这里")
    take(reporter, chosen("text.jpg", b"this is a text, not a picture"), kept=1)
    said(reporter, "text.jpg 不能作为图片读取")
    reporter.open("/phone/outbox")
    reporter.until("sent")

    assert len(stored()) == 1


def test_the_place_of_the_phone_is_kept_where_it_may_be_known_and_the_camera_is_silent(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.context.grant_permissions(["geolocation"], origin=reporter.url)
    reporter.context.set_geolocation({"longitude": 121.6, "latitude": 29.9})
    reporter.open("/phone/report")
    with reporter.page.expect_file_chooser() as asked:
        reporter.page.locator(".take").click()
    asked.value.set_files([chosen("a.jpg", jpeg(7, size=(400, 300)))])
    reporter.page.locator(".photos li").wait_for()
    reporter.open("/phone/outbox")
    reporter.until("sent")

    with act_as(SYSTEM), db.reading() as session:
        row = session.scalars(select(ReportPhoto)).one()
    assert (row.lon_e5, row.lat_e5, row.place_source) == (12160000, 2990000, "device")
    assert row.time_source == "device"


def test_what_the_release_before_kept_is_delivered_and_photos_go_with_it(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    cut = "**/api/v1/**"
    reporter.context.route(cut, lambda route: route.abort())
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.page.goto(f"{reporter.url}/healthz")
    assert reporter.page.evaluate(BEFORE) == 1
    reporter.reopen("/phone/report")
    take(reporter, chosen("a.jpg", large(8)))
    reporter.open("/phone/outbox")
    reporter.context.unroute(cut)
    reporter.until("sent", 2)

    assert len(stored()) == 1


def test_a_full_phone_says_that_a_photo_was_not_kept_and_keeps_the_others(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.open("/phone/report")
    take(reporter, chosen("a.jpg", large(4)))
    reporter.page.evaluate("""() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value, key) {
        const full = this.name === "files" && value.bytes;
        if (full) throw new DOMException("full", "QuotaExceededError");
        return put.call(this, value, key);
      };
    }""")
    reporter.page.locator("#take-photos").set_input_files([chosen("b.jpg", large(5))])
    said(reporter, "手机存储已满：b.jpg 没有保存")
    reporter.reopen("/phone/outbox")
    reporter.offline(False)
    reporter.until("sent")

    assert len(stored()) == 1


def test_signing_out_takes_the_photos_of_this_person_from_the_phone(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.open("/phone/report")
    take(reporter, chosen("a.jpg", large(6)))
    reporter.open("/phone")
    reporter.page.locator("#sign-out").click()
    reporter.page.locator("#sign-out.danger").wait_for()
    reporter.offline(False)
    reporter.page.evaluate("""async () => {
      const { wipe } = await import("/static/js/outbox/leave.js");
      const { all } = await import("/static/js/outbox/store.js");
      await wipe((await all("items"))[0].owner);
    }""")

    assert reporter.page.evaluate(
        "async () => (await (await import('/static/js/outbox/store.js')).all('files')).length"
    ) == 0  # fmt: skip
