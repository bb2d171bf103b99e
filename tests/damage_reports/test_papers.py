"""Reports on paper: attached by one, typed by another beside the picture, or withdrawn."""

from __future__ import annotations

import io

from tests.conftest import new_id
from tests.damage_reports.test_pages import filled, hidden, token_of
from tests.damage_reports.test_rounds import FIRST
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.files.pictures import jpeg, send

REPORTER = f"township_reporter@{TOWNSHIP}"
PICTURE = jpeg(7)


def attach(caller, disaster, data=PICTURE, **more):
    paper_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": FIRST,
        "file_id": send(caller, data), "told_by": "<i>老王</i>",
    } | more  # fmt: skip
    return paper_id, caller.put(f"/api/v1/report-papers/{paper_id}", body)


def waiting(caller, disaster, area=TOWNSHIP):
    answer = caller.get(f"/api/v1/report-papers?disaster={disaster['id']}&area={area}")
    assert answer.status_code == 200, answer.json
    return [each["id"] for each in answer.json["papers"]]


def test_a_paper_waits_until_somebody_else_has_typed_it(person, browse, disaster):
    paper_id, answer = attach(person(REPORTER), disaster)
    assert answer.status_code == 201, answer.json
    assert waiting(person(f"county_reviewer@{COUNTY}"), disaster) == [paper_id]

    typist = browse("township_reporter")
    listed = typist.get(f"/reports/papers?disaster={disaster['id']}&area={TOWNSHIP}").text
    assert f"/reports/papers/{paper_id}" in listed and "&lt;i&gt;老王" in listed
    page = typist.get(f"/reports/papers/{paper_id}/form")
    assert f"/reports/papers/{paper_id}/view.jpg" in page.text
    assert typist.get(f"/reports/papers/{paper_id}/view.jpg").data[:2] == b"\xff\xd8"
    form = filled(page) | {
        "paper_id": paper_id, "entered_for.told_by": hidden(page, "entered_for.told_by"),
        "entered_for.means": "paper", "values.affected": "77", "round": FIRST,
    }  # fmt: skip
    answer = typist.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text
    again = typist.post("/reports/new", data=form)
    assert again.headers["Location"] == answer.headers["Location"]

    report = person(f"county_reviewer@{COUNTY}").get("/api/v1" + answer.headers["Location"]).json
    assert report["values"] == {"affected": 77}
    assert report["entered_for"]["means"] == "paper"
    assert waiting(person(REPORTER), disaster) == []
    kept = person(REPORTER).get(f"/api/v1/report-papers/{paper_id}").json
    assert (kept["state"], kept["report_id"]) == ("typed", report["id"])
    other = filled(page) | {"id": new_id(), "paper_id": paper_id, "round": "r9"}
    assert typist.post("/reports/new", data=other | {"values.affected": "177"}).status_code == 409


def test_a_wrong_figure_comes_back_beside_the_picture(person, browse, disaster):
    paper_id, _answer = attach(person(REPORTER), disaster)
    typist = browse(REPORTER)
    page = typist.get(f"/reports/papers/{paper_id}/form")
    form = filled(page) | {"paper_id": paper_id, "values.affected": "7x"}
    answer = typist.post("/reports/new", data=form)

    assert answer.status_code == 422
    assert 'value="7x"' in answer.text and f"/reports/papers/{paper_id}/view.jpg" in answer.text
    assert waiting(person(REPORTER), disaster) == [paper_id]


def test_figures_carried_over_do_not_stand_in_the_form_of_a_paper(person, browse, disaster):
    reporter = person(REPORTER)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r0",
        "as_of": "2013-10-06T07:00:00+08:00", "values": {"affected": 4321},
    }  # fmt: skip
    assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201
    paper_id, _answer = attach(reporter, disaster)

    assert 'value="4321"' not in browse(REPORTER).get(f"/reports/papers/{paper_id}/form").text


def test_what_a_paper_does_not_mention_is_taken_over_and_marked(person, browse, disaster):
    reporter = person(REPORTER)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r0",
        "as_of": "2013-10-06T08:00:00+08:00", "values": {"affected": 4321, "injured": 6},
    }  # fmt: skip
    assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201
    paper_id, _answer = attach(reporter, disaster)
    typist = browse(REPORTER)
    page = typist.get(f"/reports/papers/{paper_id}/form")
    assert "纸质报表里没有提到" in page.text
    form = filled(page) | {
        "paper_id": paper_id, "entered_for.told_by": "老王", "entered_for.means": "paper",
        "partial": hidden(page, "partial"), "values.affected": "5000", "round": FIRST,
    }  # fmt: skip
    answer = typist.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text

    shown = reporter.get("/api/v1" + answer.headers["Location"]).json
    assert shown["values"] == {"affected": 5000, "injured": 6}
    assert [each["codes"] for each in shown["carried"]] == [["injured"]]


