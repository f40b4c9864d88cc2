"""The way to the optimum: few arcs, exact flow, prices, all pairs against the prices, more arcs, until none pays."""

from dataclasses import replace

import numpy as np

from bot.domain.solver.candidates import Arcs, Survey, survey
from bot.domain.solver.coverage import Coverage, easy_coverage, exact_coverage
from bot.domain.solver.network import Infeasible, Prices, network_of
from bot.domain.solver.pricing import Scan, scan
from bot.domain.solver.problem import Bools, Int64s, Problem, Request, make_problem, raw_score
from bot.domain.solver.result import NO_PLACE, Assignment, Certificate
from bot.domain.solver.ties import settle_ties

BEST = 32


def solve(request: Request, start: Assignment | None = None) -> Assignment:
    """Solve what was asked for. `start`, an assignment of the same scores, shortens the way but not the result."""
    problem = make_problem(request)
    known = None if start is None else _known(problem, start)
    found = known or survey(problem, BEST)
    try:
        prices = None if start is None else start.certificate.prices
        return _proved(request, problem, found, easy_coverage(problem, found), prices)
    except Infeasible:
        found = survey(problem, BEST) if known else found
        return _proved(request, problem, found, exact_coverage(problem, found), None)


def _known(problem: Problem, start: Assignment) -> Survey | None:
    """What an earlier survey of the same scores says about this problem; None when it lacks pairs to keep."""
    before, earlier = start.survey, start.certificate.problem
    columns = problem.shape[1]
    keys = before.arcs.keys
    places = (problem.demand[keys // columns] > 0) & (problem.capacity[keys % columns] > 0)
    still = places & ~np.isin(keys, problem.keys(problem.closed))
    arcs = before.arcs.only(still)
    wanted = problem.keys(problem.keep)
    if not (arcs.has(wanted) | np.isin(wanted, problem.keys(problem.closed))).all():
        return None
    # Somebody who had no place, or whose pairs were closed, may have an allowed pair now. To think so wrongly costs
    # time, to miss it would cost the optimum.
    mentees = before.mentees | (earlier.demand == 0) | _touched(earlier.closed[:, 0], problem.shape[0])
    mentors = before.mentors | (earlier.capacity == 0) | _touched(earlier.closed[:, 1], problem.shape[1])
    return Survey(arcs, mentees, mentors)


def _touched(indexes: Int64s, size: int) -> Bools:
    touched = np.zeros(size, np.bool_)
    touched[indexes] = True
    return touched


def _proved(request: Request, problem: Problem, found: Survey, coverage: Coverage, prices: Prices | None) -> Assignment:
    """Solve on the arcs, add the pairs that would pay at the prices this gives, and again, until none does."""
    arcs, rounds = coverage.arcs, 0
    while True:
        rounds += 1
        network = network_of(problem, arcs.keys, -problem.worths(arcs.keys, arcs.scores), coverage.totals)
        flow = network.solve()
        prices = network.prices(flow, prices)
        seen = scan(problem, prices, arcs, coverage.totals)
        if not len(seen.paying):
            break
        arcs = arcs.with_more(seen.paying.keys, seen.paying.scores)
    chosen = settle_ties(problem, network, flow, prices, seen)
    return _assignment(request, replace(found, arcs=arcs), problem, coverage, prices, seen, chosen, rounds)


def _assignment(
    request: Request,
    found: Survey,
    problem: Problem,
    coverage: Coverage,
    prices: Prices,
    seen: Scan,
    chosen: Int64s,
    rounds: int,
) -> Assignment:
    scores = _scores_of(problem, chosen, found.arcs)
    locked = np.array([raw_score(problem.source, *pair) for pair in problem.locked.tolist()], np.int16)
    constant = int(problem.worths(problem.keys(problem.locked), locked).sum())
    reached = constant + int(problem.worths(chosen, scores).sum())
    if reached != constant + seen.bound:
        raise ArithmeticError(f"the pairs reach {reached}, but the prices allow {constant + seen.bound}")
    keys = np.concatenate([chosen, problem.keys(problem.locked)])
    order = np.argsort(keys)
    return Assignment(
        pairs=np.column_stack(np.divmod(keys[order], max(problem.shape[1], 1))),
        scores=np.concatenate([scores, locked])[order].astype(np.int64),
        certificate=Certificate(
            objective=reached,
            bound=constant + seen.bound,
            prices=_without_places(problem, prices),
            totals=coverage.totals,
            covers=coverage.proofs,
            constant=constant,
            kept=found.arcs.only(np.isin(found.arcs.keys, problem.keys(problem.keep))),
            problem=problem,
        ),
        rounds=rounds,
        survey=found,
        request=request,
    )


def _scores_of(problem: Problem, keys: Int64s, arcs: Arcs) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    scores = np.zeros(len(keys), np.int16)
    known = arcs.has(keys)
    scores[known] = arcs.scores[np.searchsorted(arcs.keys, keys[known])]
    for place in np.flatnonzero(~known):
        scores[place] = raw_score(problem.source, *divmod(int(keys[place]), problem.shape[1]))
    return scores


def _without_places(problem: Problem, prices: Prices) -> Prices:
    """The prices, with one that nobody pays for people without a place left."""
    return replace(
        prices,
        mentees=np.where(problem.demand == 0, NO_PLACE, prices.mentees),
        mentors=np.where(problem.capacity == 0, NO_PLACE, prices.mentors),
    )
