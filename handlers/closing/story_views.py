"""A pair's story: the form, the window, the questions about it, and the posted message."""

from bot.domain.sessions import Side
from bot.services.closing.stories import LONGEST, LONGEST_QUOTE, StoryState, StoryView, approved
from bot.services.pair_context import PairContext
from bot.slack.gateway import Message
from handlers.agreement.forms import VersionState
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    channel_link,
    confirmation,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    header,
    mention,
    modal,
    radio,
    section,
    text_input,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.views import called
from prompts.catalogue import Texts
from storage.tables import PairState, Person, Story


def words(texts: Texts, story: Story, couple: PairContext) -> list[Block]:
    """The text as readers will see it."""
    said_by = mention(couple.person(Side(story.said_by)))
    return [
        section(f"*{texts('closing.story.card.tried')}*\n{texts('closing.story.card.text', text=story.tried)}"),
        section(f"*{texts('closing.story.card.changed')}*\n{texts('closing.story.card.text', text=story.changed)}"),
        section(texts("closing.story.card.quote", text=" ".join(story.quote.split()), person=said_by)),
    ]


def card(texts: Texts, story: Story, couple: PairContext) -> Message:
    """The post in the announcement's channel."""
    title = texts.plain("closing.story.card.title", programme=couple.programme.name)
    name = "during" if couple.pair.state == PairState.ACTIVE else "body"
    who = texts(f"closing.story.card.{name}", mentor=mention(couple.mentor), leader=mention(couple.leader))
    blocks = [header(title), section(who), *words(texts, story, couple), context(texts("closing.story.card.footer"))]
    return Message(who, blocks)


def for_hr(texts: Texts, story: Story, couple: PairContext) -> Message:
    """To HR, once both approved: to post it, or not."""
    key = "closing.story.hr"
    sure = confirmation(
        texts.plain(f"{key}.confirm.title"),
        texts.plain(f"{key}.confirm.text"),
        texts.plain(f"{key}.confirm.yes"),
        texts.plain(f"{key}.confirm.no"),
    )
    post = button(texts.plain(f"{key}.button"), ActionId.STORY_POST, story.id, style="primary", confirm=sure)
    asked = _for_hr(texts, "body", story, couple)
    return Message(asked.text, [*asked.blocks, actions(post)])


def posted(texts: Texts, story: Story, couple: PairContext) -> Message:
    """Replaces that message, once it was posted."""
    return _for_hr(texts, "posted", story, couple)


def _for_hr(texts: Texts, name: str, story: Story, couple: PairContext) -> Message:
    channel = channel_link(couple.programme.announce_channel)
    text = texts(
        f"closing.story.hr.{name}", mentor=mention(couple.mentor), leader=mention(couple.leader), channel=channel
    )
    title = header(texts.plain("closing.story.hr.title"))
    return Message(text, [title, section(text), divider(), *words(texts, story, couple)])


def proposed(texts: Texts, story: Story, couple: PairContext, side: Side) -> Message:
    """To the partner: do you approve?"""
    channel = channel_link(couple.programme.announce_channel)
    text = texts("closing.story.proposed.body", partner=mention(couple.person(side.other)), channel=channel)
    blocks = [
        header(texts.plain("closing.story.proposed.title")),
        section(text),
        divider(),
        *words(texts, story, couple),
    ]
    return Message(text, [*blocks, actions(*_buttons(texts, StoryView(couple, side, story, story.version)))])


def agreed(texts: Texts, story: Story, couple: PairContext, side: Side) -> Message:
    """To the writer: the partner approved."""
    partner, channel = mention(couple.person(side.other)), channel_link(couple.programme.announce_channel)
    text = texts("closing.story.agreed.body", partner=partner, posted=story.posted_at is not None, channel=channel)
    return Message(text, [section(text), actions(_withdraw(texts, story))])


# Windows


def window(texts: Texts, told: StoryView) -> View:
    """The current story with its actions."""
    if told.story is None:
        return form(texts, told)
    stands = section(_stands(texts, told))
    blocks = [stands, divider(), *words(texts, told.story, told.couple), actions(*_buttons(texts, told))]
    return _window(texts, blocks)


def stored(texts: Texts, told: StoryView) -> View:
    """Replaces the form or the window, once it was saved or approved."""
    return _window(texts, [section(_stands(texts, told))])


def as_message(view: View) -> Message:
    """The window if there is no story."""
    return Message(str(view["blocks"][0]["text"]["text"]), view["blocks"])


def withdrawn(texts: Texts) -> View:
    return _window(texts, [section(texts("closing.story.window.withdrawn"))])


def form(texts: Texts, told: StoryView) -> View:
    """The form to write or change the story."""
    key, story = "closing.story.form", told.story
    people = [(str(side), called(texts, told.couple.person(side))) for side in Side]
    channel = channel_link(told.couple.programme.announce_channel)
    blocks = [
        section(texts(f"{key}.{'again' if story else 'intro'}", partner=mention(_partner(told)), channel=channel)),
        _text(texts, "tried", story.tried if story else "", LONGEST),
        _text(texts, "changed", story.changed if story else "", LONGEST),
        _text(texts, "quote", story.quote if story else "", LONGEST_QUOTE),
        field(
            "said_by",
            texts.plain(f"{key}.said_by.label"),
            radio("said_by", people, initial=story.said_by if story else str(told.side)),
        ),
    ]
    return form_modal(
        texts,
        key,
        blocks,
        callback_id=CallbackId.STORY_FORM,
        state=VersionState(told.couple.pair.id, told.version),
    )


def _partner(told: StoryView) -> Person:
    return told.couple.person(told.side.other)


def _stands(texts: Texts, told: StoryView) -> str:
    channel = channel_link(told.couple.programme.announce_channel)
    return texts(f"closing.story.window.{told.stand}", partner=mention(_partner(told)), channel=channel)


def _buttons(texts: Texts, told: StoryView) -> list[Element]:
    story, pair_id = told.story, told.couple.pair.id
    if story is None:
        return []
    found = []
    if not approved(story, told.side):
        found.append(
            button(texts.plain("closing.story.buttons.approve"), ActionId.STORY_APPROVE, story.id, style="primary")
        )
    if told.stand is not StoryState.POSTED:
        found.append(button(texts.plain("closing.story.buttons.edit"), ActionId.STORY_EDIT, pair_id))
    return [*found, _withdraw(texts, story, "withdraw" if approved(story, told.side) else "decline")]


def _withdraw(texts: Texts, story: Story, name: str = "withdraw") -> Element:
    """`name`: "decline" for who has not approved it."""
    sure = confirmation_of(texts, f"closing.story.{name}")
    return button(texts.plain(f"closing.story.buttons.{name}"), ActionId.STORY_WITHDRAW, story.id, confirm=sure)


def _text(texts: Texts, name: str, initial: str, longest: int) -> Block:
    key = f"closing.story.form.{name}"
    element = text_input(
        name, initial=initial, placeholder=texts.plain(f"{key}.placeholder"), multiline=True, longest=longest
    )
    return field(name, texts.plain(f"{key}.label"), element, hint=texts.plain(f"{key}.hint"))


def _window(texts: Texts, blocks: list[Block]) -> View:
    title, close = texts.plain("closing.story.form.modal.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.STORY, close=close)
