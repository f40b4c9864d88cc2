"""What HR enters to write to many people."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from bot.domain.broadcasts import GROUPS, LONGEST_TEXT, Audience, as_mrkdwn
from bot.domain.calendar import to_utc
from bot.domain.sessions import add_months
from bot.services.broadcasts.broadcasts import Written
from handlers.broadcasts.modal_state import BroadcastFormState
from handlers.kit.blocks import MAX_SECTION
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState
from storage.tables import Programme

ERRORS = "broadcasts.form.errors"
USUAL_TIME = time(9)
AFTER_THE_END = timedelta(weeks=2)
"""How long after the announced end a programme still writes."""


def text_block(language: str) -> str:
    """The block id of the field for the text in a language."""
    return f"text_{language}"


def written(
    form: FormState, state: BroadcastFormState, programme: Programme, languages: Collection[str], now: datetime
) -> Written | Invalid:
    """Read the form, without the people who were picked."""
    wrong: dict[str, Sentence] = {}
    texts = {code: form.typed(text_block(code)) for code in languages}
    for code, text in texts.items():
        if len(text) > LONGEST_TEXT or len(as_mrkdwn(text)) > MAX_SECTION:
            wrong[text_block(code)] = Sentence(f"{ERRORS}.too_long", {"longest": LONGEST_TEXT})
    if not any(texts.values()):
        wrong[text_block(programme.language)] = Sentence(f"{ERRORS}.text")
    audience = _audience(form, state)
    if audience is None:
        wrong["audience"] = Sentence(f"{ERRORS}.choose")
    moment = _moment(form, programme, now)
    if isinstance(moment, Invalid):
        wrong |= moment.at
    if wrong or audience is None or isinstance(moment, Invalid):
        return Invalid(wrong)
    search = state.search if audience is Audience.SEARCH else {}
    return Written(audience, {code: text for code, text in texts.items() if text}, search, moment=moment)


def _audience(form: FormState, state: BroadcastFormState) -> Audience | None:
    if form.many("people"):
        return Audience.CHOSEN
    if state.audience == Audience.SEARCH:
        return Audience.SEARCH
    chosen = form.one("audience")
    return Audience(chosen) if chosen in GROUPS else None


def _moment(form: FormState, programme: Programme, now: datetime) -> datetime | Invalid | None:
    """When to send; None: now."""
    on, at = form.day("date"), form.clock("time")
    if on is None:
        typed = form.one("date")
        code = "past" if typed else "date"
        return Invalid({"date": Sentence(f"{ERRORS}.{code}")}) if typed or at else None
    end = add_months(programme.starts_on, programme.months) + AFTER_THE_END
    if on >= end:
        return Invalid({"date": Sentence(f"{ERRORS}.ended", {"day": end})})
    moment = to_utc(on, at or USUAL_TIME, programme.zone)
    return moment if moment > now else Invalid({"date": Sentence(f"{ERRORS}.past")})
