"""Bolt listeners: acknowledge, parse, call one service, render."""

from slack_bolt.async_app import AsyncApp

from handlers import matching
from handlers.agreement import listeners as agreement_listeners
from handlers.agreement import messages as agreement_messages
from handlers.broadcasts import listeners as broadcasts_listeners
from handlers.broadcasts import messages as broadcasts_messages
from handlers.buddies import listeners as buddies_listeners
from handlers.buddies import messages as buddies_messages
from handlers.busy_hours import listeners as busy_hours_listeners
from handlers.busy_hours import messages as busy_hours_messages
from handlers.care import (
    at_risk_listeners,
    at_risk_messages,
    concern_listeners,
    concern_messages,
    contact_listeners,
    contact_messages,
    follow_up_listeners,
    follow_up_messages,
    midway_messages,
    parting_listeners,
    parting_messages,
    restore_messages,
)
from handlers.care import listeners as care_listeners
from handlers.care import messages as care_messages
from handlers.circles import listeners as circles_listeners
from handlers.circles import messages as circles_messages
from handlers.closing import (
    certificate_messages,
    design_listeners,
    manager_note_listeners,
    public_thanks_listeners,
    story_listeners,
    story_messages,
)
from handlers.closing import listeners as closing_listeners
from handlers.closing import messages as closing_messages
from handlers.course import listeners as course_listeners
from handlers.course import messages as course_messages
from handlers.home import help_listeners
from handlers.home import listeners as home_listeners
from handlers.improvements import listeners as improvements_listeners
from handlers.insight import listeners as insight_listeners
from handlers.insight import messages as insight_messages
from handlers.insight import report_messages
from handlers.invitations import listeners as invitations_listeners
from handlers.invitations import messages as invitations_messages
from handlers.kit.context import AppContext
from handlers.kit.listeners import Listeners, attach
from handlers.kit.payload import clean_body
from handlers.matching import confirmation_messages, introduction_listeners, waiting_messages, weights_listeners
from handlers.matching import messages as matching_messages
from handlers.material import listeners as material_listeners
from handlers.nominations import listeners as nominations_listeners
from handlers.orientation import listeners as orientation_listeners
from handlers.orientation import messages as orientation_messages
from handlers.orientation import rule_listeners as orientation_rule_listeners
from handlers.outcomes import card_listeners, goal_date_listeners
from handlers.outcomes import listeners as outcomes_listeners
from handlers.outcomes import messages as outcomes_messages
from handlers.own_questions import answer_listeners as own_answer_listeners
from handlers.own_questions import listeners as own_questions_listeners
from handlers.participants import listeners as participants_listeners
from handlers.participants import messages as participants_messages
from handlers.people import listeners as people_listeners
from handlers.people import messages as people_messages
from handlers.playbook import listeners as playbook_listeners
from handlers.playbook import messages as playbook_messages
from handlers.polls import listeners as polls_listeners
from handlers.polls import messages as polls_messages
from handlers.privacy import listeners as privacy_listeners
from handlers.privacy import messages as privacy_messages
from handlers.programme import (
    days_off_listeners,
    hr_channel_listeners,
    hr_channel_messages,
    overview_listeners,
    sponsor_listeners,
    topics_listeners,
    topics_messages,
)
from handlers.programme import listeners as programme_listeners
from handlers.recruiting import closing_listeners as closing_date_listeners
from handlers.recruiting import eligibility_listeners, own_text_listeners
from handlers.recruiting import listeners as recruiting_listeners
from handlers.recruiting import messages as recruiting_messages
from handlers.roster import listeners as roster_listeners
from handlers.roster import messages as roster_messages
from handlers.session_mail import messages as session_mail_messages
from handlers.sessions import (
    cadence_listeners,
    cadence_messages,
    calendar_messages,
    hr_record_listeners,
    place_listeners,
    series_listeners,
)
from handlers.sessions import listeners as sessions_listeners
from handlers.sessions import messages as sessions_messages
from handlers.signup import listeners as signup_listeners
from handlers.signup import messages as signup_messages
from handlers.signup import which_listeners
from handlers.surveys import listeners as surveys_listeners
from handlers.surveys import messages as surveys_messages
from handlers.training import listeners as training_listeners
from handlers.training import messages as training_messages
from handlers.working_time import listeners as working_time_listeners

