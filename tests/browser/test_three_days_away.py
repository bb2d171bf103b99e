"""Three days without a network: everything a phone kept arrives once, byte for byte (F14)."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter

import pytest
from sqlalchemy import select

from damage_reports.models import Report, ReportPhoto
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.files import store
from tests.browser.test_phone_clock import set_clock
from tests.factories.city import TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy
from tests.files.pictures import jpeg

REPORTER = f"township_reporter@{TOWNSHIP}"
DAYS, REPORTS, PHOTOS, CUTS = 4, 200, 400, 20
# As the form keeps them: made smaller, with their notes.
KEEP_PHOTOS = """async ({ disaster, area, taken }) => {
  const { keepPhoto } = await import("/static/js/reports/offline.js");
  const { owner } = await import("/static/js/reports/phone/facts.js");
  const phone = await import("/static/js/reports/phone/taking.js");
  const { sha256 } = await import("/static/js/outbox/ids.js");
  const kept = [];
  for (const [round, text] of taken) {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    const { file, original } = await phone.taken(new File([bytes], `${round}.jpg`), null);
    const asked = { kind: "update", number: 0, code: round };
    const about = { disaster, area, round, place: area, asked };
    await keepPhoto({ about, owner: owner(), file, original, caption: "" });
    kept.push(await sha256(file.bytes));
  }
  return kept;
}"""


def three_days(reporter, disaster):
    """Keep reports and photos on four days, the app closed and opened each day; return hashes."""
    hashes = []
    for day in range(DAYS):
        set_clock(reporter, 1)  # each page of the phone's context adds a day
        reporter.reopen("/phone/outbox")
        rounds = [f"d{day}n{n}" for n in range(REPORTS // DAYS)]
        reporter.keep(disaster, TOWNSHIP, rounds)
        for begin in range(0, PHOTOS // DAYS, 10):
            numbers = range(begin, begin + 10)
            taken = [
                (rounds[n // 2], base64.b64encode(jpeg(1000 * day + n)).decode()) for n in numbers
            ]
            asked = {"disaster": disaster["id"], "area": TOWNSHIP, "taken": taken}
            hashes += reporter.page.evaluate(KEEP_PHOTOS, asked)
    return hashes


@pytest.mark.nightly
@pytest.mark.target("F14")
def test_three_days_of_reports_and_photos_arrive_once_through_a_line_that_is_cut(
    phone, server, disaster
):
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        reporter.offline()
        kept = three_days(reporter, disaster)
        assert len(set(kept)) == PHOTOS
        waiting = Counter(each["state"] for each in reporter.items())
        assert waiting == {"waiting": REPORTS + PHOTOS}
        cuts = (Kind.RESET_REQUEST, Kind.SWALLOW, Kind.RESET_RESPONSE, Kind.REPEAT)
        proxy.script = lambda n: Fault(cuts[n // 40 % 4]) if n % 40 == 39 else None
        reporter.offline(False)
        reporter.reopen("/phone/outbox")
        reporter.until("sent", REPORTS + PHOTOS, seconds=600)
        proxy.script = lambda _number: None

    assert sum(proxy.met[each] for each in cuts) >= CUTS
    with act_as(SYSTEM), db.reading() as session:
        reports = session.scalars(select(Report)).all()
        photos = session.scalars(select(ReportPhoto)).all()
    assert len(reports) == len({each.round for each in reports}) == REPORTS
    assert sorted(each.sha256 for each in photos) == sorted(kept)
    for each in photos:
        assert (
            hashlib.sha256(store.content_path(each.sha256).read_bytes()).hexdigest() == each.sha256
        )
