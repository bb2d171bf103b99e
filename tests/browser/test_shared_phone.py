"""Two people share a phone: who signs out takes nothing of the other."""

from __future__ import annotations

from tests.browser.test_phone_rosters import cut, reporter
from tests.listing import casualty, readable, rows

__all__ = ["reporter"]

SIGN_OUT = """async (owner) => {
  const { wipe } = await import("/static/js/outbox/leave.js");
  await wipe(owner);
}"""


def test_somebody_else_who_signs_out_leaves_what_this_person_wrote_to_be_sent(reporter):
    cut(reporter)
    casualty(reporter)
    reporter.page.evaluate(SIGN_OUT, "somebody else")
    assert readable(reporter) == []
    cut(reporter, off=False)
    reporter.reopen("/phone/outbox")
    reporter.until("sent")

    assert len(rows()) == 1


def test_who_signs_out_takes_their_own_key_and_nobody_elses(reporter):
    cut(reporter)
    casualty(reporter)
    owner = reporter.items()[0]["owner"]
    sealed = reporter.page.evaluate("""async () => {
      const { seal } = await import("/static/js/outbox/crypto.js");
      return [await seal(new Uint8Array([1, 2]), "another")].map(({ by }) => by);
    }""")
    reporter.page.evaluate(SIGN_OUT, owner)
    keys = reporter.page.evaluate("""async () => {
      const { open } = await import("/static/js/outbox/store.js");
      return (await open()).getAllKeys("keys");
    }""")

    assert sealed == ["another"] and keys == ["personal:another"]
