"""Rosters on the phone: drafts, changes, refusals, two versions, a phone that is shared."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import RoleGrant
from tests.browsing import became
from tests.factories.city import NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.rosters import revise
from tests.listing import (
    CANARIES,
    HOUSE,
    NUMBER,
    casualty,
    enter,
    events,
    fill,
    house,
    readable,
    rows,
    save,
)

REPORTER = f"township_reporter@{TOWNSHIP}"
SMALL = """() => [...document.querySelectorAll("button, a, select, input, summary, textarea")]
  .filter((each) => { const box = each.getBoundingClientRect();
    return box.width && (box.height < 44 || box.width < 44); })
  .map((each) => each.outerHTML.slice(0, 90))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIRST_SENT = """async () => (await (await import("/static/js/outbox/store.js")).all("items"))
  [0].state === "sent" """
ROSTERS = ("casualties", "houses", "relocated")


@pytest.fixture
def reporter(phone, disaster):
    """Return a phone on the page of the rosters."""
    made = phone(REPORTER)
    made.open("/phone/list")
    return made


def cut(reporter, *, off=True):
    """Let no row through, while everything else is in reach; or mend it."""
    rows_of = "**/api/v1/roster-rows/*"
    if off:
        reporter.context.route(rows_of, lambda route: route.abort())
    else:
        reporter.context.unroute(rows_of)


def met(faults, status):
    """Take what a page says of answers with this status for what it is: a no."""
    faults[:] = [each for each in faults if f"a status of {status} " not in each]


def full(person, row_id):
    reviewer = person(f"township_reviewer@{TOWNSHIP}")
    return reviewer.get(f"/api/v1/roster-rows/{row_id}/full?purpose=contact").json


def test_what_is_half_typed_is_locked_and_there_after_the_browser_died(reporter):
    reporter.offline()
    enter(reporter, "casualties", {"status": "missing", "name": "陈大伟测", "id_number": NUMBER})
    page = reporter.page
    assert page.locator("#n-id_number .ok").is_visible()
    assert readable(reporter) == []
    reporter.reopen("/phone/outbox")
    page = reporter.page
    page.locator('[data-state="draft"]', has_text="陈*").locator("button").click()
    page.locator(".row-form").wait_for()

    assert page.locator("#r-name").input_value() == "陈大伟测"
    assert page.locator("#r-id_number").input_value() == NUMBER
    assert page.locator('[data-value="missing"]').get_attribute("aria-pressed") == "true"
    assert page.locator("#r-area").input_value() == VILLAGE
    assert readable(reporter) == []


def test_the_phone_says_before_what_the_server_would_refuse(reporter):
    reporter.offline()
    mistyped = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    wrong = {"id_number": mistyped, "people": "3", "severe_dwelling_rooms": "2"}
    enter(reporter, "houses", HOUSE | wrong)
    page = reporter.page
    page.locator("#n-id_number .act", has_text="有一位输错了").wait_for()
    page.locator(".save").click()
    page.locator(".form-problem", has_text="身份证号").wait_for()
    for code in ("family_type", "structure", "severe_dwelling_rooms"):
        assert page.locator(f"#n-{code} .act").is_visible()
    assert reporter.items() == []


def test_the_next_household_of_a_place_shares_what_it_shares_and_nothing_personal(reporter):
    reporter.offline()
    moved = {"placement": "central", "to_place": "镇中心校", "moved_at": "now", "people": "2"}
    enter(reporter, "relocated", {"name": "孙先行测", "no_number": "lost"} | moved)
    save(reporter)
    page = reporter.page
    page.locator(".notice.ok", has_text="孙*").wait_for()

    assert page.locator("#r-area").input_value() == VILLAGE
    assert page.locator("#r-to_place").input_value() == "镇中心校"
    assert page.locator("#r-moved_at").input_value()
    assert [page.locator(f"#r-{code}").input_value() for code in ("name", "people")] == ["", ""]
    assert reporter.page.evaluate(
        "async () => (await (await import('/static/js/outbox/store.js')).all('drafts')).length"
    ) == 0  # fmt: skip


def test_a_row_that_waits_can_be_changed_and_arrives_once_as_it_was_last(reporter, person):
    reporter.offline()
    casualty(reporter)
    reporter.open("/phone/list")
    reporter.page.locator("[data-line] button", has_text="改一改").click()
    reporter.page.locator(".row-form").wait_for()
    assert reporter.page.locator("#r-name").input_value() == "陈大伟测"
    fill(reporter, {"name": "陈大卫测"})
    save(reporter)
    reporter.until("waiting")
    first, second = reporter.items()
    assert (first["state"], first["sealed"], first["replaced_by"]) == (
        "replaced",
        None,
        second["id"],
    )

    reporter.offline(False)
    reporter.until("sent")
    assert [(str(row.id), row.revision) for row in rows()] == [(second["id"], 1)]
    assert full(person, second["id"])["name"] == "陈大卫测"


