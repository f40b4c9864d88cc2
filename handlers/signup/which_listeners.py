"""The person said which programme a command concerns: it goes on with that one."""

from collections.abc import Awaitable, Callable

from bot.services.caller import HrCaller, Rejected
from bot.services.signup.which_programme import HrStep, Step, programmes_for
from handlers.broadcasts.listeners import write_to_all
from handlers.care.concern_listeners import show_form as show_concern_form
from handlers.care.listeners import resume_in, show_leave_form, show_pause_form
from handlers.course.listeners import show_choices
from handlers.insight.listeners import ask_for_summary
from handlers.kit.form_result import Invalid
from handlers.kit.ids import CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import number
from handlers.kit.request import Request
from handlers.kit.which_programme import ALL, WhichState
from handlers.matching.create_draft_listeners import create
from handlers.matching.log_listeners import show_log
from handlers.nominations.listeners import show_form as show_nomination_form
from handlers.orientation.listeners import show_briefing, show_orientation
from handlers.own_questions.listeners import show_places
from handlers.participants.listeners import show_list
from handlers.programme.sponsor_listeners import show_current_form as show_sponsor_form
from handlers.programme.topics_listeners import show_topics
from handlers.roster.listeners import show_form as show_roster_form
from handlers.signup.listeners import show_form as show_sign_up
from handlers.training.listeners import show_training

GOES_ON: dict[Step, Callable[[Request, tuple[int, ...]], Awaitable[None]]] = {
    Step.JOIN: show_sign_up,
    Step.NOMINATE: show_nomination_form,
    Step.PAUSE: show_pause_form,
    Step.RESUME: resume_in,
    Step.LEAVE: show_leave_form,
    Step.CONCERN: show_concern_form,
    Step.ORIENTATION: show_orientation,
    Step.BRIEFING: show_briefing,
}
GOES_ON_AS_HR: dict[HrStep, Callable[[Request, HrCaller], Awaitable[None]]] = {
    HrStep.COURSE: show_choices,
    HrStep.SPONSOR: show_sponsor_form,
    HrStep.PEOPLE: show_list,
    HrStep.WRITE: write_to_all,
    HrStep.ROSTER: show_roster_form,
    HrStep.TOPICS: show_topics,
    HrStep.QUESTIONS: show_places,
    HrStep.TRAINING: show_training,
    HrStep.MATCH: create,
    HrStep.LOG: show_log,
    HrStep.SUMMARY: ask_for_summary,
}


def register(on: Listeners) -> None:
    on.submission(CallbackId.WHICH_FORM, given)


async def given(request: Request) -> None:
    step = request.state(WhichState).step
    said = request.form.one("programme")
    if not said:
        await request.invalid(Invalid.below("signup.errors", {"programme": "choose"}))
        return
    if isinstance(step, HrStep):
        await GOES_ON_AS_HR[step](request, await request.hr(number(said)))
        return
    offered = [one.id for one in await programmes_for(request.context.store, request.caller, step)]
    if not offered:  # the service says why
        await GOES_ON[step](request, ())
        return
    wanted = tuple(offered) if said == ALL and step.takes_all else (number(said),)
    if not set(wanted) <= set(offered):
        raise Rejected("outdated")
    await GOES_ON[step](request, wanted)
