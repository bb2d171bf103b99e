"""Identity numbers, masks, stages, and the questions asked once."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relief_ops.cases.rules import forms, identity, means, states
from relief_ops.cases.rules.states import State
from relief_ops.disasters import relief
from relief_ops.plugins import Verdict
from relief_ops.programmes.plugin import PLUGIN

TODAY = date(2026, 11, 24)
EIGHT = (*PLUGIN.programmes, relief.PROGRAMME)


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "11010519491231002x",
        "440524188001010014",
        "330203194901010017",
        "330281198002290016",
    ],
)
def test_a_right_identity_number_is_read(number):
    assert identity.read_id_number(number, today=TODAY).number == number.upper()


def test_birth_and_sex_are_read_from_the_number():
    holder = identity.read_id_number("330281198002290016", today=TODAY)

    assert (holder.born_on, holder.male) == (date(1980, 2, 29), True)


def test_a_number_of_a_district_that_is_gone_is_accepted():
    assert identity.read_id_number("330283194901010019", today=TODAY)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "length"),
        ("330203490101001", "length"),
        ("33020319490101é017", "length"),
        ("330203194902300017", "date"),
        ("330203209001010016", "date"),
        ("330203194901010018", "check"),
        ("33020319490101001A", "check"),
    ],
)
def test_a_wrong_identity_number_says_what_is_wrong(number, problem):
    with pytest.raises(ValueError, match=problem):
        identity.read_id_number(number, today=TODAY)


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_reader(text):
    try:
        problem = ""
        assert len(identity.read_id_number(text, today=TODAY).number) == 18
    except ValueError as error:
        problem = str(error)
    assert problem in {"", "length", "date", "check"}


def test_masks_show_as_much_as_the_rule_allows():
    assert identity.masked_name("施试验") == "施*"
    assert identity.masked_id_number("330203194901010017") == "330203********0017"
    assert identity.masked_phone("13800002604") == "138****2604"
    assert identity.masked_account("6222020000001234") == "**** 1234"


@given(st.text(min_size=1, max_size=30))
def test_a_mask_never_shows_the_whole(text):
    assert identity.masked_id_number(text) != text or set(text) == {"*"}
    assert identity.masked_account(text) != text or set(text) <= {"*", " "}


def test_age_turns_on_the_birthday():
    assert identity.age(date(1953, 10, 12), date(2013, 10, 11)) == 59
    assert identity.age(date(1953, 10, 12), date(2013, 10, 12)) == 60


def test_income_a_head_is_a_twelfth_a_member():
    assert means.per_head_monthly_yuan(Decimal(46176), 4) == Decimal("962.00")
    with pytest.raises(ValueError, match="member"):
        means.per_head_monthly_yuan(Decimal(1), 0)


def test_every_state_has_its_successors_and_the_end_has_none():
    assert set(states.NEXT) == set(State)
    assert not states.NEXT[State.CLOSED]


def test_nothing_is_approved_before_review_and_notice():
    before = {state for state in State if states.may_follow(state, State.APPROVED)}
    assert before == {State.ON_NOTICE}
    assert not states.may_follow(State.ACCEPTED, State.REVIEWED)


def test_papers_missing_stop_every_clock():
    assert states.limit_of(State.WAITING, "medical_aid") is None
    assert states.OPENING[Verdict.INCOMPLETE] is State.WAITING


def test_a_notice_runs_in_calendar_days():
    assert not states.limit_of(State.ON_NOTICE, "living_allowance").workdays


def test_each_thing_is_asked_once():
    names = [each.name for each in forms.questions(EIGHT)]

    assert len(names) == len(set(names))
    assert "people" not in names
    assert "papers" not in names


def test_a_shared_question_says_who_asks():
    asked = {each.name: each for each in forms.questions(EIGHT)}

    assert {"living_allowance", "medical_aid"} <= set(asked["annual_income_yuan"].asked_by)
    assert asked["category"].kind == "choice"
    assert "marginal" in asked["category"].choices
    assert asked["annual_income_yuan"].kind == "number"
    assert asked["sole_dwelling"].default is True


def test_answers_fill_every_form():
    answers = forms.answers_model(EIGHT)(people=4, annual_income_yuan="46176").model_dump()

    for programme in EIGHT:
        assert forms.form_of(programme, answers)
