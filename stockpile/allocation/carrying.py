"""The cheapest flow from needs to shelves to depots: a door of OR-Tools.

Only a few connections are given to the solver. A proof by prices says that none is left out that
would make the flow cheaper; what it names is added, until it names none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.allocation.reach import Flags, Numbers

FEW, CHEAPEST, NEARLY = 400, 8, 0.1
FAR = 2**45


@dataclass(frozen=True)
class Net:
    """Shelves are rows, needs columns; together they can give every need all its packs."""

    open: Flags
    cost: Numbers  # of one pack
    packs: Numbers  # of each need
    held: Numbers  # on each shelf
    depot_of: Numbers
    depot_held: Numbers


@dataclass(frozen=True)
class Flow:
    """So many packs from a shelf to a need."""

    shelf: Numbers
    need: Numbers
    packs: Numbers


def least(net: Net, known: Flags) -> Flow:
    """Return the cheapest flow; over the connections `known` every need can be served."""
    joined = net.open if len(net.packs) <= FEW else known | _cheapest(net)
    flow = _flow(net, joined)
    price = _prices(net, flow, joined)
    missing = _missing(net, flow, price, joined)
    if missing.any():
        # At these prices most needs have no choice worth the solver's time.
        joined = missing | _nearly(net, flow, price)
    while missing.any():
        flow = _flow(net, joined)
        missing = _missing(net, flow, _prices(net, flow, joined), joined)
        joined = joined | missing
    return flow


def _cheapest(net: Net) -> Flags:
    """Return of each need the connections that are cheapest at the prices of a coarse map."""
    coarse = _coarse(net)
    price = _prices(coarse, _flow(coarse, coarse.open), coarse.open)
    whole = np.where(net.open, net.cost + price[:, None], FAR)
    most = min(CHEAPEST, len(whole))
    found = np.zeros(net.open.shape, dtype=np.bool_)
    found[np.argpartition(whole, most - 1, axis=0)[:most], np.arange(whole.shape[1])] = True
    return found & net.open


def _coarse(net: Net) -> Net:
    """Return a net in which needs with the same three nearest shelves are one.

    What most of them cannot reach is far, not closed, so that all can be served.
    """
    most = min(3, len(net.cost))
    closed = 2 * int(net.cost.max()) + 1
    near = np.argpartition(np.where(net.open, net.cost, FAR), most - 1, axis=0)[:most]
    key = np.sort(near, axis=0).T @ (len(net.cost) ** np.arange(most))
    order = np.argsort(key, kind="stable")
    start = np.unique(key[order], return_index=True)[1]
    weight = np.where(net.open, net.packs, 0)[:, order]
    there = np.add.reduceat(weight, start, axis=1)
    cost = np.add.reduceat(weight * net.cost[:, order], start, axis=1) // np.maximum(there, 1)
    packs = np.add.reduceat(net.packs[order], start)
    cost = np.where(2 * there > packs, cost, closed)
    return Net(cost > -1, cost, packs, net.held, net.depot_of, net.depot_held)


def _flow(net: Net, joined: Flags) -> Flow:
    """Send everything the cheapest way over what is joined.

    A need that has no choice is not given to the solver.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    chooses = joined.sum(axis=0) > 1
    sure, choosing = np.flatnonzero(~chooses), np.flatnonzero(chooses)
    only = joined[:, sure].argmax(axis=0)
    load = _sum(only, net.packs[sure], len(net.held))
    held = net.held - load
    depot_held = net.depot_held - _sum(net.depot_of, load, len(net.depot_held))
    shelf, need = np.nonzero(joined[:, choosing])
    packs = net.packs[choosing]
    shelf_node, depot_node = len(packs), len(packs) + len(held)
    end = depot_node + len(depot_held)
    every, solver = np.arange(end), SimpleMinCostFlow()
    add = solver.add_arcs_with_capacity_and_unit_cost
    most = np.minimum(packs[need], held[shelf])
    drawing = add(need, shelf + shelf_node, most, net.cost[shelf, choosing[need]])
    add(every[shelf_node:depot_node], net.depot_of + depot_node, held, np.zeros_like(held))
    add(every[depot_node:], np.full_like(depot_held, end), depot_held, np.zeros_like(depot_held))
    solver.set_nodes_supplies(every[:shelf_node], packs)
    solver.set_node_supply(end, -int(packs.sum()))
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("the shared packs could not be brought")
    sent = solver.flows(drawing).astype(np.int64)
    used = sent > 0
    return Flow(
        np.append(only, shelf[used]),
        np.append(sure, choosing[need[used]]),
        np.append(net.packs[sure], sent[used]),
    )