def test_a_row_that_left_while_it_was_being_changed_is_corrected_not_added_again(reporter, person):
    reporter.offline()
    casualty(reporter)
    reporter.open("/phone/list")
    reporter.page.locator("[data-line] button").click()
    reporter.page.locator(".row-form").wait_for()
    fill(reporter, {"name": "陈大卫测", "place": ""})
    reporter.offline(False)
    became(reporter.page, FIRST_SENT)
    save(reporter)
    reporter.page.wait_for_url("**/phone/outbox")
    reporter.until("sent", 2)

    first, second = rows()
    assert (first.current, second.current, second.revision) == (False, True, 2)
    assert first.record_id == second.record_id
    kept = full(person, second.id)
    assert (kept["name"], kept["place"], kept["why"]) == ("陈大卫测", None, "收到前在手机上改过")


def test_what_fails_while_the_network_comes_back_goes_again_at_once(reporter):
    reporter.context.add_init_script("""
      delete window.SyncManager; // no worker to help
      const real = window.fetch.bind(window);
      let cut = true;
      window.fetch = (url, given) => {
        if (!cut || !String(url).includes("/roster-rows/")) return real(url, given);
        if (window.mended) { cut = false; dispatchEvent(new Event("online")); }
        return Promise.reject(new TypeError("cut off"));
      };""")
    reporter.open("/phone/list")
    casualty(reporter)
    tried = """async () => { const [item] = await (await import("/static/js/outbox/store.js"))
      .all("items"); return item.state === "waiting" && item.attempts && item.id; }"""
    became(reporter.page, tried)
    reporter.page.evaluate("""async () => {
      const { all, patch } = await import("/static/js/outbox/store.js");
      const [item] = await all("items");
      await patch(item.id, { attempts: 12, next_try: 0 }); // the next pause is of minutes
      window.mended = true;
      (await import("/static/js/outbox/send.js")).send();
    }""")
    became(reporter.page, FIRST_SENT, seconds=10)
    assert len(rows()) == 1


def test_what_leaves_between_two_steps_of_saving_is_followed(reporter):
    cut(reporter)
    casualty(reporter)
    reporter.page.evaluate("""async () => {
      const { all, patch } = await import("/static/js/outbox/store.js");
      const { keep } = await import("/static/js/outbox/keep.js");
      const [item] = await all("items");
      await patch(item.id, { attempts: 0, state: "waiting" });
      const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
      crypto.subtle.encrypt = async (...given) => {
        crypto.subtle.encrypt = encrypt;
        await patch(item.id, { attempts: 1, state: "waiting" });
        return encrypt(...given);
      };
      await keep({ kind: "roster_row", owner: item.owner, line: item.line, about: item.about,
                   replaces: item.id, url: (id) => `/api/v1/roster-rows/${id}`,
                   body: (base) => ({ base }) });
    }""")

    first, second = reporter.items()
    assert first["state"] != "replaced"
    assert (second["base"], second["after"]) == (first["id"], first["id"])


def test_what_the_county_refuses_is_told_with_the_reason_and_corrected_from_under_the_lock(
    reporter, person
):
    refusal = {
        "type": "about:blank", "title": "x", "status": 422, "code": "invalid", "detail": "请再核对",
        "errors": [{"field": "name", "code": "x", "message": "姓名有误"}],
    }  # fmt: skip
    reporter.context.route(
        "**/api/v1/roster-rows/*", lambda route: route.fulfill(status=422, json=refusal)
    )
    casualty(reporter)
    reporter.open("/phone/outbox")
    reporter.until("refused")
    refused = reporter.page.locator('[data-state="refused"]')
    assert "姓名有误" in refused.inner_text()
    assert readable(reporter) == []
    reporter.context.unroute_all()
    refused.locator("button").click()
    reporter.page.locator(".row-form").wait_for()
    fill(reporter, {"name": "陈大卫测"})
    save(reporter)
    reporter.until("sent")

    first, second = reporter.items()
    assert (first["state"], first["sealed"], second["sealed"]) == ("replaced", None, None)
    assert [str(row.id) for row in rows()] == [second["id"]]


def conflict(reporter, person, disaster):
    """Let a change of a row that left meet a change of somebody else."""
    casualty(reporter)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    [kept] = reporter.items()
    changed = {"name": "陈大河测", "outcome": "found_alive"}
    _row, answer = revise(person(REPORTER), disaster, kept["id"], **changed)
    assert answer.status_code == 200, answer.json
    reporter.page.evaluate(
        """async ({ kept, disaster, area }) => {
          const { keepRow } = await import("/static/js/rosters/offline.js");
          await keepRow({ about: kept.about, owner: kept.owner, line: kept.line, replaces: kept.id,
            base: null, area, named: [], entries: { name: "陈大山测", place: "下游" } });
        }""",
        {"kept": kept, "disaster": disaster["id"], "area": VILLAGE},
    )
    reporter.open("/phone/outbox")
    reporter.until("conflict")
    return reporter.page.locator(".conflict")


