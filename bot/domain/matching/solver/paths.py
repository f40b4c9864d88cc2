"""The cheapest flow and the largest flow by successive shortest paths, in plain Python and exact whole numbers.

For programmes of the usual size, so that they need no solver library: OR-tools and what it needs take 167 MB on disk.
Each path is a search by Dijkstra's algorithm with node prices, which ends at the sink. The time grows with the
number of pairs times the arcs that a search sees: see docs/matching.md, "With and without OR-tools".
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from bot.domain.matching.solver.problem import Int64s

REVERSE = 1
"""Residual arcs are numbered in twos: the last bit tells an arc from its reverse."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: units on each arc in the order of the arcs, in all, and the nodes that the source still reaches
    (the source's side of a minimum cut) if not everything could be sent."""

    flows: Int64s
    value: int
    reached: frozenset[int]


def send(arcs: tuple[Int64s, Int64s, Int64s, Int64s], nodes: int, source: int, sink: int, amount: int) -> Sent:
    """Send up to `amount` units from `source` to `sink` at the least cost.

    `arcs`: tails, heads, capacities and costs, all of one length; costs are at least 0.
    """
    tails, heads, capacities, costs = (values.tolist() for values in arcs)
    out: list[list[int]] = [[] for _ in range(nodes)]
    head: list[int] = []
    left: list[int] = []
    cost: list[int] = []
    for number, (tail, end, capacity, price) in enumerate(zip(tails, heads, capacities, costs, strict=True)):
        out[tail].append(2 * number)
        out[end].append(2 * number + REVERSE)
        head += (end, tail)
        left += (capacity, 0)
        cost += (price, -price)
    prices, sent = [0] * nodes, 0
    reached: frozenset[int] = frozenset()
    while sent < amount:
        distances, via = _search(out, head, left, cost, prices, source, sink)
        if sink not in distances:
            reached = frozenset(distances)
            break
        path, node = [], sink
        while node != source:
            path.append(via[node])
            node = head[via[node] ^ REVERSE]
        units = min(amount - sent, min(left[arc] for arc in path))
        for arc in path:
            left[arc] -= units
            left[arc ^ REVERSE] += units
        sent += units
        for node, distance in distances.items():
            prices[node] += distance - distances[sink]
    return Sent(np.array(left[REVERSE::2], np.int64), sent, reached)


def _search(
    out: list[list[int]],
    head: list[int],
    left: list[int],
    cost: list[int],
    prices: list[int],
    source: int,
    sink: int,
) -> tuple[dict[int, int], dict[int, int]]:
    """The final distances from the source by reduced costs, up to the sink, and the arc by which each was reached."""
    tentative, via = {source: 0}, dict[int, int]()
    final: dict[int, int] = {}
    heap = [(0, source)]
    while heap:
        distance, node = heappop(heap)
        if node in final:
            continue
        final[node] = distance
        if node == sink:
            break
        here = distance + prices[node]
        for arc in out[node]:
            if left[arc] and (end := head[arc]) not in final:
                length = here + cost[arc] - prices[end]
                if end not in tentative or length < tentative[end]:
                    tentative[end] = length
                    via[end] = arc
                    heappush(heap, (length, end))
    return final, via
