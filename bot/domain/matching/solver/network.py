"""The problem on a few arcs as a flow network: its cheapest flow, and the prices that prove it.

OR-tools finds the flow of a large network; `paths` that of a small one, and of any where OR-tools is not installed.

Three sources feed the leaders and three sinks drain the mentors: the first of each carries first partners of people
who waited for one, the second those of all others, the third all further partners. Their amounts are fixed beforehand
(see `coverage`), so that no huge bonus is needed to prioritise first partners, and numbers stay small.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np

from bot.domain.matching.solver.paths import send
from bot.domain.matching.solver.problem import Bools, Int64s, Problem

LARGEST = 2**63 - 1
TIERS = 3
FEW_NODES = 200
"""Up to here, about 100 people on each side, our own search answers within a tenth of a second."""


class TooLarge(OverflowError):
    """The problem has too many people for 64-bit arithmetic to stay exact."""


class Infeasible(Exception):
    """These arcs do not allow the requested number of partners."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of partners: first ones of leaders and of mentors, of them those of people who waited, and all."""

    first_leaders: int
    first_mentors: int
    pairs: int
    waited_leaders: int = 0
    waited_mentors: int = 0

    @property
    def supplies(self) -> tuple[int, int, int]:
        """The supply of the sources."""
        return self.waited_leaders, self.first_leaders - self.waited_leaders, self.pairs - self.first_leaders

    @property
    def needs(self) -> tuple[int, int, int]:
        """The demand of the sinks."""
        return self.waited_mentors, self.first_mentors - self.waited_mentors, self.pairs - self.first_mentors


@dataclass(frozen=True, slots=True)
class Flow:
    """Which arcs are used, and the flow from each source to each leader and from each mentor to each sink:
    [tiers, n], [tiers, m]."""

    used: Bools
    leaders: Int64s
    mentors: Int64s


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices, in the unit of the objective.

    A pair may be chosen only if it is worth at least `mentees[i] + mentors[j]`, and must be if it is worth more. A
    person's places of a tier may be used only if their price is at least that of the tier's source (leaders) or sink
    (mentors), and all must be if it is higher. int64 [leaders], [mentors], [tiers], [tiers].
    """

    leaders: Int64s
    mentors: Int64s
    sources: Int64s
    sinks: Int64s


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs from leaders to mentors, at most one unit each, with a cost; places by source and by sink
    [tiers, n], [tiers, m]."""

    tails: Int64s
    heads: Int64s
    costs: Int64s
    leader_places: Int64s
    mentor_places: Int64s
    totals: Totals

    def solve(self, leader_costs: Int64s | None = None, mentor_costs: Int64s | None = None) -> Flow:
        """The cheapest flow. Costs of places [tiers, n] and [tiers, m] are 0 unless given.

        Raises Infeasible or TooLarge.
        """
        leaders, mentors = self.leader_places.shape[1], self.mentor_places.shape[1]
        nodes = leaders + mentors + 2 * TIERS
        no_costs = np.zeros((TIERS, leaders), np.int64), np.zeros((TIERS, mentors), np.int64)
        place_costs = tuple(
            none if given is None else given for none, given in zip(no_costs, (leader_costs, mentor_costs), strict=True)
        )
        check_size(max(int(np.abs(costs).max(initial=0)) for costs in (self.costs, *place_costs)), nodes)
        leader, mentor = np.arange(leaders), np.arange(leaders, leaders + mentors)
        sources, sinks = range(nodes - 2 * TIERS, nodes - TIERS), range(nodes - TIERS, nodes)
        groups = [(self.tails, self.heads + leaders, np.ones(len(self.tails), np.int64), self.costs)]
        groups += [
            (np.full(leaders, sources[tier]), leader, self.leader_places[tier], place_costs[0][tier])
            for tier in range(TIERS)
        ]
        groups += [
            (mentor, np.full(mentors, sinks[tier]), self.mentor_places[tier], place_costs[1][tier])
            for tier in range(TIERS)
        ]
        flows = (_by_library if large(nodes) else _by_paths)(groups, nodes, self.totals)
        ends = np.cumsum([len(group[0]) for group in groups])
        used, *places = np.split(flows, ends[:-1])
        return Flow(used > 0, np.stack(places[:TIERS]), np.stack(places[TIERS:]))

    def prices(self, flow: Flow, start: Prices | None) -> Prices:
        """Prices that prove this cheapest flow: shortest distances in the residual network (Bellman and Ford), from any
        start; a good one is fast.

        Distances from a start only decrease, and those of the reversed network only increase. In the middle of the two,
        which is as good a proof, the prices stay nearest to the start, and fewest other pairs seem to pay.
        """
        shrunk = _Distances(self, flow, start).settle()
        if start is None:
            return shrunk
        grown = _turned(
            _Distances(self._turned(), Flow(flow.used, flow.mentors, flow.leaders), _turned(start)).settle()
        )
        # Distances are rounded down on both sides, so that integer differences between them still hold.
        return Prices(
            (shrunk.leaders + grown.leaders) >> 1,
            -((-shrunk.mentors - grown.mentors) >> 1),
            (shrunk.sources + grown.sources) >> 1,
            -((-shrunk.sinks - grown.sinks) >> 1),
        )

    def _turned(self) -> "Network":
        """The network with leaders and mentors exchanged."""
        had = self.totals
        totals = Totals(had.first_mentors, had.first_leaders, had.pairs, had.waited_mentors, had.waited_leaders)
        return Network(self.heads, self.tails, self.costs, self.mentor_places, self.leader_places, totals)


