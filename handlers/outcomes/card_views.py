"""Views of action cards and messages about them."""

from collections.abc import Sequence
from datetime import date

from bot.domain.outcomes import LONGEST, Kind, Sharing, State
from bot.domain.sessions import Side
from bot.domain.surveys import FIRST_SET
from bot.services.outcomes.action_cards import Board, CardView
from bot.services.outcomes.figures import Outcomes, SharedCard
from bot.services.pair_context import PairContext
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    context,
    date_picker,
    field,
    form_modal,
    header,
    mention,
    modal,
    radio,
    section,
    select,
    text_input,
)
from handlers.kit.buttons import new_card_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.outcomes.forms import HR, EntryState
from handlers.sessions.views import called
from handlers.signup.views import labels
from prompts.catalogue import Texts
from storage.tables import Person

MOST_SHOWN = 12


# Messages


def written(texts: Texts, seen: CardView) -> Message:
    """To the partner: there is a card, and possibly the question whether HR may see it. To who wrote it: the partner
    made them its owner."""
    key, number = "outcomes.cards.written", seen.card.id
    mine = seen.owner is seen.side
    name = "handed" if seen.card.written_by == seen.side else "yours" if mine else "body"
    text = texts(f"{key}.{name}", partner=mention(_partner(seen)))
    edit = button(texts.plain("outcomes.cards.buttons.edit"), ActionId.CARD_EDIT, number)
    drop = button(texts.plain("outcomes.cards.buttons.drop"), ActionId.CARD_DROP, number)
    title = texts.plain(f"{key}.{'title_handed' if name == 'handed' else 'title'}")
    return _message(texts, title, text, seen, [edit, drop] if mine else [edit])


def asks_to_share(texts: Texts, seen: CardView) -> Message:
    """To the partner: may HR see it?"""
    text = texts("outcomes.cards.share.body", partner=mention(seen.couple.person(seen.side.other)))
    return _message(texts, texts.plain("outcomes.cards.share.title"), text, seen)


def follow_up(texts: Texts, seen: CardView, days: int) -> Message:
    """To the owner, some time after the card's date."""
    key = "outcomes.cards.follow_up"
    title, text = texts.plain(f"{key}.title"), texts(f"{key}.after_{days}", due=texts.day(seen.card.due_on))
    blocks = [header(title), section(text), section(read(texts, seen)), actions(*_came_of_it(texts, seen))]
    shared = seen.sharing is Sharing.SHARED
    footer = _who_sees(texts, seen) if shared else texts(f"{key}.footer", partner=mention(_partner(seen)))
    return Message(text, [*blocks, context(footer)])


def asks_whether_it_lasts(texts: Texts, seen: CardView) -> Message:
    """To the owner, 90 days after the date of a card that is done."""
    key, number = "outcomes.cards.lasting", seen.card.id
    text = texts(f"{key}.body", due=texts.day(seen.card.due_on))
    buttons = [
        button(texts.plain("outcomes.cards.buttons.lasts"), ActionId.CARD_LASTS, number),
        button(texts.plain("outcomes.cards.buttons.faded"), ActionId.CARD_FADED, number),
    ]
    blocks = [header(texts.plain(f"{key}.title")), section(text), section(read(texts, seen)), actions(*buttons)]
    shared = seen.sharing is Sharing.SHARED
    footer = texts(f"{key}.footer", partner=mention(seen.couple.person(seen.side.other)), shared=shared)
    return Message(text, [*blocks, context(footer)])


def settled(texts: Texts, seen: CardView) -> Message:
    """To the partner: it was done, or dropped."""
    text = texts(f"outcomes.cards.settled.{seen.card.state}", partner=mention(seen.couple.person(seen.side.other)))
    return Message(text, [section(text), section(read(texts, seen))])


def answered(texts: Texts, seen: CardView) -> Message:
    """Replaces the follow-up, once it was answered."""
    answer = seen.card.state
    if seen.card.lasted is not None:
        answer = "lasts" if seen.card.lasted else "faded"
    partner = mention(seen.couple.person(seen.side.other))
    text = texts(f"outcomes.cards.answered.{answer}", due=texts.day(seen.card.due_on), partner=partner)
    again = [actions(_to_list(texts, seen))] if answer == "faded" else []
    return Message(text, [section(text), section(read(texts, seen)), *again])


def as_it_is(texts: Texts, seen: CardView) -> Message:
    """Replaces the clicked message: the current card, and who sees it."""
    if seen.state is not State.OPEN:
        return answered(texts, seen)
    text = texts(f"outcomes.cards.sharing.{seen.sharing}", partner=mention(seen.couple.person(seen.side.other)))
    return Message(text, [section(read(texts, seen)), context(text), actions(_to_list(texts, seen))])


