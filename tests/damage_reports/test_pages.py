"""The pages of reports, used as a browser without scripts would."""

from __future__ import annotations

import re

from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP


def token_of(answer) -> str:
    return re.search(r'name="csrf" content="([^"]+)"', answer.text).group(1)


def hidden(answer, name) -> str:
    return re.search(rf'name="{name}"[^>]* value="([^"]+)"', answer.text).group(1)


def filled(page, **values):
    names = ("id", "disaster_id", "area_code", "round", "as_of")
    return {"csrf": token_of(page)} | {name: hidden(page, name) for name in names} | values


def test_a_report_is_filed_without_javascript(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    page = reporter.get("/reports/new")
    assert page.status_code == 200

    form = filled(page, **{"values.affected": "120", "values.deaths": "0", "unknown.missing": "1"})
    answer = reporter.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text

    shown = reporter.get(answer.headers["Location"])
    assert "120" in shown.text and "尚未掌握" in shown.text
    again = reporter.post("/reports/new", data=form)
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_wrong_figure_comes_back_with_its_words_and_nothing_is_lost(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    page = reporter.get("/reports/new")
    form = filled(page, **{"values.affected": "5", "values.deaths": "9", "values.injured": "7x"})
    answer = reporter.post("/reports/new", data=form)

    assert answer.status_code == 422
    assert 'value="7x"' in answer.text and 'value="9"' in answer.text
    assert 'id="e-injured"' in answer.text


def round_of(answer):
    return re.search(r'name="round"[^>]* value="([^"]+)"', answer.text).group(1)


def base_of(answer):
    found = re.search(r'name="base" value="([^"]+)"', answer.text)
    return found.group(1) if found else ""


def test_a_typo_never_makes_somebody_elses_newer_report_ones_own(browse, person, disaster):
    """Whoever typed on what stood before is told of what stands now, and only then replaces it."""
    reporter, other = (
        browse(f"township_reporter@{TOWNSHIP}"),
        person(f"township_reporter@{TOWNSHIP}"),
    )
    first = reporter.post(
        "/reports/new",
        data=filled(reporter.get("/reports/new"), **{"values.affected": "5", "values.deaths": "0"}),
    )
    page = reporter.get("/reports/new")
    began = base_of(page)
    assert began in first.headers["Location"]
    body = {
        "disaster_id": disaster["id"],
        "area_code": TOWNSHIP,
        "round": round_of(page),
        "as_of": hidden(page, "as_of") + ":00+08:00",
        "values": {"affected": 9, "deaths": 4},
        "base": began,
    }
    theirs = other.put(f"/api/v1/reports/{new_id()}", body)
    assert theirs.status_code == 200, theirs.json
    theirs = theirs.json["id"]
    typed = filled(page, **{"base": began, "values.affected": "6x", "values.deaths": "0"})

    typo = reporter.post("/reports/new", data=typed)
    assert (typo.status_code, base_of(typo)) == (422, began)
    stale = reporter.post("/reports/new", data=typed | {"values.affected": "6"})
    assert stale.status_code == 412 and base_of(stale) == theirs
    assert "现为 4" in stale.text and "您填 0" in stale.text
    last = typed | {"values.affected": "9", "values.deaths": "4", "base": base_of(stale)}
    assert reporter.post("/reports/new", data=last).status_code == 303


def test_a_reason_typed_stays_where_another_figure_is_wrong(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(
        reporter.get("/reports/new"),
        **{"values.affected": "50", "values.injured": "7x", "reasons.deaths": "核实后为误报"},
    )

    again = reporter.post("/reports/new", data=form)

    assert again.status_code == 422
    assert 'name="reasons.deaths" maxlength="400" value="核实后为误报"' in again.text


def test_going_back_and_sending_other_figures_loses_nothing_and_becomes_a_correction(
    browse, disaster
):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(reporter.get("/reports/new"), **{"values.affected": "50"})
    first = reporter.post("/reports/new", data=form).headers["Location"]

    back = reporter.post("/reports/new", data=form | {"values.affected": "51"})

    assert back.status_code == 409 and 'value="51"' in back.text
    assert base_of(back) in first and hidden(back, "id") not in first
    again = form | {name: hidden(back, name) for name in ("id", "base")}
    kept = reporter.post("/reports/new", data=again | {"values.affected": "51"})
    assert kept.status_code == 303
    assert "51" in reporter.get(kept.headers["Location"]).text


def test_mu_and_yuan_are_kept_as_hectares_and_ten_thousands(browse, person, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(reporter.get("/reports/new")) | {
        "values.crop_affected": "100", "units.crop_affected": "mu",
        "values.loss_total": "75,050", "units.loss_total": "yuan", "values.loss_agri": "1.5",
    }  # fmt: skip
    answer = reporter.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text

    kept = person(f"county_reviewer@{COUNTY}").get("/api/v1" + answer.headers["Location"]).json
    assert kept["values"]["crop_affected"] == 6.67
    assert kept["values"]["loss_total"] == 7.51 and kept["values"]["loss_agri"] == 1.5


def test_a_figure_in_a_unit_it_does_not_have_is_refused_and_not_taken_for_its_own(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(reporter.get("/reports/new"))
    for units in ({"units.affected": "mu"}, {"units.crop_affected": "yuan"}):
        code = next(iter(units)).removeprefix("units.")
        answer = reporter.post("/reports/new", data=form | units | {f"values.{code}": "100"})

        assert answer.status_code == 422
        assert f'id="e-{code}"' in answer.text


def test_a_form_without_its_token_is_refused(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    form = filled(reporter.get("/reports/new")) | {"csrf": "forged"}

    assert reporter.post("/reports/new", data=form).status_code == 403


def test_the_board_drills_down_and_judging_works(browse, disaster):
    reporter, reviewer = (
        browse(f"township_reporter@{TOWNSHIP}"),
        browse(f"county_reviewer@{COUNTY}"),
    )
    page = reporter.get("/reports/new")
    place = reporter.post("/reports/new", data=filled(page, **{"values.affected": "33"})).headers[
        "Location"
    ]

    board = reviewer.get(f"/reports?area={COUNTY}")
    assert "临江镇" in board.text and ">33<" in board.text
    report = reviewer.get(place)
    verdict = {"csrf": token_of(report), "id": hidden(report, "id"), "action": "accept"}
    assert reviewer.post(f"{place}/verdict", data=verdict).status_code == 303
    assert ">33<" in reviewer.get(f"/reports?area={COUNTY}&basis=accepted").text


def test_a_neighbour_sees_neither_report_nor_form(browse, disaster):
    reporter, neighbour = (
        browse(f"township_reporter@{TOWNSHIP}"),
        browse(f"township_reporter@{NEIGHBOUR}"),
    )
    page = reporter.get("/reports/new")
    place = reporter.post("/reports/new", data=filled(page)).headers["Location"]

    assert neighbour.get(place).status_code == 404
    assert neighbour.get(f"/reports/new?area={TOWNSHIP}").status_code == 404
    assert neighbour.get(f"/reports/{new_id()}").status_code == 404


def test_the_totals_leave_as_a_workbook(browse, disaster):
    answer = browse("city_reviewer").get(f"/reports/export?area={CITY}")

    assert answer.status_code == 200 and answer.data[:2] == b"PK"
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


def test_pages_speak_english_when_asked(browse, disaster):
    reader = browse("city_reviewer")
    reader.set_cookie("lang", "en")

    assert "townships have reported" in reader.get("/reports").text


def test_what_was_told_by_telephone_is_filed_for_whoever_told_it(browse, person, disaster):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = clerk.get("/reports/new")
    assert 'name="entered_for.told_by"' in page.text and "电话" in page.text

    told = {"entered_for.told_by": "王村长", "entered_for.means": "phone"}
    form = filled(page, **{"values.affected": "120"}) | told
    half = clerk.post("/reports/new", data=form | {"entered_for.told_by": ""})
    assert half.status_code == 422 and 'href="#told_by"' in half.text
    assert '<option value="phone" selected>' in half.text
    answer = clerk.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text

    shown = person(f"county_reviewer@{COUNTY}").get("/api/v1" + answer.headers["Location"]).json
    assert shown["entered_for"] == {"told_by": "王村长", "means": "phone"}
    assert "王村长" in clerk.get(answer.headers["Location"]).text


def test_ones_own_figures_are_entered_for_nobody(browse, person, disaster):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    answer = clerk.post(
        "/reports/new", data=filled(clerk.get("/reports/new"), **{"values.affected": "120"})
    )

    shown = person(f"county_reviewer@{COUNTY}").get("/api/v1" + answer.headers["Location"]).json
    assert shown["entered_for"] is None
