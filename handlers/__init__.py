"""Bolt listeners: acknowledge, parse, call one service, render."""

from slack_bolt.async_app import AsyncApp

from handlers import matching
from handlers.agreement import listeners as agreements
from handlers.agreement import messages as agreement_letters
from handlers.care import at_risk_listeners as risks
from handlers.care import at_risk_messages as risk_letters
from handlers.care import listeners as care
from handlers.care import messages as care_letters
from handlers.care import midway_messages as midway_letters
from handlers.care import parting_listeners as partings
from handlers.care import parting_messages as parting_letters
from handlers.closing import certificate_messages as certificate_letters
from handlers.closing import listeners as closings
from handlers.closing import messages as closing_letters
from handlers.closing import story_listeners as stories
from handlers.closing import story_messages as story_letters
from handlers.home import help_listeners as commands
from handlers.home import listeners as home
from handlers.insight import listeners as summary
from handlers.insight import messages as summary_letters
from handlers.insight import report_messages as report_letters
from handlers.kit.context import AppContext
from handlers.kit.listeners import Listeners, attach
from handlers.kit.payload import clean_body
from handlers.matching import confirmation_messages as confirming_letters
from handlers.matching import introduction_listeners as introductions
from handlers.matching import messages as matching_letters
from handlers.matching import weights_listeners as weights
from handlers.orientation import listeners as preparing
from handlers.orientation import messages as preparation_letters
from handlers.outcomes import card_listeners as cards
from handlers.outcomes import listeners as growth
from handlers.outcomes import messages as growth_letters
from handlers.people import listeners as people
from handlers.polls import listeners as polls
from handlers.polls import messages as poll_letters
from handlers.privacy import listeners as privacy
from handlers.privacy import messages as privacy_letters
from handlers.programme import days_off_listeners as days
from handlers.programme import listeners as setup
from handlers.programme import sponsor_listeners as sponsor
from handlers.programme import topics_listeners as topics
from handlers.programme import topics_messages as topic_letters
from handlers.recruiting import listeners as recruiting
from handlers.recruiting import messages as recruiting_letters
from handlers.roster import listeners as rosters
from handlers.roster import messages as roster_letters
from handlers.sessions import cadence_listeners as rhythms
from handlers.sessions import cadence_messages as rhythm_letters
from handlers.sessions import listeners as sessions
from handlers.sessions import messages as session_letters
from handlers.signup import listeners as joining
from handlers.signup import messages as joining_letters
from handlers.surveys import listeners as measures
from handlers.surveys import messages as measure_letters

RENDERERS = (
    *joining_letters.RENDERERS,
    *recruiting_letters.RENDERERS,
    *matching_letters.RENDERERS,
    *confirming_letters.RENDERERS,
    *care_letters.RENDERERS,
    *privacy_letters.RENDERERS,
    *agreement_letters.RENDERERS,
    *preparation_letters.RENDERERS,
    *session_letters.RENDERERS,
    *rhythm_letters.RENDERERS,
    *parting_letters.RENDERERS,
    *poll_letters.RENDERERS,
    *measure_letters.RENDERERS,
    *midway_letters.RENDERERS,
    *growth_letters.RENDERERS,
    *risk_letters.RENDERERS,
    *roster_letters.RENDERERS,
    *topic_letters.RENDERERS,
    *closing_letters.RENDERERS,
    *certificate_letters.RENDERERS,
    *story_letters.RENDERERS,
    *summary_letters.RENDERERS,
    *report_letters.RENDERERS,
)
"""For every kind of message the function that writes it."""


def listeners() -> Listeners:
    """Every handler of the bot, by what it listens to. Raises `RegisteredTwice`."""
    on = Listeners()
    for part in (
        setup,
        days,
        joining,
        recruiting,
        sponsor,
        matching,
        weights,
        introductions,
        home,
        commands,
        care,
        summary,
        people,
        agreements,
        sessions,
        rhythms,
        partings,
        preparing,
        polls,
        measures,
        growth,
        cards,
        risks,
        rosters,
        topics,
        closings,
        stories,
        privacy,
    ):
        part.register(on)
    return on


def register(app: AsyncApp, context: AppContext) -> None:
    """Let the bot listen."""
    app.middleware(clean_body)
    attach(app, context, listeners())
