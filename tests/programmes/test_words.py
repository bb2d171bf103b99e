"""What the programmes say has its Chinese: titles, reasons, papers, articles, questions."""

import pytest

from relief_ops import i18n
from relief_ops.cases.routes import words
from relief_ops.cases.rules import forms
from relief_ops.disasters import relief
from relief_ops.programmes import (
    destitute_support,
    education_aid,
    employment_aid,
    housing_aid,
    living_allowance,
    medical_aid,
    temporary_aid,
)

MODULES = (
    living_allowance,
    destitute_support,
    relief,
    medical_aid,
    education_aid,
    housing_aid,
    employment_aid,
    temporary_aid,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROGRAMME.code)
def test_a_programme_speaks_chinese(module):
    one = module.PROGRAMME
    laws = [value for name, value in vars(module).items() if name.endswith("LAW")]
    care = getattr(module, "CARE", {}).values()
    said = [one.title, one.department, *one.reasons.values(), *one.papers.values(), *laws, *care]
    said += [each.title for each in forms.questions([one])]

    assert [each for each in said if each not in i18n.catalogue()] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROGRAMME.code)
def test_every_choice_of_a_form_has_its_word(module):
    asked = [each for each in forms.questions([module.PROGRAMME]) if each.choices]

    known = {str(code) for code in words.CHOICES}
    assert {choice for each in asked for choice in each.choices} <= known
