"""A page follows the log from where it was drawn: nothing falls between page and socket."""

from tests.browser.test_desk import settled
from tests.factories.city import COUNTY
from tests.factories.shelters import make_shelter, open_shelter


def test_what_changed_before_the_scripts_came_is_shown(open_page, server, person, disaster):
    manager = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(manager, disaster)
    page = open_page("duty_officer")
    held = []
    page.route("**/static/js/live/live.js", lambda route: held.append(route))

    page.goto(f"{server.url}/shelters/{shelter}?disaster={disaster['id']}", wait_until="commit")
    page.locator("[data-part=headcounts]").wait_for(state="attached")
    count = {"disaster_id": disaster["id"], "as_of": "2013-10-07T00:00:00Z", "total": 43}
    path = f"/api/v1/shelters/{shelter}/headcounts/01923b5e-0000-7000-8000-000000000001"
    assert manager.put(path, count).status_code == 201
    assert page.locator("[data-part=headcounts]", has_text="43").count() == 0
    for each in held:
        each.continue_()

    page.locator("[data-part=headcounts]", has_text="43").wait_for()


def test_the_desk_asks_for_each_layer_once(open_page, server, person, disaster):
    make_shelter(person(f"shelter_manager@{COUNTY}"))
    page = open_page("duty_officer")
    asked = []
    page.on("request", lambda each: "/api/v1/layers/" in each.url and asked.append(each.url))

    page.goto(f"{server.url}/desk")
    settled(page)
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")

    for layer in ("shelters", "townships", "counties", "needs", "depots"):
        assert sum(f"/layers/{layer}?" in each for each in asked) == 1, layer
