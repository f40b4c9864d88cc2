"""How many people can be matched, with a proof: the part of the objective with priority over every score."""

from dataclasses import dataclass

import numpy as np

from bot.domain.matching.solver.candidates import Arcs, Survey
from bot.domain.matching.solver.network import Totals, large
from bot.domain.matching.solver.paths import send
from bot.domain.matching.solver.problem import Bools, Int16s, Int64s, Problem

MORE_PER_ROW = 16


@dataclass(frozen=True, slots=True)
class Cover:
    """A proof that no more than `bound` pairs are possible: every allowed pair has a covered leader or a covered
    mentor, or is one of `crossing` pairs; all places of the covered people plus those pairs are the bound."""

    leaders: Bools
    mentors: Bools
    crossing: int
    bound: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The maximum numbers of first partners of leaders and of mentors, of pairs, and of first partners of leaders and
    of mentors who waited, each with its proof.

    All are possible at once. The sets of leaders that can all have a partner form a matroid (a transversal one), so
    that the most of those who waited can be extended to the most of all: who waited costs nobody else a first partner
    in number. The same holds for mentors; first partners of both sides are possible together by the theorem of
    Mendelsohn and Dulmage, and adding pairs along augmenting paths never removes a person's last partner.
    """

    totals: Totals
    proofs: tuple[Cover, ...]
    arcs: Arcs


def easy_coverage(problem: Problem, survey: Survey) -> Coverage:
    """The coverage if only places limit it, which is nearly always so. Not proved to be reached."""
    proofs = tuple(_smaller_side(*places, survey) for places in questions(problem))
    return _coverage(proofs, survey.arcs)


def exact_coverage(problem: Problem, survey: Survey) -> Coverage:
    """The coverage that is reached, with as many additional arcs as needed to reach it."""
    arcs = survey.arcs
    proofs = []
    for demand, capacity in questions(problem):
        proof, arcs = _most(problem, demand, capacity, survey, arcs)
        proofs.append(proof)
    return _coverage(tuple(proofs), arcs)


def questions(problem: Problem) -> tuple[tuple[Int64s, Int64s], ...]:
    """Places for the five questions: first partners of leaders, of mentors, all pairs, and first partners of leaders
    and of mentors who waited."""
    return (
        (problem.first_leader, problem.capacity),
        (problem.demand, problem.first_mentor),
        (problem.demand, problem.capacity),
        (problem.waited_leader, problem.capacity),
        (problem.demand, problem.waited_mentor),
    )


def _coverage(proofs: tuple[Cover, ...], arcs: Arcs) -> Coverage:
    return Coverage(Totals(*(proof.bound for proof in proofs)), proofs, arcs)


def _smaller_side(demand: Int64s, capacity: Int64s, survey: Survey) -> Cover:
    demanded, offered = int(demand[survey.leaders].sum()), int(capacity[survey.mentors].sum())
    if demanded <= offered:
        return Cover(survey.leaders, np.zeros_like(survey.mentors), 0, demanded)
    return Cover(np.zeros_like(survey.leaders), survey.mentors, 0, offered)


def _most(problem: Problem, demand: Int64s, capacity: Int64s, survey: Survey, arcs: Arcs) -> tuple[Cover, Arcs]:
    """The most pairs for these places: a maximum flow on the arcs, then arcs across its minimum cut, until there are
    none."""
    easy = _smaller_side(demand, capacity, survey)
    if not easy.bound:
        return easy, arcs
    while True:
        value, leaders, mentors = _largest_flow(problem, demand, capacity, arcs)
        if value == easy.bound:
            return easy, arcs
        keys, scores, crossing = _crossing(problem, leaders, mentors, arcs)
        if not len(keys):
            return Cover(~leaders & survey.leaders, mentors, crossing, value), arcs
        arcs = arcs.with_more(keys, scores)


def _largest_flow(problem: Problem, demand: Int64s, capacity: Int64s, arcs: Arcs) -> tuple[int, Bools, Bools]:
    """The maximum flow on the arcs, and the side of its minimum cut of each person (True: the source's)."""
    rows, columns = problem.shape
    source, sink = rows + columns, rows + columns + 1
    tails, heads = np.divmod(arcs.keys, max(columns, 1))
    ends = (
        np.concatenate([np.full(rows, source), tails, np.arange(rows, rows + columns)]),
        np.concatenate([np.arange(rows), heads + rows, np.full(columns, sink)]),
        np.concatenate([demand, np.ones(len(tails), np.int64), capacity]),
    )
    value, reached = (_by_library if large(rows + columns) else _by_paths)(ends, source, sink)
    on_source_side = np.zeros(rows + columns + 2, np.bool_)
    on_source_side[reached] = True
    return value, on_source_side[:rows], on_source_side[rows : rows + columns]


def _by_library(arcs: tuple[Int64s, Int64s, Int64s], source: int, sink: int) -> tuple[int, list[int]]:
    """The largest flow on arcs (tails, heads, capacities), and the nodes that the source still reaches: OR-tools."""
    # Imported here: an idle bot must not have OR-tools in memory.
    from ortools.graph.python import max_flow

    tails, heads, capacities = arcs
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tails.astype(np.int32), heads.astype(np.int32), capacities.astype(np.int64))
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise ArithmeticError("the largest flow was not found")
    return int(solver.optimal_flow()), list(solver.get_source_side_min_cut())


def _by_paths(arcs: tuple[Int64s, Int64s, Int64s], source: int, sink: int) -> tuple[int, list[int]]:
    """The same by our own search, where all costs are 0. It ends when the sink is not reached any more."""
    tails, heads, capacities = arcs
    more_than_possible = int(capacities[tails == source].sum()) + 1
    sent = send((tails, heads, capacities, np.zeros(len(tails), np.int64)), sink + 1, source, sink, more_than_possible)
    return sent.value, sorted(sent.reached)


def _crossing(problem: Problem, leaders: Bools, mentors: Bools, arcs: Arcs) -> tuple[Int64s, Int16s, int]:
    """Allowed pairs from the source's side of the cut to the sink's: some that are no arcs yet with their scores, and
    how many there are in all."""
    rows, columns = problem.shape
    keys, scores, crossing = [np.empty(0, np.int64)], [np.empty(0, np.int16)], 0
    for start, block in problem.blocks():
        across = (block >= 0) & ~mentors
        across &= leaders[start : start + len(block), None]
        crossing += int(across.sum())
        row, column = np.nonzero(across)
        key = (row + start) * columns + column
        new = ~arcs.has(key)
        row, column, key = row[new], column[new], key[new]
        some = _some_of_each(row, rows, start)
        keys.append(key[some])
        scores.append(block[row[some], column[some]])
    return np.concatenate(keys), np.concatenate(scores), crossing


def _some_of_each(row: Int64s, rows: int, start: int) -> Int64s:
    """Up to MORE_PER_ROW places of each row, from a start that moves on from row to row."""
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    lengths = np.diff(begins, append=len(row))
    picks = []
    for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True):
        offset = (start + int(row[begin])) * length // rows
        picks.append(begin + np.unique((offset + np.arange(MORE_PER_ROW)) % length))
    return np.concatenate(picks) if picks else np.empty(0, np.int64)
