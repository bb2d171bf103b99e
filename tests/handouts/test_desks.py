"""Desks at the same moment: one household gets its share once, whatever the interleaving."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.conftest import Caller, new_id
from tests.factories import handouts as made
from tests.factories import stock
from tests.factories.rosters import id_number


def at_once(app, keeper, asks):
    def ask(said):
        asking = Caller(app.test_client(), keeper.token, keeper.user_id)
        while True:
            answer = asking.put(f"/api/v1/handouts/{said[0]}", said[1])
            if answer.status_code != 503:
                return answer.status_code

    with ThreadPoolExecutor(len(asks)) as pool:
        return sorted(pool.map(ask, asks))


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False], ids=["registered", "by number only"])
def test_two_desks_that_serve_one_household_at_a_moment_do_not_both_pass(
    app, keeper, manager, disaster, household, desk, proofs, known
):
    other = made.desk(manager, name="二库")
    whose = {"household_id": household}
    if not known:
        whose = {"id_number": id_number(Random("desks")), "people": 2}
    for item in ITEMS:
        for place in (desk, other):
            stock.stock(manager, place, item=item, quantity=10)
        asks = [
            (new_id(), made.body(disaster, place, item=item, quantity=2, **whose))
            for place in (desk, other)
        ]
        assert at_once(app, keeper, asks) == [201, 422]
    assert proofs() == []


ITEMS = ("quilt", "blanket", "mat", "life_pack", "towel_quilt")


@pytest.mark.slow
def test_many_desks_at_one_store_hand_out_what_is_there_and_no_more(
    app, keeper, manager, disaster, proofs
):
    desk = made.desk(manager, quantity=10)
    asks = [(new_id(), made.body(disaster, desk, name=f"户{n}")) for n in range(8)]

    assert at_once(app, keeper, asks) == [201] * 5 + [409] * 3
    assert stock.balance(manager, desk) == (0, 0)
    rows = keeper.get(f"/api/v1/handouts?place={desk}&disaster={disaster['id']}").json["handouts"]
    assert sorted(each["number"] for each in rows) == [1, 2, 3, 4, 5]
    assert proofs() == []


@pytest.mark.slow
def test_retries_of_one_handout_at_once_hand_out_once(app, keeper, manager, disaster, desk):
    handout, said = new_id(), made.body(disaster, desk)

    assert at_once(app, keeper, [(handout, said)] * 6) == [200] * 5 + [201]
    assert stock.balance(manager, desk) == (98, 0)
