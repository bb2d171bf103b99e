"""The page of the sources: added, renamed and put out of use without the API."""

from __future__ import annotations

import re

import pytest

from tests.damage_reports.sources import events, said, say
from tests.factories.browsers import TOKEN

PATH = "/reports/sources/list"
NEW = {
    "code": "port_office", "kind": "bureau", "name_zh": "港务部门", "name_en": "Port office",
    "position": "120", "active": "true",
}  # fmt: skip


@pytest.fixture
def admin(browse):
    return browse("system_admin")


def send(page, **fields):
    return page.post(PATH, data={"csrf": TOKEN.search(page.get(PATH).text)[1]} | fields)


def listed(person):
    found = person("inspector").get("/api/v1/sources").json["sources"]
    return {each["code"]: each for each in found}


def test_only_who_may_write_sources_has_the_page(browse, client, admin):
    assert client.get(PATH).status_code == 302
    for role in ("bureau_liaison", "city_reviewer"):
        page = browse(role)
        assert page.get(PATH).status_code == 403
        assert PATH not in page.get("/reports").text
    assert admin.get(PATH).status_code == 200


def test_a_source_is_added_and_says_figures_at_once(admin, person, disaster):
    answer = send(admin, **NEW)
    again = send(admin, **NEW)
    said(person("bureau_liaison"), disaster, "port_office", 20)

    assert (answer.status_code, again.status_code) == (303, 303), "sent twice it is one"
    assert "已保存：港务部门" in admin.get(answer.location).text
    kept = listed(person)["port_office"]
    assert (kept["kind"], kept["position"], kept["revision"]) == ("bureau", 120, 1)
    assert events("source.changed") == ["source.changed"]


def test_it_is_renamed_and_put_out_of_use_and_says_nothing_new(admin, person, disaster):
    send(admin, **NEW)
    form = admin.get(f"{PATH}?change=port_office").text
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]
    ended = NEW | {"name_zh": "自然资源部门", "revision": revision}
    ended.pop("active")
    assert send(admin, **ended).status_code == 303

    kept = listed(person)["port_office"]
    assert (kept["name_zh"], kept["active"], kept["revision"]) == ("自然资源部门", False, 2)
    _claim, refused = say(person("bureau_liaison"), disaster, "port_office", 20)
    assert refused.status_code == 422
    stale = send(admin, **ended | {"name_zh": "港务局"})
    assert stale.status_code == 412 and "港务局" in stale.text


def test_what_is_wrong_is_said_beside_what_was_typed(admin, person):
    send(admin, **NEW)
    for wrong, field in (
        ({"code": "Forst"}, "code"), ({"code": ""}, "code"), ({"code": "report"}, "code"),
        ({"name_zh": ""}, "name_zh"), ({"kind": "report"}, "kind"), ({"position": "0"}, "position"),
        ({"name_zh": "另一个"}, "code"), ({"code": "water"}, "code"),
    ):  # fmt: skip
        refused = send(admin, **NEW | wrong)
        assert refused.status_code == 422, wrong
        assert f'href="#{field}"' in refused.text, wrong
        assert 'value="Port office"' in refused.text
    assert listed(person)["port_office"]["name_zh"] == "港务部门"


def test_english_pages_speak_english(admin):
    admin.set_cookie("lang", "en")
    text = admin.get(PATH).text.split('class="page"')[1]
    assert "Water bureau" in text or "Water" in text
    assert not re.search(r"[\u4e00-\u9fff]", text.split("</table>")[0])
