"""What the marks of the map say: how strong the storm is, and what is too old to act on."""

from tests.browser.test_desk import settled
from tests.factories.shelters import open_shelter
from tests.test_old_things import MARK, rest


def point_at(page, x_share: float = 0.5):
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")
    box = page.locator("#map canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * x_share, box["y"] + box["height"] / 2)
    page.locator("#hover").wait_for()
    return page.locator("#hover")


def test_a_shelter_nobody_counted_for_two_days_says_verify_first(
    open_page, server, person, disaster, app
):
    open_shelter(person("shelter_manager"), disaster)
    rest(disaster, hours=48)
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?centre=121.5012,29.8011&zoom=14")
    settled(page)

    assert MARK in point_at(page).inner_text()


def test_a_shelter_counted_just_now_does_not(open_page, server, person, disaster, app):
    open_shelter(person("shelter_manager"), disaster)
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?centre=121.5012,29.8011&zoom=14")
    settled(page)

    card = point_at(page).inner_text()
    assert "临江村避灾点" in card and MARK not in card


def test_the_storm_is_drawn_by_its_strength_and_named(open_page, server, disaster):
    for lang, words in (("zh", "台风 · 未来"), ("en", "typhoon · positions")):
        page = open_page("duty_officer", width=1440, height=900, lang=lang)
        page.goto(f"{server.url}/desk?at=2013-10-05T12:00:00Z")
        settled(page)
        page.locator("#storm", has_text=words).wait_for()

        radius = "(each) => each.r.baseVal.value"
        sizes = page.evaluate(f"() => [...document.querySelectorAll('#storm .fix')].map({radius})")

        assert len(set(sizes)) > 3, "a depression is a smaller mark than a typhoon"


def test_the_buttons_keep_clear_of_the_storm(open_page, server, disaster):
    for lang in ("zh", "en"):
        page = open_page("duty_officer", width=1440, height=900, lang=lang)
        page.goto(f"{server.url}/desk?at=2013-10-05T12:00:00Z")
        settled(page)
        page.locator("#storm .facts").wait_for()

        inset = page.locator("#storm").bounding_box()
        for button in page.locator(".stage-bar button, .stage-bar a").all():
            box = button.bounding_box()
            beside = box["x"] + box["width"] <= inset["x"]
            assert beside or box["y"] >= inset["y"] + inset["height"], button.inner_text()


def test_paper_is_light_whatever_the_screen_was(open_page, server, disaster):
    page = open_page("duty_officer")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": server.url}])
    page.goto(f"{server.url}/shelters")
    panel = "() => getComputedStyle(document.querySelector('.panel')).backgroundColor"
    on_screen = page.evaluate(panel)

    page.emulate_media(media="print")

    assert (on_screen, page.evaluate(panel)) == ("rgb(22, 32, 43)", "rgb(255, 255, 255)")
