"""HR's own questions in the simulation: a scale and a choice at sign-up, answered by most people who join."""

import random
from typing import TYPE_CHECKING

from bot.domain.own_questions import Kind, Place, measure_of
from storage.tables import OwnAnswer, OwnQuestion
from storage.unit_of_work import UnitOfWork
from tests.figures.codes import SURVEY, Variable

if TYPE_CHECKING:
    from tests.figures.world import Member, World

OPTIONS = 3
SCALE, CHOICE = {1: 1, 2: 3}, {1: 2, 2: 4}
"""The questions of each programme."""


async def ask(work: UnitOfWork, team: str, programme: int) -> None:
    await work.session.flush()
    for number, kind, options in ((SCALE, Kind.SCALE, 0), (CHOICE, Kind.CHOICE, OPTIONS)):
        work.session.add(
            OwnQuestion(
                id=number[programme], team_id=team, programme_id=programme, place=Place.SIGNUP, kind=kind, role="both",
                words={"en": {"ask": "?", "labels": ["a", "b", "c"][: options or 2]}}, options=options,
                position=1, added_at=work.now,
            )
        )  # fmt: skip


async def answer(world: "World", work: UnitOfWork, team: str, member: "Member", side: str) -> None:
    """Drawn by their number and not by the world's own chance, so that all else happens as without these questions."""
    rng = random.Random(f"own {member.participant}")
    scale, choice = SCALE[member.programme], CHOICE[member.programme]
    for question in (scale, choice):
        if rng.random() > 0.85:
            continue
        row = OwnAnswer(
            team_id=team, question_id=question, participant_id=member.participant, side=side, answered_at=work.now,
            value=rng.randrange(OPTIONS),
        )  # fmt: skip
        if question == scale:
            variable = Variable(member.person, member.programme, measure_of(question), f"{member.participant}")
            row.value = world.codes.value(variable, SURVEY)
        work.session.add(row)
        await work.session.flush()
        world.owners["own", row.id] = member.participant, member.participant
