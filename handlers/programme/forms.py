"""HR's set-up form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.care_check_ins import CheckIns
from bot.domain.programme import Cadence, Theme
from bot.services.programme.setup import Settings
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import ModalState
from handlers.kit.payload import FormState
from storage.tables import Programme, ProgrammeState

LONGEST_NAME = 60
MONTHS = (1, 2, 3, 4, 5, 6, 9, 12)


@dataclass(frozen=True)
class SetupState(ModalState):
    """HR's channel."""

    channel: str


def settings(form: FormState, today: date, written: Iterable[str], was: Programme | None = None) -> Settings | Invalid:
    """Read the form. `today` is HR's local date; a start in the past is fine only if it was so before. `written`: the
    languages that the texts are in. Fields that the form does not have once pairs were introduced stay as they are."""
    wrong: dict[str, str] = {}
    shown = form.block_ids()

    def given(block: str) -> str:
        hidden = was is not None and was.state != ProgrammeState.RECRUITING and block not in shown
        return str(getattr(was, block)) if hidden else form.one(block)

    name = " ".join(form.one("name").split())
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = "name"
    starts_on = _date(given("starts_on"))
    if starts_on is None or (starts_on < today and (was is None or was.starts_on != starts_on)):
        wrong["starts_on"] = "starts_on"
    months = given("months")
    if months not in {str(n) for n in MONTHS} and (was is None or months != str(was.months)):
        wrong["months"] = "choose"
    for block, allowed in (("theme", set(Theme)), ("cadence", set(Cadence)), ("language", set(written))):
        if given(block) not in allowed:
            wrong[block] = "choose"
    check_ins = form.one("check_ins") or (was.check_ins if was else CheckIns.HALF_WAY)
    if was and was.check_ins is None and check_ins == CheckIns.HALF_WAY:
        check_ins = None  # as it was
    if check_ins is not None and check_ins not in set(CheckIns):
        wrong["check_ins"] = "choose"
    for block in ("announce_channel", "contact"):
        if not form.one(block):
            wrong[block] = block
    if wrong or starts_on is None:
        return Invalid.below("programme.setup.errors", wrong)
    return Settings(
        name=name,
        theme=given("theme"),
        starts_on=starts_on,
        months=int(months),
        cadence=given("cadence"),
        language=form.one("language"),
        announce_channel=form.one("announce_channel"),
        contact=form.one("contact"),
        check_ins=check_ins,
        second_contact=form.one("second_contact"),
        guests=bool(form.many("guests")),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
