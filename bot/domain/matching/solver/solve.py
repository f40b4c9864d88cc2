"""The solver's loop: few arcs, exact flow, prices, all pairs against the prices, more arcs, until none pays."""

from dataclasses import replace

import numpy as np

from bot.domain.matching.solver.candidates import Arcs, Survey, survey
from bot.domain.matching.solver.coverage import Coverage, easy_coverage, exact_coverage
from bot.domain.matching.solver.network import Flow, Infeasible, Prices, network_of
from bot.domain.matching.solver.pricing import Scan, scan
from bot.domain.matching.solver.problem import Int16s, Int64s, Problem, Request, make_problem, raw_score
from bot.domain.matching.solver.result import NO_PLACE, Assignment, Certificate
from bot.domain.matching.solver.ties import settle_ties

BEST = 32
KEPT_PER_PERSON = 4
FEW_PEOPLE = 8


def solve(request: Request, start: Assignment | None = None) -> Assignment:
    """Solve a problem. `start`, an assignment of the very same scores, saves time and does not change the result."""
    problem = make_problem(request, start.certificate.problem if start else None)
    if start is not None and _only_narrower(problem, start):
        known = _known(problem, start)
        try:
            return _proved(request, problem, known, easy_coverage(problem, known), _prices_of(start))
        except Infeasible:
            pass  # a survey of all scores will find what is possible
    found = survey(problem, BEST)
    try:
        return _proved(request, problem, found, easy_coverage(problem, found), None)
    except Infeasible:
        return _proved(request, problem, found, exact_coverage(problem, found), None)


def _only_narrower(problem: Problem, start: Assignment) -> bool:
    """Whether the scores are the same, all pairs possible now were possible at the start too, and those to keep were
    candidates. Otherwise the start is useless, and harmless."""
    before = start.certificate.problem
    if (
        problem.source is not before.source
        or problem.shape != before.shape
        or not np.isin(before.keys(before.closed), problem.keys(problem.closed)).all()
    ):
        return False
    new_leaders, new_mentors = (
        (before.demand == 0) & (problem.demand > 0),
        (before.capacity == 0) & (problem.capacity > 0),
    )
    wanted = problem.keys(problem.keep)
    known = start.survey.arcs.has(wanted) | np.isin(wanted, problem.keys(problem.closed))
    return bool(known.all() and not new_leaders.any() and not new_mentors.any())


def _known(problem: Problem, start: Assignment) -> Survey:
    """The start's survey, restricted to this narrower problem."""
    arcs, columns = start.survey.arcs, problem.shape[1]
    places = (problem.demand[arcs.keys // columns] > 0) & (problem.capacity[arcs.keys % columns] > 0)
    return replace(start.survey, arcs=arcs.only(places & ~np.isin(arcs.keys, problem.keys(problem.closed))))


def _prices_of(start: Assignment) -> Prices:
    prices, before = start.certificate.prices, start.certificate.problem
    return replace(
        prices,
        leaders=np.where(before.demand == 0, 0, prices.leaders),
        mentors=np.where(before.capacity == 0, 0, prices.mentors),
    )


def _proved(
    request: Request, problem: Problem, survey: Survey, coverage: Coverage, prices: Prices | None
) -> Assignment:
    """Solve on the arcs, add the pairs that would pay at the resulting prices, and repeat until none does."""
    arcs, rounds = coverage.arcs, 0
    while True:
        rounds += 1
        network = network_of(problem, arcs.keys, -problem.worths(arcs.keys, arcs.scores), coverage.totals)
        flow = network.solve()
        prices = network.prices(flow, prices)
        seen = scan(problem, prices, arcs, coverage.totals)
        if not len(seen.paying):
            break
        if rounds == 1:
            arcs = _pruned(problem, arcs, flow, prices)
        arcs = arcs.with_more(seen.paying.keys, seen.paying.scores)
        arcs = _with_all_of_few(problem, arcs, seen.paying)
    chosen = settle_ties(problem, network, flow, prices, seen)
    arcs = survey.arcs.with_more(arcs.keys, arcs.scores)
    return _assignment(request, replace(survey, arcs=arcs), problem, coverage, prices, seen, chosen, rounds)


def _with_all_of_few(problem: Problem, arcs: Arcs, paying: Arcs) -> Arcs:
    """The arcs, and if only few people's pairs pay, as after a lock or a forbid, all pairs of these people: their
    prices may have to change much, and would otherwise change by a few pairs per round."""
    rows, columns = np.unique(paying.keys // problem.shape[1]), np.unique(paying.keys % problem.shape[1])
    lines: list[tuple[Int64s, Int16s]] = []
    if len(rows) <= FEW_PEOPLE:
        lines += [(problem.keys_of_row(int(row)), problem.row(int(row))) for row in rows]
    if len(columns) <= FEW_PEOPLE:
        lines += [(problem.keys_of_column(int(column)), problem.column(int(column))) for column in columns]
    for keys, scores in lines:
        open_still = (scores >= 0) & (problem.capacity[keys % problem.shape[1]] > 0)
        open_still &= problem.demand[keys // problem.shape[1]] > 0
        arcs = arcs.with_more(keys[open_still], scores[open_still])
    return arcs


def _pruned(problem: Problem, arcs: Arcs, flow: Flow, prices: Prices) -> Arcs:
    """The arcs in use and those nearest to their prices, so that later rounds are fast.

    Done once: removed arcs come back when they pay, and the rounds still end because arcs then only grow.
    """
    most = KEPT_PER_PERSON * sum(problem.shape)
    if len(arcs) <= most:
        return arcs
    rows, columns = np.divmod(arcs.keys, problem.shape[1])
    pays = problem.worths(arcs.keys, arcs.scores) - prices.leaders[rows] - prices.mentors[columns]
    least = np.partition(pays, len(pays) - most)[len(pays) - most]
    return arcs.only(flow.used | (pays >= least))


def _assignment(
    request: Request,
    survey: Survey,
    problem: Problem,
    coverage: Coverage,
    prices: Prices,
    seen: Scan,
    chosen: Int64s,
    rounds: int,
) -> Assignment:
    scores = _scores_of(problem, chosen, survey.arcs)
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
            kept=survey.arcs.only(np.isin(survey.arcs.keys, problem.keys(problem.keep))),
            problem=problem,
        ),
        rounds=rounds,
        survey=survey,
        request=request,
    )


def _scores_of(problem: Problem, keys: Int64s, arcs: Arcs) -> Int16s:
    scores = np.zeros(len(keys), np.int16)
    known = arcs.has(keys)
    scores[known] = arcs.scores[np.searchsorted(arcs.keys, keys[known])]
    for place in np.flatnonzero(~known):
        scores[place] = raw_score(problem.source, *divmod(int(keys[place]), problem.shape[1]))
    return scores


def _without_places(problem: Problem, prices: Prices) -> Prices:
    """The prices, with a prohibitive one for people without a place left."""
    return replace(
        prices,
        leaders=np.where(problem.demand == 0, NO_PLACE, prices.leaders),
        mentors=np.where(problem.capacity == 0, NO_PLACE, prices.mentors),
    )
