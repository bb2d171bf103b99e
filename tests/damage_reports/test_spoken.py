"""A report as digits: there and back, every error people make caught, the same in the browser."""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage_reports.rules import CodeError, Core, spoken
from relief_ops.clock import LOCAL
from relief_ops.drill import reports, scenario
from relief_ops.drill.curves import Curves
from relief_ops.drill.requests import Ids
from relief_ops.drill.shelters import Network

ROOT = Path(__file__).parents[2]
LIST = json.loads((ROOT / "relief_ops/data/report_code.json").read_text("utf-8"))


def made(number: random.Random) -> Core:
    """Return a township's report as they come: mostly small, some unknown, some very large."""
    values = {code: figure(number, scale) for code, scale in spoken.figures()}
    area = f"{number.randrange(100_000):05d}"
    return Core(number.randrange(1000), area, number.randrange(100), number.randrange(10_000),
                values)  # fmt: skip


def figure(number: random.Random, scale: int) -> Decimal | None:
    kind = number.random()
    if kind < 0.1:
        return None
    if kind < 0.35:
        return Decimal(0)
    most = 10 ** number.choice((1, 2, 3, 4, 5, 6, 7, 9, 14))
    places = number.choice((0, scale))
    return Decimal(number.randrange(1, most * 10**places)).scaleb(-places) + 0


def there_and_back(count: int) -> list[int]:
    number, lengths = random.Random(4), []
    for _ in range(count):
        core = made(number)
        digits = spoken.encode(core)
        assert spoken.decode(digits) == core
        lengths.append(len(digits))
    return lengths


def test_five_thousand_reports_come_back_as_they_were_said():
    there_and_back(5_000)