def _to_list(texts: Texts, seen: CardView) -> Element:
    return button(texts.plain("outcomes.cards.buttons.list"), ActionId.CARD_LIST, seen.couple.pair.id)


def _message(texts: Texts, title: str, text: str, seen: CardView, acts: Sequence[Element] = ()) -> Message:
    """`acts`: what the reader can do with the card itself, while it is open."""
    blocks = [header(title), section(text), section(read(texts, seen))]
    buttons = [*(acts if seen.state is State.OPEN else ()), _to_list(texts, seen)]
    if seen.sharing is Sharing.ASKS:
        blocks.append(context(texts("outcomes.cards.share.what", partner=mention(seen.couple.person(seen.side.other)))))
        buttons = [*_agree(texts, seen), *buttons]
    return Message(text, [*blocks, actions(*buttons)])


# The text


def read(texts: Texts, seen: CardView) -> str:
    """A card's words."""
    card = seen.card
    lines = [
        texts("outcomes.cards.text.change", kind=texts.plain(f"labels.card_kinds.{card.kind}"), change=card.change),
        texts("outcomes.cards.text.insight", insight=card.insight),
        texts("outcomes.cards.text.owner", owner=mention(seen.couple.person(seen.owner)), due=texts.day(card.due_on)),
    ]
    if card.lasted is not None:
        lines.append(texts(f"outcomes.cards.text.{'lasts' if card.lasted else 'faded'}"))
    elif seen.state is not State.OPEN:
        lines.append(texts("outcomes.cards.text.state", state=texts.plain(f"labels.card_states.{card.state}")))
    if card.why:
        lines.append(texts("outcomes.cards.text.why", why=card.why))
    return "\n".join(lines)


def line(texts: Texts, seen: CardView) -> str:
    """A card in one line."""
    owner = mention(seen.couple.person(seen.owner))
    return texts(
        "outcomes.cards.text.line", change=seen.card.change, owner=owner, due=texts.short_day(seen.card.due_on)
    )


# Windows


def listed(texts: Texts, board: Board) -> View:
    """All cards of a pair, each with its actions."""
    lasts = board.couple.programme.survey_set != FIRST_SET
    blocks: list[Block] = [section(texts("outcomes.cards.list.body", lasts=lasts))]
    for seen in board.cards[:MOST_SHOWN]:
        blocks += [section(read(texts, seen)), context(_who_sees(texts, seen))]
        blocks += [] if board.couple.parted else [actions(*_about(texts, seen))]
    if len(board.cards) > MOST_SHOWN:
        blocks.append(context(texts("outcomes.cards.list.more", count=len(board.cards) - MOST_SHOWN)))
    new = new_card_button(texts, board.couple.pair.id, style="" if board.cards else "primary")
    blocks += [] if board.couple.parted else [actions(new)]
    return modal(
        texts.plain("outcomes.cards.list.title"),
        blocks,
        callback_id=CallbackId.CARDS,
        close=texts.plain("notice.close"),
    )


def form(texts: Texts, couple: PairContext, side: Side, seen: CardView | None = None) -> View:
    """The form for a new card, or to change one."""
    key, card = "outcomes.cards.form", seen.card if seen else None
    partner = mention(couple.person(side.other))
    names = [(str(one), called(texts, couple.person(one))) for one in (Side.LEADER, Side.MENTOR)]
    kinds = labels(texts, "card_kinds", tuple(Kind))
    shares = seen is not None and seen.sharing in (Sharing.ASKED, Sharing.SHARED)
    option = texts.plain(f"{key}.share.option", partner=called(texts, couple.person(side.other)))
    share = checkboxes("share", [(HR, option)], initial=[HR] if shares else [])
    blocks = [
        section(texts(f"{key}.intro", partner=partner)),
        _text(texts, "insight", card.insight if card else ""),
        _text(texts, "change", card.change if card else ""),
        field(
            "kind",
            texts.plain(f"{key}.kind.label"),
            select(
                "kind", kinds, initial=card.kind if card else "", placeholder=texts.plain(f"{key}.kind.placeholder")
            ),
        ),
        field("owner", texts.plain(f"{key}.owner.label"), radio("owner", names, initial=card.owner if card else "")),
        _date(texts, card.due_on if card else None, lasts=couple.programme.survey_set != FIRST_SET),
        field("share", texts.plain(f"{key}.share.label"), share, hint=texts.plain(f"{key}.share.hint"), optional=True),
    ]
    return _form(texts, key, CallbackId.CARD_FORM, blocks, EntryState(couple.pair.id, card.id if card else 0))


