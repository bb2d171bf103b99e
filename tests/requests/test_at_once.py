"""Several hands on one request at once: one answer, and no goods promised for what is withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.factories import stock
from tests.factories.city import CITY, COUNTY
from tests.requests.test_requests import (  # noqa: F401  fixtures
    asked,
    city,
    city_depot,
    county,
    depot,
    look,
    step,
)


def test_two_who_answer_at_once_leave_one_answer_and_one_need(
    county, city, person, disaster, depot  # noqa: F811
):  # fmt: skip
    other = person(f"logistics_manager@{CITY}")
    for _round in range(5):
        request = asked(county, disaster, depot)
        with ThreadPoolExecutor(4) as pool:
            granting = [pool.submit(step, who, request, "grant") for who in (city, other)]
            refusing = [pool.submit(step, who, request, "refusal", reason="x")
                        for who in (city, other)]  # fmt: skip
            codes = sorted(each.result().status_code for each in (*granting, *refusing))
        assert codes == [200, 409, 409, 409]
        told = look(county, request)
        opened = [each["need"] for each in told["lines"] if each["need"]]
        assert len(opened) == (1 if told["state"] == "granted" else 0)


def test_withdrawn_while_it_is_promised_nothing_stays_set_aside(
    county, city, disaster, depot, city_depot  # noqa: F811
):  # fmt: skip
    for _round in range(5):
        request = asked(county, disaster, depot)
        step(city, request, "grant")
        need = look(city, request)["lines"][0]["need"]
        with ThreadPoolExecutor(2) as pool:
            promised = pool.submit(stock.reserve, city, need)
            withdrawn = pool.submit(step, county, request, "withdrawal", reason="邻县已支援")
            codes = promised.result().status_code, withdrawn.result().status_code
        assert codes[1] == 200
        assert codes[0] in (201, 404, 409)
        assert stock.balance(city, city_depot) == (100, 0)
    path = f"/api/v1/needs?disaster={disaster['id']}&area={COUNTY}"
    assert {each["state"] for each in county.get(path).json["needs"]} == {"withdrawn"}