def _turned(prices: Prices) -> Prices:
    return Prices(prices.mentors, prices.leaders, prices.sinks, prices.sources)


def check_size(largest_cost: int, nodes: int) -> None:
    """Raises TooLarge unless the flow solver, which multiplies costs by the number of nodes, stays within int64."""
    if largest_cost * (nodes + 1) > LARGEST:
        raise TooLarge(f"{nodes} people with costs up to {largest_cost} are beyond 64-bit arithmetic")


Arcs4 = tuple[Int64s, Int64s, Int64s, Int64s]
"""Tails, heads, capacities and costs of some arcs."""


def large(nodes: int) -> bool:
    """Whether OR-tools, if it is installed, solves a network of so many nodes: the answer is the same, and sooner."""
    return nodes > FEW_NODES and has_library()


@cache
def has_library() -> bool:
    """Whether OR-tools is installed (the extra `large`)."""
    return find_spec("ortools") is not None


def _by_library(groups: list[Arcs4], nodes: int, totals: Totals) -> Int64s:
    """Units on each arc, by OR-tools."""
    # Imported here: an idle bot that matches nobody must not carry OR-tools in memory.
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    tails, heads, capacities, costs = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacities.astype(np.int64), costs.astype(np.int64)
    )
    for tier in range(TIERS):
        solver.set_node_supply(nodes - 2 * TIERS + tier, totals.supplies[tier])
        solver.set_node_supply(nodes - TIERS + tier, -totals.needs[tier])
    status = solver.solve()
    if status == solver.INFEASIBLE:
        raise Infeasible
    if status != solver.OPTIMAL:
        raise TooLarge(f"the flow solver says {status}")
    return np.asarray(solver.flows(arcs), np.int64)


def _by_paths(groups: list[Arcs4], nodes: int, totals: Totals) -> Int64s:
    """Units on each arc, by our own search for paths.

    Each unit takes one pair, one place of a leader and one of a mentor, so that a constant added to the costs of all
    pairs, or of all places of a side, changes no choice: costs are moved to begin at 0.
    """
    source, sink = nodes, nodes + 1
    pairs, leader_places, mentor_places = groups[:1], groups[1 : 1 + TIERS], groups[1 + TIERS :]
    every = [group for side in (pairs, leader_places, mentor_places) for group in _from_zero(side)]
    hubs = np.arange(nodes - 2 * TIERS, nodes)
    amounts = np.array([*totals.supplies, *totals.needs])
    free = np.zeros(TIERS, np.int64)
    source_arcs = np.full(TIERS, source), hubs[:TIERS], amounts[:TIERS], free
    sink_arcs = hubs[TIERS:], np.full(TIERS, sink), amounts[TIERS:], free
    tails, heads, capacities, costs = (
        np.concatenate(parts) for parts in zip(*every, source_arcs, sink_arcs, strict=True)
    )
    sent = send((tails, heads, capacities, costs), nodes + 2, source, sink, totals.pairs)
    if sent.value < totals.pairs:
        raise Infeasible
    return sent.flows[: -2 * TIERS]


