"""Bolt listeners: acknowledge, parse, call one service, render."""

import re

from slack_bolt.async_app import AsyncApp

from handlers import (
    agreements,
    cards,
    care,
    closings,
    commands,
    days,
    growth,
    home,
    introductions,
    joining,
    matching,
    measures,
    partings,
    people,
    polls,
    preparing,
    privacy,
    recruiting,
    rhythms,
    risks,
    rosters,
    sessions,
    setup,
    sponsor,
    stories,
    summary,
    topics,
    weights,
)
from handlers.desk import Desk
from handlers.entry import Ask, Handler, on_action, on_event, on_submission
from handlers.letters import Writer
from handlers.letters import agreements as agreement_letters
from handlers.letters import care as care_letters
from handlers.letters import certificates as certificate_letters
from handlers.letters import closing as closing_letters
from handlers.letters import confirming as confirming_letters
from handlers.letters import growth as growth_letters
from handlers.letters import joining as joining_letters
from handlers.letters import matching as matching_letters
from handlers.letters import measures as measure_letters
from handlers.letters import midway as midway_letters
from handlers.letters import partings as parting_letters
from handlers.letters import polls as poll_letters
from handlers.letters import preparing as preparation_letters
from handlers.letters import privacy as privacy_letters
from handlers.letters import recruiting as recruiting_letters
from handlers.letters import report as report_letters
from handlers.letters import rhythms as rhythm_letters
from handlers.letters import risk as risk_letters
from handlers.letters import roster as roster_letters
from handlers.letters import sessions as session_letters
from handlers.letters import stories as story_letters
from handlers.letters import summary as summary_letters
from handlers.letters import topics as topic_letters
from handlers.matching import drawing, log
from handlers.payload import clean_body

WORDS: dict[str, Handler] = {
    "setup": setup.open_form,
    "join": joining.open_form,
    "sponsor": sponsor.open_form,
    "roster": rosters.open_form,
    "topics": topics.show,
    "match": drawing.draw,
    "log": log.show,
    "summary": summary.show,
    "home": home.show,
    "pause": care.open_pause,
    "resume": care.resume,
    "leave": care.open_leave,
    "concern": care.open_concern,
    "orientation": preparing.open_orientation,
    "briefing": preparing.open_briefing,
    "privacy": privacy.show,
    "help": commands.show_help,
}
"""`/mentoring WORD`"""

INDONESIAN = {
    "siapkan": "setup",
    "ikut": "join",
    "daftar": "join",
    "gabung": "join",
    "pimpinan": "sponsor",
    "karyawan": "roster",
    "topik": "topics",
    "pasangkan": "match",
    "riwayat": "log",
    "ringkasan": "summary",
    "orientasi": "orientation",
    "pembekalan": "briefing",
    "beranda": "home",
    "posisi": "home",
    "jeda": "pause",
    "istirahat": "pause",
    "lanjut": "resume",
    "keluar": "leave",
    "lapor": "concern",
    "cerita": "concern",
    "privasi": "privacy",
    "data": "privacy",
    "bantuan": "help",
    "tolong": "help",
}
"""The same words, as an Indonesian speaker may type them."""
WORDS |= {ours: WORDS[word] for ours, word in INDONESIAN.items()}

LETTERS: dict[str, Writer] = {
    **joining_letters.LETTERS,
    **recruiting_letters.LETTERS,
    **matching_letters.LETTERS,
    **confirming_letters.LETTERS,
    **care_letters.LETTERS,
    **privacy_letters.LETTERS,
    **agreement_letters.LETTERS,
    **preparation_letters.LETTERS,
    **session_letters.LETTERS,
    **rhythm_letters.LETTERS,
    **parting_letters.LETTERS,
    **poll_letters.LETTERS,
    **measure_letters.LETTERS,
    **midway_letters.LETTERS,
    **growth_letters.LETTERS,
    **risk_letters.LETTERS,
    **roster_letters.LETTERS,
    **topic_letters.LETTERS,
    **closing_letters.LETTERS,
    **certificate_letters.LETTERS,
    **story_letters.LETTERS,
    **summary_letters.LETTERS,
    **report_letters.LETTERS,
}
"""Every kind of message that the outbox knows."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Every listener of the bot."""
    app.middleware(clean_body)
    commands.register(app, desk, WORDS)
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
        part.register(app, desk)
    _register_the_rest(app, desk)


def _register_the_rest(app: AsyncApp, desk: Desk) -> None:
    """Last: what nobody listens to (links, menus of a form, old messages) is acknowledged, or Slack repeats it."""
    anything = re.compile(".*", re.DOTALL)
    on_action(app, desk, anything, _nothing)
    on_event(app, desk, anything, _nothing)
    on_submission(app, desk, anything, _nothing)


async def _nothing(_ask: Ask) -> None:
    """Acknowledged, and that is all."""