def test_a_paper_is_typed_in_its_own_round_and_disaster(person, browse, disaster):
    paper_id, _answer = attach(person(REPORTER), disaster)
    typist = browse(REPORTER)
    page = typist.get(f"/reports/papers/{paper_id}/form")
    form = filled(page) | {"paper_id": paper_id, "values.affected": "5", "round": "r9"}

    answer = typist.post("/reports/new", data=form)
    assert answer.status_code == 422 and "属于另一期" in answer.text
    assert waiting(person(REPORTER), disaster) == [paper_id]
    assert typist.post("/reports/new", data=form | {"round": FIRST}).status_code == 303


def test_a_paper_is_withdrawn_with_a_reason_and_may_come_again(person, disaster):
    reporter = person(REPORTER)
    paper_id, _answer = attach(reporter, disaster)
    path = f"/api/v1/report-papers/{paper_id}/withdrawal"
    order = {"id": new_id(), "reason": "照片模糊"}
    assert attach(reporter, disaster)[1].status_code == 409
    assert reporter.put(path, {"id": new_id(), "reason": ""}).status_code == 422
    assert reporter.put(path, order).status_code == 201
    assert reporter.put(path, order).status_code == 200
    assert reporter.put(path, order | {"id": new_id()}).status_code == 409
    assert waiting(reporter, disaster) == []
    assert attach(reporter, disaster)[1].status_code == 201


def test_what_is_not_whole_or_not_ones_own_is_refused(person, disaster):
    reporter = person(REPORTER)
    for wrong, status in (
        ({"area_code": COUNTY}, 404), ({"area_code": NEIGHBOUR}, 404), ({"told_by": ""}, 422),
        ({"file_id": new_id()}, 404), ({"area_code": "990299999999"}, 422),
    ):  # fmt: skip
        assert attach(reporter, disaster, **wrong)[1].status_code == status, wrong
    paper_id, _answer = attach(reporter, disaster)
    stranger = person(f"county_reviewer@{OTHER_COUNTY}")
    assert stranger.get(f"/api/v1/report-papers/{paper_id}").status_code == 404
    assert person(f"township_reporter@{NEIGHBOUR}").put(
        f"/api/v1/report-papers/{paper_id}/withdrawal", {"id": new_id(), "reason": "x"}
    ).status_code == 404  # fmt: skip


def test_a_paper_of_another_area_is_not_typed_here(person, browse, disaster):
    paper_id, _answer = attach(person("township_reporter"), disaster, area_code=NEIGHBOUR)
    page = browse("township_reporter").get(f"/reports/new?area={TOWNSHIP}")
    form = filled(page) | {"paper_id": paper_id, "values.affected": "5"}
    typist = browse("township_reporter")
    form["csrf"] = token_of(typist.get("/reports"))
    assert typist.post("/reports/new", data=form).status_code == 422
    assert waiting(person("township_reporter"), disaster, NEIGHBOUR) == [paper_id]


def test_a_paper_is_attached_from_the_page_and_a_file_that_is_no_picture_is_explained(
    person, browse, disaster
):
    reporter = browse(REPORTER)
    address = f"/reports/papers?disaster={disaster['id']}&area={TOWNSHIP}"
    page = reporter.get(address)
    fields = {
        "csrf": token_of(page), "id": hidden(page, "id"), "disaster_id": disaster["id"],
        "area_code": TOWNSHIP, "round": FIRST, "told_by": "老王",
    }  # fmt: skip

    def post(data, name="form.jpg", **more):
        sent = fields | more | ({"paper": (io.BytesIO(data), name)} if data else {})
        return reporter.post(address, data=sent, content_type="multipart/form-data")

    assert post(b"%PDF-1.4", "form.pdf").status_code == 415
    missing = post(b"")
    assert missing.status_code == 422 and "老王" in missing.text
    assert post(PICTURE, told_by="").status_code == 422
    assert waiting(person(REPORTER), disaster) == []
    assert post(PICTURE).status_code == 303
    assert post(PICTURE).status_code == 303
    assert len(waiting(person(REPORTER), disaster)) == 1
    duty = person("duty_officer").get(f"/api/v1/attention?disaster={disaster['id']}").json
    assert any("1份纸质报表" in str(each) for each in duty["attention"])
