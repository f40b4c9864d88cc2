"""The people without a partner, each with the cause and a remedy, and HR's message to them."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.matching.draft_pages import Listing
from bot.services.matching.draft_review import LeftOver
from bot.services.matching.unmatched import EVERYBODY, LONGEST_SENTENCE, UnmatchedPeople
from bot.slack.gateway import Message
from handlers.improvements.views import row as improvement_row
from handlers.kit.blocks import Block, View, actions, button, context, field, form_modal, section, text_input
from handlers.kit.buttons import page_turns
from handlers.kit.hr_people import placed_for_hr, placed_name_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.matching.draft_views import NAMED
from handlers.matching.modal_state import DraftModalState
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text, no_partner_because
from storage.tables import Participant, Person, Programme

LETTERS_A_PAGE = 10


def left_rows(texts: Texts, listing: Listing) -> list[Block]:
    """One block for each, with a button to write to them, unless HR has written."""
    blocks: list[Block] = []
    for leftover in listing.left:
        written = listing.told.get(leftover.person.id)
        told = written is not None and written.about_this
        write = button(texts.plain("matching.unmatched_message.button"), ActionId.MATCH_WRITE, leftover.participant.id)
        if leftover.cause == "held":
            write, told = (
                button(texts.plain("matching.pair.buttons.let_in"), ActionId.MATCH_LET_IN, leftover.participant.id),
                False,
            )
        blocks += [section(_row(texts, leftover), None if told else write)]
        if written:
            day = texts.day(local(written.at, listing.programme.zone).date())
            name = "told" if told else "told_before"
            blocks.append(context(texts(f"matching.unmatched_message.{name}", day=day)))
    return blocks


def write_all(texts: Texts, listing: Listing) -> list[Block]:
    """A button to write to all unmatched people, also those on other pages."""
    left = [one.person.id for one in listing.left if one.cause != "held"]
    if all(one in listing.told and listing.told[one].about_this for one in left):
        return []
    return [actions(button(texts.plain("matching.unmatched_message.all_button"), ActionId.MATCH_WRITE, EVERYBODY))]


def write_form(
    texts: Texts, theirs: Callable[[Person], Texts], state: DraftModalState, to: UnmatchedPeople, page: int = 0
) -> View:
    """Each letter as its reader gets it, page by page, and a field for a sentence of HR's own."""
    named = texts.join(placed_name_for_hr(texts, one.member) for one in to.people[:NAMED])
    intro = texts("matching.unmatched_message.to", people=named, more=max(0, len(to.people) - NAMED))
    page = min(page, (len(to.people) - 1) // LETTERS_A_PAGE)
    here = to.people[page * LETTERS_A_PAGE : (page + 1) * LETTERS_A_PAGE]
    blocks: list[Block] = [section(intro)]
    for leftover in here:
        if len(to.people) > 1:
            blocks.append(
                context(texts("matching.unmatched_message.example", person=placed_for_hr(texts, leftover.member)))
            )
        letter_of = letter_text(
            theirs(leftover.person), leftover.participant, leftover.side, leftover.cause, to.programme.name
        )
        blocks.append(section(Mrkdwn("\n".join(f">{line}" for line in letter_of.splitlines()))))
    blocks += page_turns(texts, ActionFamily.MATCH_WRITE_PAGE, page, len(to.people), LETTERS_A_PAGE)
    blocks.append(
        field(
            "sentence",
            texts.plain("matching.unmatched_message.sentence.label"),
            text_input("sentence", multiline=True, longest=LONGEST_SENTENCE),
            hint=texts.plain("matching.unmatched_message.sentence.hint"),
            optional=True,
        )
    )
    return form_modal(texts, "matching.unmatched_message", blocks, callback_id=CallbackId.MATCH_WRITE, state=state)


def letter(texts: Texts, part: Participant, side: Side, cause: str, programme: Programme, sentence: str) -> Message:
    """To a person without a partner: the reason and what they can do."""
    text = letter_text(texts, part, side, cause, programme.name)
    blocks = [section(text)]
    if sentence:
        blocks.append(section(texts("matching.unmatched_message.letter.from_hr", sentence=sentence)))
    change = button(texts.plain("matching.unmatched_message.letter.button"), ActionId.JOIN_OPEN, programme.id)
    return Message(text, [*blocks, actions(change)])


def letter_text(texts: Texts, part: Participant, side: Side, cause: str, programme: str) -> Mrkdwn:
    """Only reasons that concern themselves: never the person whom a rule keeps from them."""
    topics = [one["topic"] for one in (part.wishes if side is Side.LEADER else part.offers)]
    why = no_partner_because(texts, cause, topics)
    return texts("matching.unmatched_message.letter.body", cause=why, programme=programme)


def _topics(texts: Texts, part: Participant, side: Side) -> str:
    return in_text(texts, "topics", [each["topic"] for each in (part.wishes if side is Side.LEADER else part.offers)])


def no_partner(texts: Texts, programme: Programme, *, certificate: bool) -> Message:
    """To a person who had no partner when their programme ended."""
    message = _at_the_end(texts, texts("matching.no_partner.body", programme=programme.name, certificate=certificate))
    return replace(message, blocks=[*message.blocks, *improvement_row(texts, programme)])


def not_approved(texts: Texts, programme: Programme) -> Message:
    """To a person whose sign-up still waited for HR when the programme ended."""
    return _at_the_end(texts, texts("signup.approval.ended", programme=programme.name))


def _at_the_end(texts: Texts, text: Mrkdwn) -> Message:
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    return Message(text, [section(text), actions(home)])


def _row(texts: Texts, leftover: LeftOver) -> Mrkdwn:
    return texts(
        "matching.draft.left_row",
        person=placed_for_hr(texts, leftover.member),
        role=texts.plain(f"labels.role_names.{leftover.side}"),
        cause=texts(
            f"matching.unmatched_causes.cause.{leftover.cause}",
            topics=_topics(texts, leftover.participant, leftover.side),
        ),
        help=texts(f"matching.unmatched_causes.help.{leftover.help}"),
    )