def _from_zero(groups: list[Arcs4]) -> list[Arcs4]:
    least = min((int(group[3].min()) for group in groups if len(group[3])), default=0)
    return [(tails, heads, capacities, costs - least) for tails, heads, capacities, costs in groups]


class _Distances:
    """Bellman-Ford by whole arrays, alternating between the two sides of the network until nothing changes."""

    def __init__(self, network: Network, flow: Flow, start: Prices | None) -> None:
        self.network, self.flow = network, flow
        leaders, mentors = flow.leaders.shape[1], flow.mentors.shape[1]
        self.leader = np.zeros(leaders, np.int64) if start is None else start.leaders.copy()
        self.mentor = np.zeros(mentors, np.int64) if start is None else -start.mentors
        self.source = np.zeros(TIERS, np.int64) if start is None else start.sources.copy()
        self.sink = np.zeros(TIERS, np.int64) if start is None else -start.sinks
        free = np.flatnonzero(~flow.used)
        order = free[_order_of(network.heads[free], mentors)]
        self.tails, self.costs = network.tails[order], network.costs[order]
        heads = network.heads[order]
        self.begins = np.flatnonzero(np.diff(heads, prepend=-1))
        self.heads = heads[self.begins]
        self.back_tails, self.back_heads = network.tails[flow.used], network.heads[flow.used]
        self.back_costs = network.costs[flow.used]

    def settle(self) -> Prices:
        """Relax until no distance decreases any more."""
        for _ in range(2 * (len(self.leader) + len(self.mentor)) + 8):
            if not self._relax():
                return Prices(self.leader, -self.mentor, self.source, -self.sink)
        raise ArithmeticError("the flow is not the cheapest: distances do not settle")

    def _relax(self) -> bool:
        """Shorten distances once all round the network; whether any became shorter."""
        distances = (self.leader, self.mentor, self.source, self.sink)
        before = [distance.copy() for distance in distances]
        if len(self.tails):
            reach = np.minimum.reduceat(self.leader[self.tails] + self.costs, self.begins)
            self.mentor[self.heads] = np.minimum(self.mentor[self.heads], reach)
        for tier, (flow, places) in enumerate(zip(self.flow.mentors, self.network.mentor_places, strict=True)):
            _through(self.sink, tier, self.mentor, to_hub=flow < places, from_hub=flow > 0)
        np.minimum.at(self.leader, self.back_tails, self.mentor[self.back_heads] - self.back_costs)
        for tier, (flow, places) in enumerate(zip(self.flow.leaders, self.network.leader_places, strict=True)):
            _through(self.source, tier, self.leader, to_hub=flow > 0, from_hub=flow < places)
        return any(not np.array_equal(now, old) for now, old in zip(distances, before, strict=True))


def _order_of(people: Int64s, count: int) -> Int64s:
    """The order that puts these indexes of `count` people side by side: small numbers are sorted without comparing."""
    return np.argsort(people.astype(np.uint16) if count <= 1 << 16 else people, kind="stable")


def _through(hubs: Int64s, tier: int, side: Int64s, to_hub: Bools, from_hub: Bools) -> None:
    """Shorten distances to a source or sink and from it, over the places that are still open in each direction."""
    hubs[tier] = min(hubs[tier], side[to_hub].min(initial=hubs[tier]))
    side[from_hub] = np.minimum(side[from_hub], hubs[tier])


def network_of(problem: Problem, keys: Int64s, costs: Int64s, totals: Totals) -> Network:
    """The network of the problem on the arcs with these keys."""
    tails, heads = np.divmod(keys, max(problem.shape[1], 1))
    return Network(
        tails,
        heads,
        costs,
        problem.leader_tiers,
        problem.mentor_tiers,
        totals,
    )