def test_two_versions_are_shown_masked_and_told_apart_and_both_are_kept(reporter, person, disaster):
    card = conflict(reporter, person, disaster)
    name = card.locator('[data-field="name"]')
    assert name.locator('[role="cell"]').all_inner_texts() == ["陈* ①", "陈* ②", "陈* ③"]
    assert card.locator('[data-field="outcome"] [data-side="theirs"]').inner_text() == "找到生还"
    assert readable(reporter, "陈大山测", "陈大河测", *CANARIES) == []
    card.locator("button", has_text="显示我填的内容").click()
    name.locator('[data-side="mine"]', has_text="陈大山测").wait_for()
    assert readable(reporter, "陈大山测") == []

    card.locator(".primary").click()
    reporter.until("sent", 2)
    found = rows()
    assert [row.revision for row in found] == [1, 2, 3]
    kept = full(person, found[-1].id)
    assert (kept["name"], kept["place"], kept["outcome"]) == ("陈大山测", "下游", "found_alive")
    assert full(person, found[1].id)["name"] == "陈大河测"
    assert readable(reporter, "陈大山测") == []


def test_an_area_that_is_no_longer_theirs_leaves_a_stub_without_a_name(reporter, faults):
    cut(reporter)
    casualty(reporter)
    owner = UUID(reporter.items()[0]["owner"])
    with act_as(SYSTEM), db.transaction() as session:
        there = geo.tree(session).by_code(NEIGHBOUR).id
        session.execute(update(RoleGrant).where(RoleGrant.user_id == owner).values(area_id=there))
    cut(reporter, off=False)
    reporter.open("/phone/outbox")
    reporter.until("refused")

    [item] = reporter.items()
    assert item["sealed"] is None
    refused = reporter.page.locator('[data-state="refused"]')
    assert "内容已不在这部手机上" in refused.inner_text()
    assert refused.locator("button").count() == 0
    assert rows() == []
    reporter.page.close()  # it asks for its facts as well, and is told no as often
    met(faults, 404)


def test_a_script_for_a_name_is_a_name(reporter, person):
    script = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    reporter.offline()
    casualty(reporter, name=script, place=script)
    reporter.open("/phone/list")
    assert "<*" in reporter.page.locator("[data-line]").inner_text()
    reporter.page.locator("[data-line] button").click()
    reporter.page.locator(".row-form").wait_for()
    assert reporter.page.locator("#r-name").input_value() == script
    reporter.offline(False)
    reporter.open("/phone/outbox")
    reporter.until("sent")

    assert full(person, rows()[0].id)["name"] == script


@pytest.mark.parametrize(
    "query",
    ["roster=none", "roster=__proto__", "roster=houses&row=../../x", "roster=houses&row=%00"],
)
def test_an_address_that_names_nothing_opens_a_page_that_holds(reporter, query):
    page = reporter.open(f"/phone/list?{query}")

    assert page.locator(".row-form, [data-roster]").first.is_visible()


def test_over_plain_http_nothing_is_kept_and_the_ordinary_form_is_offered(reporter, disaster):
    insecure = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"
    reporter.page.add_init_script(insecure)
    for path in ("/phone/list", "/phone/list?roster=casualties"):
        page = reporter.open(path)
        page.locator(".empty", has_text="https").wait_for()
        assert page.locator(".row-form").count() == 0
    page.locator('[data-roster="casualties"] a').click()
    page.wait_for_url("**/rosters/casualties/new?**")
    assert page.locator("form.form #name").is_visible()


def test_who_keeps_no_lists_has_no_such_tab(phone, disaster, faults):
    officer = phone(REPORTER)
    owner = UUID(officer.page.evaluate(
        "async () => (await import('/static/js/reports/phone/facts.js')).owner()"
    ))  # fmt: skip
    assert officer.page.locator('#tabs a[href="/phone/list"]').count() == 1
    with act_as(SYSTEM), db.transaction() as session:
        role = update(RoleGrant).where(RoleGrant.user_id == owner).values(role="duty_officer")
        session.execute(role)
    page = officer.reopen()
    page.wait_for_function("""() => !document.querySelector('#tabs a[href="/phone/list"]')""")
    met(faults, 403)


def test_every_target_of_the_lists_is_44_pixels_and_nothing_moves_sideways_at_320(phone, disaster):
    reporter = phone(REPORTER, width=320, height=640)
    for lang in ("zh", "en"):
        reporter.context.add_cookies([{"name": "lang", "value": lang, "url": reporter.url}])
        for path in ("/phone/list", *(f"/phone/list?roster={each}" for each in ROSTERS)):
            page = reporter.open(path)
            if "?" in path:
                page.locator(".more > summary").click()
                page.locator(".save").click()
            assert (page.evaluate(SMALL), page.evaluate(SIDEWAYS)) == ([], 0), (path, lang)


def test_a_household_takes_few_taps(reporter, tell):
    reporter.offline()
    page = reporter.page
    page.evaluate("""() => {
      window.taps = 0;
      addEventListener("click", () => { window.taps += 1; }, { capture: true });
    }""")
    house(reporter)

    taps = page.evaluate("window.taps")
    tell(taps_for_a_household=taps)
    assert taps <= 30
    assert len(events("roster.written")) == 0