@pytest.mark.nightly
def test_a_hundred_thousand_reports_come_back_as_they_were_said(tell):
    lengths = sorted(there_and_back(100_000))

    tell(reports=len(lengths), median_digits=lengths[len(lengths) // 2], longest=lengths[-1])


def caught(digits: str) -> bool:
    try:
        spoken.decode(digits)
    except CodeError:
        return True
    return False


@given(st.lists(st.one_of(st.none(), st.decimals(0, 10**14, places=2)), min_size=8, max_size=8))
def test_any_figure_a_report_can_hold_is_said_exactly(drawn):
    values = {
        code: value if value is None or scale else value.to_integral_value()
        for (code, scale), value in zip(spoken.figures(), drawn, strict=True)
    }
    core = Core(1, "81105", 2, 3, values)

    assert spoken.decode(spoken.encode(core)) == core


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_report_or_a_named_error(text):
    assert caught(text)


@given(st.text("0123456789", min_size=20, max_size=120))
def test_digits_that_were_never_a_report_do_not_break_it(text):
    caught(text)


def test_the_core_figures_are_at_most_eight_of_the_form_with_its_decimals():
    with (ROOT / "relief_ops/data/indicators.csv").open(encoding="utf-8") as file:
        form = {row["code"]: row for row in csv.DictReader(file)}

    assert len(LIST) <= 8
    assert {each["code"]: str(each["scale"]) for each in LIST} == {
        each["code"]: form[each["code"]]["scale"] for each in LIST
    }
    assert all(form[each["code"]]["versions"] == "2013 2016 2020" for each in LIST)


def report(**values) -> Core:
    given = {code: None for code, _scale in spoken.figures()}
    return Core(3, "81105", 4, 1234, given | {k: Decimal(str(v)) for k, v in values.items()})


TABLE = [
    report(),
    report(affected=0, deaths=0, missing=0),
    report(affected=12000, relocated_cum=2300, collapsed_rooms=3),
    report(affected=2_480_000, loss_total="3336000.55"),
    report(crop_affected="310.50", loss_total="0.01"),
    report(affected=99_999_999, crop_affected="1234567.8", loss_total=9_999_999),
    report(affected=10_000_000, loss_total=10_000_000),
]


def test_digits_said_today_are_still_read_tomorrow():
    said = "003811050741234000044022289912"

    assert spoken.encode(report(affected=12000, deaths=0)) == said
    assert spoken.decode(said) == report(affected=12000, deaths=0)


def test_digits_of_the_edition_before_are_refused_as_such():
    former = "0038011054041213455812003009949999700185"

    assert refusal(former).kind == "edition"
    assert refusal(former[:3] + "9" + former[4:]).kind == "group"


def drilled() -> list[Core]:
    """Return every township's figures in every round of the drill, those of villages added."""
    script = scenario.load()
    curves = Curves(script, seed=7)
    ids = Ids(UUID(int=1), 7, script.starts_at)
    filed = reports.Reporting(curves, Network(curves, ids), ids)
    return [
        Core(1, each.code[4:9], 2, 3, {
            code: None if (value := values.get(code)) is None else Decimal(str(value))
            for code, _scale in spoken.figures()
        })
        for at in script.rounds
        for each in curves.townships
        for values in [filed.township_values(each, at, omit=False)]
    ]  # fmt: skip


def test_half_of_the_drills_reports_are_forty_digits_or_fewer(tell):
    lengths = []
    for core in drilled():
        digits = spoken.encode(core)
        assert spoken.decode(digits) == core
        lengths.append(len(digits))
    lengths.sort()
    tell(reports=len(lengths), median_digits=lengths[len(lengths) // 2],
         nine_in_ten=lengths[len(lengths) * 9 // 10], longest=lengths[-1])  # fmt: skip

    assert lengths[len(lengths) // 2] <= 40
    assert lengths[len(lengths) * 9 // 10] <= 50


def test_a_quiet_townships_report_is_forty_digits():
    quiet = report(affected=320, deaths=0, missing=0, relocated_cum=150, collapsed_rooms=0,
                   severe_rooms=2, crop_affected=45, loss_total=80)  # fmt: skip

    assert len(spoken.encode(quiet)) == 40


def test_the_largest_city_ever_hit_fits_one_text_message():
    city = report(affected=2_480_000, deaths=12, missing=3, relocated_cum=395_000,
                  collapsed_rooms=42_142, severe_rooms=224_948, crop_affected="120000.25",
                  loss_total="3336000.55")  # fmt: skip
    digits = spoken.encode(city)

    assert spoken.decode(digits).values == city.values
    assert len(" ".join(spoken.groups_of(digits))) <= 160


def test_the_browser_says_what_the_server_says():
    cases = [
        {"core": core.__dict__ | {"values": {
            code: None if value is None else str(value) for code, value in core.values.items()
        }}, "digits": spoken.encode(core)}
        for core in [*TABLE, *(made(random.Random(seed)) for seed in range(300))]
    ]  # fmt: skip
    moments = [datetime(2013, 10, 6, 8, tzinfo=LOCAL) + timedelta(minutes=n * 7919)
               for n in range(300)]  # fmt: skip
    answer = in_node(
        {"cases": cases, "figures": LIST, "moments": [f"{m:%Y-%m-%dT%H:%M}" for m in moments]}
    )

    assert answer["digits"] == [each["digits"] for each in cases]
    assert answer["aloud"] == [spoken.aloud(each["digits"]) for each in cases]
    assert answer["minutes"] == [spoken.minute_of(each) for each in moments]
    assert answer["slots"] == [spoken_slot(each) for each in moments]
    assert answer["refused"] == ["figure", "figure", "figure", "header"]


def spoken_slot(moment: datetime) -> str:
    from damage_reports.rules import slot_of

    return slot_of(moment)


def in_node(given):
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is needed: the browser makes the same digits")
    script = """
        const [module] = process.argv.slice(1);
        const { aloud, encode, minuteOf, slotOf } = await import(module);
        const { readFileSync } = await import("node:fs");
        const { cases, figures, moments } = JSON.parse(readFileSync(0, "utf8"));
        const refusal = (core) => {
          try { return encode(core, figures); } catch (e) { return e.message; }
        };
        const core = cases[0].core;
        console.log(JSON.stringify({
          digits: cases.map((each) => encode(each.core, figures)),
          aloud: cases.map((each) => aloud(each.digits)),
          minutes: moments.map(minuteOf),
          slots: moments.map(slotOf),
          refused: [{ affected: "12a" }, { affected: 1.5 }, { loss_total: "-3" }]
            .map((values) => refusal({ ...core, values }))
            .concat(refusal({ ...core, disaster: 1000 })),
        }));
    """
    command = [node, "--input-type=module", "-e", script, str(ROOT / "static/js/reports/spoken.js")]
    answer = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=20
    )
    return json.loads(answer.stdout)


SAID = spoken.encode(TABLE[2])


@pytest.mark.parametrize(
    "text",
    [
        " ".join(spoken.groups_of(SAID)),
        "-".join(spoken.groups_of(SAID)),
        spoken.aloud(SAID),
        ",".join(spoken.aloud(each) for each in spoken.groups_of(SAID)) + "。",
        "".join(chr(ord("0") + int(digit)) for digit in SAID),
        SAID.translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
        SAID.translate(str.maketrans("0123456789", "零腰两三四五六拐八钩")) + "\n",
    ],
)
def test_digits_are_read_however_they_are_typed(text):
    assert spoken.decode(text) == TABLE[2]


def refusal(text: str) -> CodeError:
    with pytest.raises(CodeError) as raised:
        spoken.decode(text)
    return raised.value


def test_the_two_groups_with_the_wrong_digit_are_named():
    wrong = refusal(SAID[:11] + ("0" if SAID[11] != "0" else "1") + SAID[12:])

    assert (wrong.kind, wrong.groups) == ("group", (3, 4))


def test_a_last_group_with_a_check_digit_of_its_own_is_named_alone():
    digits = next(said for said in map(spoken.encode, TABLE) if len(said) % 10 == 5)

    assert refusal(digits[:-2] + str((int(digits[-2]) + 1) % 10) + digits[-1]).groups == (
        len(digits) // 5,
    )


def test_a_lost_digit_is_sought_from_the_group_it_went_missing_in():
    found = refusal(SAID[:6] + SAID[7:])

    assert found.kind == "length"
    assert found.groups[0] in (1, 2, 3)


def test_swapped_groups_are_named():
    swapped = SAID[:5] + SAID[10:15] + SAID[5:10] + SAID[15:]

    assert refusal(swapped).groups == (1, 2, 3, 4)


@pytest.mark.parametrize(("text", "kind", "sign"), [
    ("12x45", "letters", "x"), ("<script>", "letters", "<"), ("", "too_short", ""),
    ("洞幺两", "too_short", ""), ("0" * 251, "too_long", ""), ("١٢٣", "letters", "١"),
])  # fmt: skip
def test_what_is_no_report_is_named(text, kind, sign):
    wrong = refusal(text)

    assert (wrong.kind, wrong.sign) == (kind, sign)


def fitting(told: str) -> str:
    """Return digits whose check digits all fit, whatever the figures are."""
    payload = "003" + "81105" + "04" + "1234" + told
    payload += f"{98 - int(spoken.EDITION + payload) * 100 % 97:02d}"
    nines = [payload[start : start + 9] for start in range(0, len(payload), 9)]
    return "".join(nine + spoken._check_digit(n, nine) for n, nine in enumerate(nines, start=1))


@pytest.mark.parametrize("told", ["0" * 6 + "9" * 5, "9" * 200])
def test_fitting_digits_that_are_no_report_are_refused(told):
    digits = fitting(told)
    assert not spoken.wrong_groups(spoken.groups_of(digits))

    assert refusal(digits).kind == "content"


def test_a_figure_with_too_many_decimals_is_not_rounded():
    with pytest.raises(ValueError, match="too_many_decimals"):
        spoken.encode(report(affected="1.5"))


@pytest.mark.parametrize("days", [0, 1, 5, 6])
def test_the_minute_of_the_figures_is_told_apart_for_six_days(days):
    moment = datetime(2026, 7, 20, 8, 1, tzinfo=LOCAL)
    until = moment + timedelta(days=days)

    assert spoken.moment_of(spoken.minute_of(moment), until=until) == moment


def test_absent_and_unknown_are_the_same_figure_and_nought_is_another():
    assert spoken.same_figures(
        {"affected": Decimal(5)}, {"affected": Decimal("5.0"), "deaths": None}
    )
    assert not spoken.same_figures({"deaths": Decimal(0)}, {"deaths": None})