def _prices(net: Net, flow: Flow, joined: Flags) -> Numbers:
    """Return what room on each shelf is worth over all that is joined.

    The least prices that prove the flow are what a pack less there would save, the greatest what
    a pack more would cost. Halfway the fewest other connections look cheaper than they are.
    """
    size = len(net.held)
    stored = _sum(flow.shelf, flow.packs, size)
    gone = _sum(net.depot_of, stored, len(net.depot_held))
    change, depot_of = _changes(net, flow, joined), net.depot_of
    left, used = stored < net.held, stored > 0
    low, low_depot = np.zeros(size, dtype=np.int64), np.zeros(len(gone), dtype=np.int64)
    top, top_depot = np.full(size, FAR), np.where(gone < net.depot_held, 0, FAR)
    for _step in range(2 * size + 2):
        before = low, top, low_depot.copy(), top_depot.copy()
        saved = (low[:, None] - change).max(axis=0)
        moved = (change + top).min(axis=1)
        low = np.maximum(low, np.maximum(saved, low_depot[depot_of]))
        top = np.minimum(top, np.minimum(moved, np.where(left, top_depot[depot_of], FAR)))
        np.maximum.at(low_depot, depot_of, np.where(left, saved, 0))
        np.minimum.at(top_depot, depot_of, np.where(used, moved, FAR))
        if all(map(np.array_equal, before, (low, top, low_depot, top_depot))):
            break
    price: Numbers = (low + np.minimum(top, low + 2 * int(net.cost.max()))) // 2
    return price


def _changes(net: Net, flow: Flow, joined: Flags) -> Numbers:
    """Return what it costs to move one pack from a shelf (row) to another (column)."""
    found = np.full((len(net.held), len(net.held)), FAR)
    order = np.argsort(flow.shelf, kind="stable")
    shelves, needs = flow.shelf[order], flow.need[order]
    own = net.cost[shelves, needs]
    other = np.where(joined[:, needs], net.cost[:, needs] - own, FAR)
    shelf, start = np.unique(shelves, return_index=True)
    found[shelf] = np.minimum.reduceat(other, start, axis=1).T
    return found


def _paid(net: Net, flow: Flow, price: Numbers) -> Numbers:
    """Return what the dearest pack of each need costs at these prices."""
    found = np.zeros(len(net.packs), dtype=np.int64)
    np.maximum.at(found, flow.need, net.cost[flow.shelf, flow.need] + price[flow.shelf])
    return found


def _missing(net: Net, flow: Flow, price: Numbers, joined: Flags) -> Flags:
    """Return the connections not joined that are cheaper than what a need has."""
    cheaper = net.cost + price[:, None] < _paid(net, flow, price)
    return net.open & cheaper & ~joined


def _nearly(net: Net, flow: Flow, price: Numbers) -> Flags:
    """Return the connections that are used, and those that cost hardly more."""
    whole = net.cost + price[:, None] - _paid(net, flow, price)
    slack = np.where(net.open, whole, FAR)
    slack[flow.shelf, flow.need] = FAR
    found: Flags = slack <= np.quantile(slack.min(axis=0), NEARLY)
    found[flow.shelf, flow.need] = True
    return found


def _sum(which: Numbers, packs: Numbers, size: int) -> Numbers:
    return np.bincount(which, weights=packs, minlength=size).astype(np.int64)