RENDERERS = (
    *signup_messages.RENDERERS,
    *recruiting_messages.RENDERERS,
    *matching_messages.RENDERERS,
    *waiting_messages.RENDERERS,
    *confirmation_messages.RENDERERS,
    *busy_hours_messages.RENDERERS,
    *session_mail_messages.RENDERERS,
    *care_messages.RENDERERS,
    *concern_messages.RENDERERS,
    *contact_messages.RENDERERS,
    *follow_up_messages.RENDERERS,
    *participants_messages.RENDERERS,
    *invitations_messages.RENDERERS,
    *broadcasts_messages.RENDERERS,
    *buddies_messages.RENDERERS,
    *circles_messages.RENDERERS,
    *people_messages.RENDERERS,
    *privacy_messages.RENDERERS,
    *agreement_messages.RENDERERS,
    *orientation_messages.RENDERERS,
    *training_messages.RENDERERS,
    *sessions_messages.RENDERERS,
    *calendar_messages.RENDERERS,
    *cadence_messages.RENDERERS,
    *parting_messages.RENDERERS,
    *restore_messages.RENDERERS,
    *polls_messages.RENDERERS,
    *surveys_messages.RENDERERS,
    *midway_messages.RENDERERS,
    *outcomes_messages.RENDERERS,
    *at_risk_messages.RENDERERS,
    *roster_messages.RENDERERS,
    *topics_messages.RENDERERS,
    *hr_channel_messages.RENDERERS,
    *closing_messages.RENDERERS,
    *certificate_messages.RENDERERS,
    *story_messages.RENDERERS,
    *course_messages.RENDERERS,
    *insight_messages.RENDERERS,
    *report_messages.RENDERERS,
    *playbook_messages.RENDERERS,
)
"""For every kind of message the function that writes it."""


def listeners() -> Listeners:
    """Every handler of the bot, by what it listens to. Raises `RegisteredTwice`."""
    on = Listeners()
    for part in (
        programme_listeners,
        hr_channel_listeners,
        overview_listeners,
        days_off_listeners,
        course_listeners,
        signup_listeners,
        which_listeners,
        recruiting_listeners,
        own_text_listeners,
        closing_date_listeners,
        eligibility_listeners,
        sponsor_listeners,
        matching,
        weights_listeners,
        introduction_listeners,
        home_listeners,
        help_listeners,
        working_time_listeners,
        busy_hours_listeners,
        care_listeners,
        concern_listeners,
        contact_listeners,
        follow_up_listeners,
        improvements_listeners,
        insight_listeners,
        participants_listeners,
        invitations_listeners,
        broadcasts_listeners,
        buddies_listeners,
        circles_listeners,
        people_listeners,
        agreement_listeners,
        place_listeners,
        series_listeners,
        sessions_listeners,
        hr_record_listeners,
        cadence_listeners,
        parting_listeners,
        orientation_listeners,
        orientation_rule_listeners,
        training_listeners,
        polls_listeners,
        surveys_listeners,
        outcomes_listeners,
        card_listeners,
        goal_date_listeners,
        at_risk_listeners,
        roster_listeners,
        topics_listeners,
        material_listeners,
        own_questions_listeners,
        own_answer_listeners,
        nominations_listeners,
        playbook_listeners,
        closing_listeners,
        design_listeners,
        manager_note_listeners,
        public_thanks_listeners,
        story_listeners,
        privacy_listeners,
    ):
        part.register(on)
    return on


def register(app: AsyncApp, context: AppContext) -> None:
    """Let the bot listen."""
    app.middleware(clean_body)
    attach(app, context, listeners())
