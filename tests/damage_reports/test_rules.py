"""One corpus of rules, one table of cases, two languages that must agree on them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from damage_reports.rules import blocking, check, parse_value, round_words, said, scaled, unscaled
from damage_reports.rules.checks import OPERATIONS, corpus
from damage_reports.rules.report import COUNTED, Basis, ReportState, may_become
from relief_ops.i18n import catalogue, speak

ROOT = Path(__file__).parents[2]
CASES_FILE = Path(__file__).with_name("rule_cases.json")
CASES = json.loads(CASES_FILE.read_text("utf-8"), parse_float=Decimal)
INDICATORS_TEXT = (ROOT / "relief_ops/data/indicators.csv").read_text("utf-8")
INDICATORS = list(csv.DictReader(INDICATORS_TEXT.splitlines()))
CODES = {row["code"] for row in INDICATORS}
SCALES = {row["code"]: int(row["scale"]) for row in INDICATORS}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_report_is_checked_as_the_table_says(case):
    found = check(
        case["values"],
        previous=case.get("previous"),
        base=case.get("base"),
        known=case.get("known"),
        reasons=case.get("reasons"),
        context=case.get("context"),
    )

    assert [[each.rule, each.severity, each.field] for each in found] == case["expect"]


def in_the_browser(cases: str) -> list[Any]:
    """Return what the rules of the browser find in the cases of a file, with the figures named."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is needed: the browser runs the same rules")
    script = """
        import { readFileSync } from "node:fs";
        const [module, corpus, cases] = process.argv.slice(1);
        const { blocking, check, said } = await import(module);
        const rules = JSON.parse(readFileSync(corpus, "utf8"));
        const answers = JSON.parse(readFileSync(cases, "utf8")).map((each) => {
          const found = check(rules, each.values, each);
          return found.map((f) => {
            if (!said(f, {}, (m) => m)) throw new Error("nothing said");
            const { left, right, left_value, right_value = null } = f.params;
            return [f.rule, f.severity, f.field, left, right, left_value, right_value,
              blocking(found).includes(f)];
          });
        });
        console.log(JSON.stringify(answers));
    """
    files = ("static/js/reports/rules.js", "relief_ops/data/validation_rules.json")
    command = [node, "--input-type=module", "-e", script, *(str(ROOT / each) for each in files)]
    answer = subprocess.run(
        [*command, cases], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(answer.stdout)


def test_the_browser_finds_what_the_server_finds():
    found = in_the_browser(str(CASES_FILE))

    assert [[each[:3] for each in case] for case in found] == [case["expect"] for case in CASES]


GENERATED = 10_000


def generated(number: int) -> dict[str, Any]:
    """Return a report whose figures lie close together, so that rules are broken by a hair."""
    random_ = Random(f"rules:{number}")
    base = random_.choice([0, 1, 4, 20, 333, 98_765])

    def figure(code: str) -> Decimal | None:
        if random_.random() < 0.08:
            return None
        scale = SCALES.get(code, 2 if code == "arable_ha" else 0)
        value = Decimal(base + random_.choice([-1, 0, 0, 0, 1, 2, base]))
        more = Decimal(random_.choice([0, 0, 1, 10, 20, 99])).scaleb(-2) if scale else 0
        return (value + more).quantize(Decimal(1).scaleb(-scale))

    codes = random_.sample(sorted(SCALES), random_.choice([3, 12, 40, len(SCALES)]))
    facts = sorted(
        code[1:] for rule in corpus() for each in rule.get("checks", []) for code in each["right"]
        if code.startswith("@")
    )  # fmt: skip
    context = {each: figure(each) for each in facts if random_.random() < 0.5}
    context |= random_.choice([{}, {"kind": "final"}, {"kind": "update"}])
    context |= random_.choice([{}, {"hazard": "drought"}, {"hazard": "typhoon"}])
    context |= random_.choice([{}, {}, {"no_change": True}, {"no_change": False}])
    context |= random_.choice([{}, {"as_of": 7, "last_as_of": random_.choice([6, 7, 8])}])
    values = {code: figure(code) for code in codes}
    if random_.random() < 0.4:  # parts that come out, or miss by the smallest unit there is
        parts = [values.get(f"relocated_{each}_cum") for each in ("central", "scattered")]
        values["relocated_cum"] = sum(each or 0 for each in parts) + random_.choice([0, 0, 1])
    return {
        "values": values,
        "previous": {code: figure(code) for code in codes if random_.random() < 0.6},
        "base": random_.choice([None, {code: figure(code) for code in codes[::2]}]),
        "known": {code: figure(code) for code in codes if random_.random() < 0.3},
        "reasons": {
            code: random_.choice(["", " \n", "\u3000", "核减"])
            for code in codes if random_.random() < 0.2
        },
        "context": context,
    }  # fmt: skip


@pytest.mark.parametrize("count", [1_000, pytest.param(GENERATED, marks=pytest.mark.nightly)])
def test_generated_reports_are_judged_alike_by_both(tmp_path, tell, count):
    reports = [generated(number) for number in range(count)]
    cases = tmp_path / "reports.json"
    cases.write_text(json.dumps(reports, default=float, ensure_ascii=False), "utf-8")
    theirs = in_the_browser(str(cases))

    rules: Counter[str] = Counter()
    for each, found in zip(reports, theirs, strict=True):
        here = check(each["values"], previous=each["previous"], base=each["base"],
                     known=each["known"], reasons=each["reasons"],
                     context=each["context"])  # fmt: skip
        refused = blocking(here)
        assert [
            [f.rule, f.severity, f.field, f.params["left"], f.params["right"],
             _plain(f.params["left_value"]), _plain(f.params.get("right_value")), f in refused]
            for f in here
        ] == found, each  # fmt: skip
        rules.update(f.rule for f in here)
    tell(findings=rules.total(), quiet=sum(not found for found in theirs))
    assert set(rules) == {rule["id"] for rule in corpus()}, "every rule was broken by some"


def _plain(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)


def test_every_rule_speaks_of_indicators_that_exist_and_is_tried_in_the_table():
    tried = {expected[0] for case in CASES for expected in case["expect"]}
    for rule in corpus():
        named = set(rule.get("fields", []))
        for each in rule.get("checks", []):
            named |= set(each["left"]) | set(each["right"])
        assert {code for code in named if not code.startswith("@")} <= CODES
        assert rule["op"] in OPERATIONS
    assert {rule["id"] for rule in corpus()} == tried


def test_every_finding_has_its_chinese_words_with_the_same_places():
    words = catalogue(scripts=True)
    for rule in corpus():
        chinese = words[rule["message"]]
        assert words[rule.get("absent", rule["message"])]
        for place in ("left", "right", "left_value", "right_value", "factor", "percent"):
            assert (f"%({place})s" in chinese) == (f"%({place})s" in rule["message"])


def test_a_finding_is_said_with_the_names_of_the_indicators():
    speak("en")
    [finding] = check({"deaths": 2, "affected": 1})

    sentence = said(finding, {"deaths": "Deaths", "affected": "People affected"})

    speak("zh")
    assert sentence == "Deaths (2) is more than People affected (1)."


def test_a_warning_lets_a_report_through_and_a_missing_reason_does_not():
    found = check({"loss_total": 1, "affected": 0}, previous={"loss_total": 2})

    assert {each.severity for each in found} == {"warning", "reason"}
    assert [each.rule for each in blocking(found)] == ["V20"]


@pytest.mark.parametrize(
    ("given", "scale", "value"),
    [
        (None, 0, None),
        ("", 2, None),
        ("尚未掌握", 0, None),
        (0, 0, Decimal(0)),
        ("1,138,965", 0, Decimal(1138965)),
        (Decimal("83308.40"), 2, Decimal("83308.4")),
        (Decimal("5.0"), 0, Decimal(5)),
        (" 12 ", 0, Decimal(12)),
    ],
)
def test_a_figure_is_read_as_it_is_written(given, scale, value):
    assert parse_value(given, scale=scale) == value


@pytest.mark.parametrize(
    ("given", "scale", "why"),
    [
        (-1, 0, "negative"),
        ("1.5", 0, "too_many_decimals"),
        ("0.001", 2, "too_many_decimals"),
        (10**15, 0, "too_large"),
        ("1e400", 0, "too_large"),
        ("NaN", 0, "not_a_number"),
        ("Infinity", 2, "not_a_number"),
        (True, 0, "not_a_number"),
        (1.5, 2, "not_a_number"),
        ([1], 0, "not_a_number"),
        ("twelve", 0, "not_a_number"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_rounded(given, scale, why):
    with pytest.raises(ValueError, match=why):
        parse_value(given, scale=scale)


def test_scaling_there_and_back_is_exact():
    assert scaled(Decimal("83308.4"), scale=2) == 8330840
    assert unscaled(8330840, scale=2) == Decimal("83308.40")
    with pytest.raises(ValueError, match="too_many_decimals"):
        scaled(Decimal("0.001"), scale=2)


def test_what_a_revision_may_become():
    assert may_become(ReportState.SUBMITTED, ReportState.ACCEPTED)
    assert may_become(ReportState.RIVAL, ReportState.SUBMITTED)
    assert not may_become(ReportState.RIVAL, ReportState.ACCEPTED)
    assert not may_become(ReportState.SUPERSEDED, ReportState.SUBMITTED)
    assert ReportState.RIVAL not in COUNTED[Basis.REPORTED] | COUNTED[Basis.ACCEPTED]


def test_indicators_come_in_pairs_that_name_each_other_and_parts_that_exist():
    by_code = {row["code"]: row for row in INDICATORS}
    assert len(by_code) == len(INDICATORS)
    for row in INDICATORS:
        if row["pair"]:
            assert by_code[row["pair"]]["pair"] == row["code"]
        if row["part_of"]:
            assert row["part_of"] in by_code
        assert row["roll_up"] in {"sum", "any_then_sum"}
        assert row["scale"] in {"0", "2"}
        assert set(row["versions"].split()) <= {"2013", "2016", "2020", "2020_major"}
        assert row["name_zh"]
        assert row["name_en"]
        assert row["help_zh"]
        assert row["help_en"]


def test_homes_flooded_belongs_to_the_form_of_2013_alone():
    [row] = [row for row in INDICATORS if row["code"] == "flooded_homes"]

    assert row["versions"] == "2013"


@pytest.mark.parametrize(
    ("code", "words"),
    [("2013-10-06T08:00", "10-06 08:00"), ("20131006T0800", "10-06 08:00"), ("r1", "r1")],
)
def test_a_round_is_said_by_its_day_and_hour(code, words):
    assert round_words(code) == words
