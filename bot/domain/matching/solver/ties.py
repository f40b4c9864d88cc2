"""Chooses between equally good solutions deterministically: the one with the least sum of hashes.

The hash of a pair depends only on the two people's ids. So the choice favours nobody, does not depend on the order of
rows or on the course of the solver, and stays the same when other people come or leave.
"""

from dataclasses import replace

import numpy as np

from bot.domain.matching.solver.hashing import mix
from bot.domain.matching.solver.network import Flow, Network, Prices, network_of
from bot.domain.matching.solver.pricing import Scan
from bot.domain.matching.solver.problem import Int64s, Problem

HASH_BITS = 20


def settle_ties(problem: Problem, proved: Network, flow: Flow, prices: Prices, scan: Scan) -> Int64s:
    """The keys (ascending) of the pairs of the best solution with the least sum of hashes.

    By complementary slackness the optimal solutions are exactly the flows on pairs and places that pay their price,
    with those that pay more all used.
    """
    keys = np.union1d(scan.tight, problem_keys(problem, proved, flow))
    surplus = np.zeros(len(keys), np.int64)
    surplus[np.searchsorted(keys, scan.tight)] = scan.surplus
    if not (surplus == 0).any() or len(keys) == int(flow.used.sum()):
        return problem_keys(problem, proved, flow)
    forced = -(1 << HASH_BITS) * (proved.totals.pairs + 1)
    costs = np.where(surplus > 0, forced, hashes(problem, keys))
    narrow = network_of(problem, keys, costs, proved.totals)
    leader_places, leader_costs = _places(narrow.leader_places, prices.leaders, prices.sources, forced)
    mentor_places, mentor_costs = _places(narrow.mentor_places, prices.mentors, prices.sinks, forced)
    narrow = replace(narrow, leader_places=leader_places, mentor_places=mentor_places)
    return keys[narrow.solve(leader_costs, mentor_costs).used]


def problem_keys(problem: Problem, network: Network, flow: Flow) -> Int64s:
    """The keys of the pairs that the flow uses."""
    return problem.keys(np.column_stack([network.tails[flow.used], network.heads[flow.used]]))


def _places(places: Int64s, own: Int64s, hubs: Int64s, forced: int) -> tuple[Int64s, Int64s]:
    """Places as an optimal solution may use them: none if they cost more than they are worth, all if less."""
    gain = own[None, :] - hubs[:, None]
    return np.where(gain < 0, 0, places), np.where(gain > 0, forced, 0)


def hashes(problem: Problem, keys: Int64s) -> Int64s:
    """A number of HASH_BITS bits for each pair, from the ids of its two people (splitmix64)."""
    row, column = np.divmod(keys, problem.shape[1])
    mixed = mix(mix(problem.leader_ids[row].astype(np.uint64)) ^ problem.mentor_ids[column].astype(np.uint64))
    return (mixed >> np.uint64(64 - HASH_BITS)).astype(np.int64)
