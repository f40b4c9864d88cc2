"""Answers to HR's questions in the poll after a session and in surveys: each is stored at once, as the others are."""

from sqlmodel import select

from bot.domain.own_questions import About, Place
from bot.services.caller import Caller, Rejected
from bot.services.own_questions.asked import AskedQuestion, OwnGiven, store_answer
from bot.services.pair_context import my_meeting
from bot.services.polls import polls
from bot.services.polls.polls import Poll
from bot.services.surveys import surveys
from bot.services.surveys.surveys import Asked
from storage.tables import Participant
from storage.unit_of_work import Store


async def answer_in_poll(store: Store, caller: Caller, session_id: int, question_id: int, given: OwnGiven) -> Poll:
    """Raises `Rejected` as `polls.poll`, and: outdated."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        polls.check_open(meeting, caller.now)
        about = About(Place.POLL, session_id)
        await store_answer(work, meeting.part(side), side, about, question_id, given)
        poll = await polls.poll_of(work, meeting, side)
        await work.commit()
    return poll


async def answer_in_survey(store: Store, caller: Caller, response_id: int, question_id: int, given: OwnGiven) -> Asked:
    """Raises `Rejected` as `surveys.read_survey`, and: outdated."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        asked = await surveys.my_survey(work, caller, response_id, lock=True)
        statement = select(Participant).where(Participant.id == asked.reading.participant_id)
        participant = (await work.session.exec(statement)).one()
        about = About(Place(asked.moment), response_id)
        await store_answer(work, participant, asked.side, about, question_id, given)
        found = await surveys.my_survey(work, caller, response_id)
        await work.commit()
    return found


async def read_question(store: Store, caller: Caller, about: About, question_id: int) -> AskedQuestion:
    """One question of a poll or a survey. Raises `Rejected` as these, and: outdated."""
    if about.place is Place.POLL:
        asked = (await polls.poll(store, caller, about.row)).own
    else:
        asked = (await surveys.read_survey(store, caller, about.row)).own
    question = next((one for one in asked if one.question.id == question_id), None)
    if question is None:
        raise Rejected("outdated")
    return question