def drop_form(texts: Texts, seen: CardView) -> View:
    """Dropped, and why."""
    blocks = [section(line(texts, seen)), _text(texts, "why", seen.card.why)]
    return _form(
        texts, "outcomes.cards.drop", CallbackId.CARD_DROP_FORM, blocks, EntryState(seen.card.pair_id, seen.card.id)
    )


def renew_form(texts: Texts, seen: CardView) -> View:
    """Still working on it: until when?"""
    blocks = [section(line(texts, seen)), _date(texts, None, lasts=seen.asks_what_lasts)]
    return _form(
        texts, "outcomes.cards.renew", CallbackId.CARD_RENEW_FORM, blocks, EntryState(seen.card.pair_id, seen.card.id)
    )


def _form(texts: Texts, key: str, callback_id: CallbackId, blocks: Sequence[Block], state: EntryState) -> View:
    return form_modal(texts, key, blocks, callback_id=callback_id, state=state)


def _text(texts: Texts, name: str, initial: str) -> Block:
    key = f"outcomes.cards.form.{name}"
    element = text_input(
        name, initial=initial, placeholder=texts.plain(f"{key}.placeholder"), multiline=True, longest=LONGEST[name]
    )
    return field(name, texts.plain(f"{key}.label"), element)


def _date(texts: Texts, initial: date | None, *, lasts: bool) -> Block:
    key = "outcomes.cards.form.due_on"
    picker = date_picker("due_on", initial=initial.isoformat() if initial else "")
    return field("due_on", texts.plain(f"{key}.label"), picker, hint=texts.plain(f"{key}.hint", lasts=lasts))


def _came_of_it(texts: Texts, seen: CardView) -> list[Element]:
    number = seen.card.id
    return [
        button(texts.plain("outcomes.cards.buttons.done"), ActionId.CARD_DONE, number, style="primary"),
        button(texts.plain("outcomes.cards.buttons.renew"), ActionId.CARD_RENEW, number),
        button(texts.plain("outcomes.cards.buttons.drop"), ActionId.CARD_DROP, number),
    ]


def _about(texts: Texts, seen: CardView) -> list[Element]:
    """The actions of a card."""
    number = seen.card.id
    if seen.state is not State.OPEN:
        found = [button(texts.plain("outcomes.cards.buttons.again"), ActionId.CARD_RENEW, number)]
    else:
        found = [
            button(texts.plain("outcomes.cards.buttons.done"), ActionId.CARD_DONE, number),
            button(texts.plain("outcomes.cards.buttons.edit"), ActionId.CARD_EDIT, number),
            button(texts.plain("outcomes.cards.buttons.drop"), ActionId.CARD_DROP, number),
        ]
    match seen.sharing:
        case Sharing.ASKS:
            found += _agree(texts, seen)
        case Sharing.PRIVATE:
            found.append(button(texts.plain("outcomes.cards.buttons.share"), ActionId.CARD_SHARE, number))
        case Sharing.SHARED | Sharing.ASKED:
            found.append(button(texts.plain("outcomes.cards.buttons.keep"), ActionId.CARD_KEEP, number))
        case Sharing.KEPT:
            pass
    return found


def _agree(texts: Texts, seen: CardView) -> list[Element]:
    number = seen.card.id
    return [
        button(texts.plain("outcomes.cards.buttons.agree"), ActionId.CARD_SHARE, number),
        button(texts.plain("outcomes.cards.buttons.keep"), ActionId.CARD_KEEP, number),
    ]


def _partner(seen: CardView) -> Person:
    return seen.couple.person(seen.side.other)


def _who_sees(texts: Texts, seen: CardView) -> str:
    return texts(f"outcomes.cards.sharing.{seen.sharing}", partner=mention(seen.couple.person(seen.side.other)))


# For HR


def for_hr(texts: Texts, found: Outcomes) -> list[str]:
    """The number of cards and their results, and those that both people of a pair showed."""
    known = [texts(f"outcomes.cards.hr.{name}", count=count) for name, count in found.cards.counts.items() if count]
    return [*([" · ".join(known)] if known else []), *(_for_hr(texts, one) for one in found.shared)]


def _for_hr(texts: Texts, one: SharedCard) -> str:
    return texts(
        "outcomes.cards.hr.line",
        change=one.change,
        insight=one.insight,
        kind=texts.plain(f"labels.card_kinds.{one.kind}"),
        owner=mention(one.owner),
        due=texts.short_day(one.due_on),
        state=texts.plain(f"labels.card_states.{one.state}"),
    )
