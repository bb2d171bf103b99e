"""The rosters on a phone in a real browser: rows typed with thumbs, and all a browser keeps."""

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import select

from damage_reports.rosters.models import RosterRow
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.browsing import became
from tests.factories.city import VILLAGE
from tests.factories.rosters import id_number
from tests.reporting import Phone

NUMBER = id_number(Random("phone"))
PERSON = {
    "name": "陈大伟测",
    "id_number": NUMBER,
    "place": "古河闸口北侧",
    "kin_contact": "陈大海测",
}
HOUSE = {"name": "施望潮测", "phone": "13812345678", "address": "望潮里十八弄七号"}
CANARIES = [*PERSON.values(), *HOUSE.values(), "大伟", "望潮"]
# Everything a browser keeps of a page, as text: bytes are read as if they were letters.
DUMP = """async () => {
  const plain = (key, value) => {
    if (value instanceof ArrayBuffer) return plain(key, new Uint8Array(value));
    return ArrayBuffer.isView(value) ? new TextDecoder("utf-8").decode(value) : value;
  };
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
                 JSON.stringify(history.state), location.href];
  for (const { name } of await indexedDB.databases()) {
    const opened = await done(indexedDB.open(name));
    for (const store of opened.objectStoreNames) {
      const all = opened.transaction(store).objectStore(store);
      found.push(store + JSON.stringify(await done(all.getAllKeys()))
        + JSON.stringify(await done(opened.transaction(store).objectStore(store).getAll()), plain));
    }
    opened.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const each of (await cache.keys()).filter(({ url }) => !url.includes("/static/"))) {
      found.push(each.url, await (await cache.match(each)).text());
    }
  }
  return found.join("\\n");
}"""
WRITTEN = """async () => (await import("/static/js/outbox/drafts.js")).written()"""


def enter(reporter: Phone, roster: str, typed: dict[str, str], *, village: str = VILLAGE) -> None:
    """Open a fresh row and fill it in as thumbs do: keys, taps, a keyboard for words."""
    page = reporter.page
    page.locator(f'[data-roster="{roster}"] a').click()
    page.locator(".row-form").wait_for()
    page.locator("#r-area").select_option(village)
    fill(reporter, typed)


def fill(reporter: Phone, typed: dict[str, str]) -> None:
    """Fill columns of the row that is open."""
    page = reporter.page
    for code, text in typed.items():
        field = page.locator(f'[data-field="{code}"]')
        if field.locator(".choice").count():
            field.locator(f'[data-value="{text}"]').click()
        elif field.locator("select").count():
            field.locator("select").select_option(text)
        elif text == "now":
            field.locator("button").click()
        elif field.locator("input.figure").count():
            field.locator("input").click()
            for digit in text:
                page.locator(f'.keys [data-key="{digit}"]').click()
        else:
            field.locator("input, textarea").fill(text)
    page.evaluate(WRITTEN)


def save(reporter: Phone) -> None:
    """Press the one big button, and wait until it lies in the outbox."""
    kept = len(reporter.items())
    reporter.page.locator(".save").click()
    became(
        reporter.page,
        """async (count) => (await (await import("/static/js/outbox/store.js")).all("items"))
             .length > count""",
        kept,
    )


def casualty(reporter: Phone, **more: str) -> None:
    """Add somebody missing, with everything personal."""
    enter(reporter, "casualties", {"status": "missing", "happened_at": "now"} | PERSON | more)
    save(reporter)


def house(reporter: Phone, **more: str) -> None:
    """Add a household whose house fell."""
    given = {"no_number": "lost", "family_type": "ordinary", "structure": "brick_wood"}
    rooms = {"people": "3", "collapsed_rooms": "4", "collapsed_dwelling_rooms": "2"}
    enter(reporter, "houses", HOUSE | given | rooms | more)
    save(reporter)


def readable(reporter: Phone, *words: str) -> list[str]:
    """Return which of these words the browser keeps anywhere in clear."""
    kept = reporter.page.evaluate(DUMP)
    assert "outbox" in kept or "items" in kept
    return [each for each in words or CANARIES if each in kept]


def rows() -> list[RosterRow]:
    """Return every revision of every row the server holds, oldest first."""
    with act_as(SYSTEM), db.reading() as session:
        found = session.scalars(select(RosterRow).order_by(RosterRow.id)).all()
        session.expunge_all()
        return list(found)


def events(name: str) -> list[Any]:
    """Return the events of one name."""
    with act_as(SYSTEM), db.reading() as session:
        return list(session.scalars(select(EventRow.payload).where(EventRow.name == name)))
