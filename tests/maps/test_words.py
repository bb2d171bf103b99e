"""No code is printed where a word belongs: every source and agency has one in both languages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from maps import words
from maps.feed import QUIET
from relief_ops import db, i18n
from relief_ops.admin.log import title
from relief_ops.disasters.models import StormFix
from relief_ops.events import known
from tests.browser.test_desk import report
from tests.factories.city import TOWNSHIP
from tests.factories.shelters import open_shelter
from tests.spine.test_live import cookie_of

CODE = re.compile(r"[a-z][a-z0-9_]*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def chinese_again():
    yield
    i18n.speak("zh")


def in_both(code: str) -> tuple[str, str]:
    found = []
    for language in ("zh", "en"):
        i18n.speak(language)
        found.append(words.source(code))
    return found[0], found[1]


@pytest.mark.parametrize("code", [*words.SOURCES, *words.AGENCIES])
def test_a_code_has_a_word_in_both_languages(code):
    chinese, english = in_both(code)

    assert CHINESE.search(chinese) and not CHINESE.search(english)
    assert english not in (code, "")


def test_every_agency_of_the_archive_has_a_word(app):
    with db.reading() as session:
        used = set(session.scalars(select(StormFix.agency).distinct()))

    assert used and used <= set(words.AGENCIES)


def test_every_source_the_desk_is_given_is_a_word_or_a_code_with_one(person, disaster):
    officer = person("duty_officer", "shelter_manager")
    open_shelter(person("shelter_manager"), disaster)
    report(person, disaster, area=TOWNSHIP, affected=12, part=1)
    used = set()
    for each in officer.get("/api/v1/layers").json["layers"]:
        features = officer.get(f"/api/v1/layers/{each['id']}").json["features"]
        used |= {feature["properties"]["source"] for feature in features}
    codes = {each for each in used if CODE.fullmatch(each)}

    assert codes <= set(words.SOURCES) | set(words.AGENCIES)


@pytest.mark.parametrize(("lang", "said"), [("zh", "避灾点自报"), ("en", "own figures")])
def test_the_strip_says_where_its_figures_come_from_in_the_readers_language(
    person, disaster, lang, said
):
    open_shelter(person("shelter_manager"), disaster)
    officer = person("duty_officer")
    officer.client.set_cookie("lang", lang)
    totals = officer.get("/api/v1/totals").json["totals"]

    assert said in {each["id"]: each["source"] for each in totals}["in_shelters"]
    assert not [each["source"] for each in totals if CODE.fullmatch(each["source"])]


def test_every_event_is_said_in_both_languages_in_the_log_and_in_the_feed(app):
    chinese = {}
    for name in known():
        i18n.speak("zh")
        chinese[name] = title(name)
        assert name in words.WORDS or name.startswith(QUIET), f"{name} has no short word"

    assert [name for name, said in chinese.items() if not CHINESE.search(said)] == []


def test_what_a_page_asks_for_speaks_as_the_page_does(person, disaster):
    officer = person("duty_officer")
    report(person, disaster, area=TOWNSHIP, affected=12, part=1)
    browser = officer.client
    browser.set_cookie("session", cookie_of(officer))
    asked = {"path": "/api/v1/totals", "headers": {"Accept-Language": "en-US,en;q=0.9"}}
    page = browser.get(**asked).json["totals"]

    assert all(CHINESE.search(each["title"]) for each in page)
    browser.delete_cookie("session")
    machine = officer.get("/api/v1/totals", Accept_Language="en").json["totals"]
    assert not any(CHINESE.search(each["title"]) for each in machine)
