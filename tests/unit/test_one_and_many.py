"""English texts that count things say "1 session", and "2 sessions"."""

import re

from prompts.catalogue import Catalogue

CATALOGUE = Catalogue.load()
NUMBERS = (
    "ahead", "booked", "called_off", "cards", "count", "days", "done", "due", "fewer", "free", "held", "hours",
    "leaders", "least", "left", "mentors", "messages", "minutes", "missing", "months", "more", "moved", "others",
    "own", "pairs", "people", "places", "rows", "same", "sessions", "then", "total", "unsigned", "waiting", "weeks",
)  # fmt: skip
"""Placeholders that are numbers of something."""
MANY = re.compile(r"\b1 (?:more |other |new |open |unsigned |of your )?(?!is\b|was\b|has\b|as\b|means\b)([a-z]+s)\b")
NEVER_ONE = {
    "circles.chat.host", "circles.home.waits", "closing.person.waited.circle", "errors.story_at_the_end",
    "home.daily.text", "insight.report.sent.counts", "insight.summary.support.buddy", "insight.summary.support.circle",
    "invitations.preview.left_out.invited", "nominations.form.closed", "orientation.frame.mentee.offer",
    "orientation.frame.mentor.offer", "orientation.mentee.first.text", "orientation.mentor.first.text",
    "programme.setup.done.messages", "recruiting.reminder.body", "session_mail.invitation.body", "sessions.ask.move",
    "sessions.ask.told", "sessions.book.minutes.option", "sessions.booked.agreed", "sessions.booked.agreed_to",
    "sessions.booked.body", "sessions.booked.group", "sessions.booked.now", "sessions.booked.same",
    "sessions.booked.told", "sessions.cadence.wish.body", "sessions.calendar.as_text", "sessions.packs.frame.short_now",
    "sessions.packs.frame.when", "sessions.slots.book", "sessions.slots.move", "spreadsheets.errors.too_many_rows",
    "surveys.before.title", "surveys.closing.body", "surveys.closing.title", "surveys.later.body",
    "surveys.later.title", "training.changed.cancelled", "training.changed.moved", "training.invitation.body",
    "training.kickoff.time.hint", "training.slides.title",
}  # fmt: skip
"""Lengths in minutes, limits, groups of at least some people, and lists that have more than one entry."""


def test_one_of_something_is_not_many() -> None:
    texts, wrong = CATALOGUE.texts("en"), []
    for key in CATALOGUE.keys("en"):
        if key.startswith(("samples.", "rehearsal.")) or key in NEVER_ONE:
            continue
        values = {name: 1 if name in NUMBERS else "x" for name in CATALOGUE.placeholders(key, "en")}
        if not set(values) & set(NUMBERS):
            continue
        entry = CATALOGUE.shown("en")[key]
        shown = "\n".join(texts.plain_list(key, **values)) if entry.is_list else texts.plain(key, **values)
        if found := MANY.search(shown):
            wrong.append(f"{key}: {found[0]}")
    assert wrong == []
