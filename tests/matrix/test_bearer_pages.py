"""A page asked for with a bearer token is the page a cookie gets: whole, never a broken one."""

from __future__ import annotations

from tests.factories.city import TOWNSHIP
from tests.matrix.addresses import THINGS, WORDS, pages
from tests.matrix.stage import Stage

# A person's own account belongs to a web session: a token has none, so the page says sign in.
SESSION_ONLY = {"account.show", "account.second_factor"}


def test_no_page_breaks_for_a_bearer_token(stage: Stage):
    answered = {}
    for endpoint, path in pages(stage.app, stage):
        stage.app.extensions["limits"].forget()  # one person takes every download there is
        answered[endpoint] = stage.maker.get(path)

    broken = {name: got.status_code for name, got in answered.items() if got.status_code >= 500}
    assert not broken
    missing = {name for name in (*THINGS, *WORDS) if answered[name].status_code != 200}
    assert not missing, "the thing is there, so the page is too"
    turned_away = {name for name, got in answered.items() if got.status_code in (302, 303)}
    assert turned_away == SESSION_ONLY


def test_a_page_by_token_has_its_whole_shell(stage: Stage):
    stage.disaster()

    page = stage.maker.get("/desk").text

    assert 'class="entry"' in page
    assert "试验台风" in page
    assert 'id="clock"' in page


def test_somebody_with_few_rights_gets_no_broken_page_either(stage: Stage):
    clerk = stage.person("village_assistant", TOWNSHIP)
    wrong = {
        endpoint: status
        for endpoint, path in pages(stage.app, stage)
        if (status := clerk.get(path).status_code) >= 500
    }

    assert not wrong
