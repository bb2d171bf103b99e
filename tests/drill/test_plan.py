"""The drill's plan: exact at every published instant, lawful everywhere, the same twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pytest

from damage_reports.rules import check
from damage_reports.rules.totals import Row, roll_up
from relief_ops.drill.curves import Curves
from relief_ops.drill.plan import plan
from relief_ops.drill.requests import iso
from relief_ops.drill.scenario import load
from tests.drill.conftest import DRILL, SEED

pytestmark = pytest.mark.slow  # plans nine days for three thousand villages


@pytest.fixture(scope="module")
def filed(planned):
    """Every report of the plan, in the order it is sent."""
    return [each.body for each in planned.story if "/reports/" in each.path]


@pytest.fixture(scope="module")
def divisions(planned):
    return list(planned.scenario.rows("divisions"))


def rows_at(divisions, filed, at: datetime, pseudo_kind: str) -> list[Row]:
    """Return every area with its latest report as of an instant."""
    latest: dict[str, dict] = {}
    for report in sorted(filed, key=lambda each: each["as_of"]):
        if report["as_of"] <= iso(at):
            latest[report["area_code"]] = report["values"]
    return [
        Row(
            each["code"],
            each["parent_code"] if each["level"] != "city" else None,
            statistical=each["level"] == "township",
            pseudo=each["kind"] == pseudo_kind,
            values={
                code: None if value is None else Decimal(str(value))
                for code, value in latest.get(each["code"], {}).items()
            },
        )
        for each in divisions
    ]


def test_every_published_cell_is_met_exactly(planned, filed, divisions):
    scenario = planned.scenario
    assert len(scenario.cells) == 18
    for cell in scenario.cells:
        rows = rows_at(divisions, filed, cell.at, scenario.raw["pseudo_kind"])
        sums = [roll_up(rows, indicator=code)[cell.area_code] for code in cell.indicators]

        assert sum(each.value for each in sums) == cell.value, cell
        assert all(each.known == each.of for each in sums)


@pytest.mark.parametrize(("instant", "townships"), [(0, 139), (2, 148)])
def test_so_many_townships_are_affected_and_the_others_file_zero(
    planned, filed, divisions, instant, townships
):
    at = planned.scenario.instants[instant]
    rows = rows_at(divisions, filed, at, planned.scenario.raw["pseudo_kind"])
    totals = roll_up(rows, indicator="affected")
    affected = [totals[row.area].value for row in rows if row.statistical and not row.pseudo]

    assert len(affected) == 156
    assert sum(value > 0 for value in affected) == townships
    assert None not in affected
    assert all(totals[row.area].value is None for row in rows if row.pseudo)


def test_every_report_passes_every_rule_or_gives_its_reason(filed):
    previous: dict[str, dict] = {}
    for report in filed:
        values = {
            code: None if value is None else Decimal(str(value))
            for code, value in report["values"].items()
        }
        found = check(
            values,
            previous=previous.get(report["area_code"]),
            reasons=report["reasons"],
            context={
                "hazard": "typhoon",
                "kind": report["kind"],
                "no_change": report["no_change"],
            },
        )
        assert not found, (report["area_code"], report["as_of"], found[0])
        previous[report["area_code"]] = values


def test_the_fall_of_the_house_count_says_that_the_heading_changed(planned, filed):
    recount = [each for each in filed if each["as_of"] == iso(planned.scenario.recount_at)]
    fallen = [each for each in recount if each["reasons"]]

    assert len(fallen) > 100
    assert {tuple(each["reasons"]) for each in fallen} == {("collapsed_rooms",)}
    assert all("口径变化" in each["reasons"]["collapsed_rooms"] for each in fallen)
    later = [each for each in filed if each not in recount and each["reasons"]]
    missed = {each["area_code"] for each in later}
    assert missed.isdisjoint(each["area_code"] for each in recount)
    assert {tuple(each["reasons"]) for each in later} <= {("collapsed_rooms",)}


def test_at_least_three_hundred_villages_file_their_own(filed):
    villages = {each["area_code"] for each in filed if each["area_code"][9:] != "000"}

    assert len(villages) >= 300


def test_townships_that_are_summed_file_nothing_that_their_villages_file(planned, filed):
    by_village = {each["area_code"][:9] for each in filed if each["area_code"][9:] != "000"}
    own = defaultdict(set)
    for each in filed:
        if each["area_code"].endswith("000") and each["area_code"][:9] in by_village:
            own[each["area_code"]].add("affected" in each["values"])

    kinds = Counter(map(tuple, own.values()))
    assert set(kinds) == {(True,), (False,)}
    assert min(kinds.values()) >= 5


def test_no_curve_is_a_scaled_copy_of_another():
    curves = Curves(load(), seed=SEED)
    rounds = [at for at in curves.scenario.rounds if at >= curves.scenario.rounds[12]]
    hit = [each.code for each in curves.townships if curves.joins.get(each.code) == 0]
    for series in ("affected", "loss_total", "central"):
        lines = {
            code: [curves.value(series, code, at) / curves.known[series][code][-1] for at in rounds]
            for code in hit
            if curves.known[series][code][-1] >= 50
        }
        codes = sorted(lines)
        for index, one in enumerate(codes):
            for other in codes[index + 1 :]:
                apart = max(abs(a - b) for a, b in zip(lines[one], lines[other], strict=True))
                assert apart > 0.005, (series, one, other)


def test_headcounts_are_the_share_of_the_moved_at_every_published_instant(planned):
    inside: dict[str, int] = {}
    counts = [each for each in planned.story if "/headcounts/" in each.path]
    where = {each.path.rsplit("/", 1)[-1]: each.body for each in planned.registers}
    share = Decimal(planned.scenario.raw["shelter_share"])
    for cell in planned.scenario.cells:
        if cell.indicators != ("relocated_cum",):
            continue
        inside = {}
        for each in sorted(counts, key=lambda request: request.body["as_of"]):
            shelter = each.path.split("/")[4]
            county = where[shelter]["area_code"][:6] + "000000"
            if each.body["as_of"] <= iso(cell.at) and (
                cell.area_code[:6] == county[:6] or cell.area_code[4:6] == "00"
            ):
                inside[shelter] = each.body["total"]

        assert sum(inside.values()) == cell.value * share, cell


def test_two_plans_are_the_same_and_another_seed_is_another(planned):
    assert plan(DRILL, seed=SEED).sha256 == planned.sha256
    assert Curves(load(), seed=SEED + 1).known != Curves(load(), seed=SEED).known


def test_ids_look_like_uuidv7_and_are_used_once(planned):
    acts = ("/state", "/receipt", "/lift", "/return", "/end", "/application", "/lifting")
    sent = [each for each in planned.requests if not each.path.endswith(acts)]
    ids = [UUID(each.path.rsplit("/", 1)[-1]) for each in sent]

    assert all(each.version == 7 and each.variant == "specified in RFC 4122" for each in ids[1:])
    assert len(set(ids)) == len(ids)


def test_the_load_fits_eight_minutes_at_forty_writes_a_second(planned):
    first_day = planned.scenario.rounds[12]
    early = [each for each in planned.story if each.at <= first_day]

    assert len(early) < 240 * 36
    assert len(planned.story) - len(early) < 240 * 40


def test_nothing_is_said_of_a_time_still_to_come(planned):
    for each in planned.story:
        for name in ("as_of", "at", "arrived_at", "left_at", "happened_at"):
            if name in each.body:
                assert each.body[name] <= iso(each.at)


def test_needs_are_met_from_stock_that_is_there_and_shipped_only_once_promised(planned):
    stock: Counter[tuple[str, str]] = Counter()
    wanted, promised, sent = {}, {}, {}
    for each in planned.requests:
        kind, body = each.path.split("/")[3], each.body
        key = each.path.rsplit("/", 1)[-1]
        if "/movements/" in each.path:
            stock[body["to"], body["item"]] += body["quantity"]
        elif kind == "needs":
            wanted[key] = [body["item"], body["quantity"]]
        elif "/reservations/" in each.path:
            item, left = wanted[body["need_id"]]
            stock[body["depot"], item] -= body["quantity"]
            wanted[body["need_id"]][1] = left - body["quantity"]
            promised[key] = body
        elif kind == "shipments" and key != "receipt":
            sent[key] = [promised.pop(each) for each in body["reservation_ids"]]
        elif key == "receipt":
            assert each.path.split("/")[4] in sent

    assert min(stock.values()) >= 0
    assert min(left for _, left in wanted.values()) >= 0
    assert len(wanted) > 200
    assert len(sent) > 200


def test_each_county_files_its_relief_work_every_morning_from_what_arrived_there(planned):
    forms = [each for each in planned.story if "/relief-work/" in each.path]
    counties = {each.body["area_code"] for each in forms}
    mornings = {each.at.date() for each in forms}
    tents = Counter()
    for each in forms:
        tents[each.at.date()] += each.body["values"].get("goods_quilts", 0)

    assert len(counties) == 10 and len(mornings) == 8
    assert len(forms) == 80 and all(each.actor.startswith("county:") for each in forms)
    assert sorted(tents.values()) == [count for _day, count in sorted(tents.items())]
    assert max(tents.values()) > 0, "what arrived is counted from the beginning on"
    assert any(each.body["values"].get("response_level") == 2 for each in forms)


def test_rounds_are_every_two_hours_for_two_days_then_daily_to_the_published_end(planned):
    rounds = [each for each in planned.story if "/rounds/" in each.path]
    local = [each.at.strftime("%m-%d %H:%M") for each in rounds]
    two_hourly, later = local[:25], local[25:]

    assert two_hourly == [
        f"10-{6 + (8 + hours) // 24:02d} {(8 + hours) % 24:02d}:00" for hours in range(0, 49, 2)
    ]
    assert later == [
        "10-08 18:00", "10-09 00:00", "10-10 00:00", "10-10 13:00", "10-11 00:00",
        "10-12 00:00", "10-13 00:00", "10-14 00:00", "10-14 10:00",
    ]  # fmt: skip
    assert [each.body["as_of"] for each in rounds] == [iso(each.at) for each in rounds]
    assert [each.body["daily"] for each in rounds] == [False, *(" 00:00" in at for at in local[1:])]
    zone = planned.scenario.starts_at.utcoffset()
    assert zone.total_seconds() == 8 * 3600, "Beijing time"


def test_the_drill_begins_and_ends_where_it_is_said_to(planned):
    start, end = planned.scenario.starts_at, planned.scenario.ends_at
    opening = planned.opening[0].body

    assert (iso(start), iso(end)) == ("2013-10-06T00:00:00Z", "2013-10-14T02:00:00Z")
    assert opening["drill_start"] == iso(start)
    assert min(each.at for each in planned.story) == start
    assert max(each.at for each in planned.story) == end == planned.scenario.instants[-1]
    landfall = datetime.fromisoformat("2013-10-07T01:00:00+08:00")
    assert (landfall - start).total_seconds() == 17 * 3600


def test_what_is_registered_is_filed_before_the_clock_starts(planned):
    before = [*planned.opening, *planned.registers, *planned.arranged]
    kinds = {each.path.split("/")[3] for each in planned.registers}

    assert all(each.at is None for each in before)
    assert all(each.at is not None for each in planned.story)
    assert {"shelters", "depots", "published-figures", "policies"} <= kinds
    told = {each.path.split("/")[3] for each in planned.story}
    assert not told & {"depots", "published-figures", "policies", "users"}
    assert not [e for e in planned.story if e.path.count("/") == 4 and "/shelters/" in e.path]


def test_what_was_published_is_entered_as_it_was(planned):
    entered = [e.body for e in planned.registers if "/published-figures/" in e.path]
    rows = list(planned.scenario.rows("reports"))

    assert [each["source"] for each in entered] == [row["source"] for row in rows]
    for body, row in zip(entered, rows, strict=True):
        columns = planned.scenario.raw["columns"]
        shown = {each["heading"]: each["value"] for each in body["figures"]}
        said = {columns[name]["heading"]: row[name] for name in columns if row[name]}
        assert shown == said
    first, last = entered[0]["figures"], entered[2]["figures"]
    assert first[0]["value"] == "11" and first[0]["count"] == "county" and "11" in first[0]["note"]
    both = next(each for each in last if each["add"] == ["collapsed_rooms", "severe_rooms"])
    assert (both["heading"], both["value"]) == ("倒塌或严重损坏房屋", "1280")
    assert planned.opening[0].body["about"] == planned.scenario.raw["about"]
    assert [each["source_en"] for each in entered] == [row["source_en"] for row in rows]
    assert all(
        each.isascii() for each in (planned.opening[0].body["about_en"], rows[0]["source_en"])
    )


def test_a_flooded_county_asks_for_more_than_there_is_and_one_shortage_waits_for_whoever_looks(
    planned,
):
    asked: Counter[str] = Counter()
    held: Counter[str] = Counter()
    plans, waits = (
        {},
        {each["item"] for each in planned.scenario.raw["shortages"] if not each["planned"]},
    )
    for each in planned.requests:
        if each.lane.startswith("shortage:") and "/needs/" in each.path:
            asked[each.body["item"]] += each.body["quantity"]
            assert each.at < planned.scenario.rounds[12], "there is time to look at it"
        elif "/movements/" in each.path:
            held[each.body["item"]] += each.body["quantity"]
        elif each.path.startswith("/api/v1/allocation-plans/"):
            plans.setdefault(each.path.split("/")[4], []).append(each)

    (shared,) = plans.values()
    asking, applying = shared
    assert asking.at < applying.at and applying.ready == asking.path
    (item,) = asking.body["items"]
    assert asked[item] > held[item] > 0
    assert waits and item not in waits


def test_every_table_is_prepared_for_a_round_there_is_signed_by_another_and_mostly_in_time(planned):
    opened = {each.body["code"]: each.at for each in planned.story if "/rounds/" in each.path}
    told = {each.path: each for each in planned.story if "/summaries/" in each.path}
    signed = {path.split("/sign")[0]: each for path, each in told.items() if "/sign" in path}
    prepared = {path: each for path, each in told.items() if "/sign" not in path}

    assert prepared.keys() == signed.keys() and len(prepared) > 300
    for path, each in prepared.items():
        assert opened[each.body["round"]] < each.at < signed[path].at, each.actor
    assert len(opened) - 2 <= len({each.body["round"] for each in prepared.values()})
