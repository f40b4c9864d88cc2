"""The material for a session: a short message, and the full text in a window."""

from bot.domain.packs import material
from bot.domain.sessions import Pack, Side
from bot.domain.signup import FORMATS
from bot.services.sessions.packs import Prepared
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, View, actions, button, context, header, modal, section
from handlers.kit.buttons import agreement_button, new_card_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.views import called
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text, topic_name

FRAME = "sessions.packs.frame"


def mentor_pack(texts: Texts, prepared: Prepared) -> Message:
    """Three working days before: the purpose and what to ask; the rest is in the window."""
    part = _Part(texts, prepared)
    blocks = [
        *part.top("mentor_title"),
        section(_lines(part.text("purpose"), part.text("opener"))),
        section(part.questions()),
        section(_lines(part.activity_name(), part.topic() or part.theme())),
        context(texts(f"{FRAME}.safe")),
        part.buttons("more", "move", "concern"),
    ]
    return Message(part.title("mentor_title"), blocks)


def leader_pack(texts: Texts, prepared: Prepared) -> Message:
    """One working day before, and shorter."""
    part = _Part(texts, prepared)
    blocks = [
        *part.top("leader_title"),
        section(_lines(part.leader("summary"), part.text("prepare", "leader.prepare"))),
        section(part.questions("leader_questions", "leader.questions")),
        section(part.text("please_dont")),
        part.buttons("more", "move", "concern"),
    ]
    return Message(part.title("leader_title"), blocks)


def whole(texts: Texts, prepared: Prepared) -> View:
    """The full text, as a window. The mentor leads the steps and the close: the leader's version omits them."""
    part = _Part(texts, prepared)
    if prepared.side is Side.MENTOR:
        blocks = [
            part.when(),
            section(_lines(part.text("purpose"), part.text("opener"))),
            section(part.questions()),
            section(_lines(part.activity_name(), part.steps(), part.topic(), part.theme())),
            section(_lines(part.text("teach_back"), part.text("please_dont_of", "please_dont"), part.text("close"))),
            context(_lines(part.format_note(), texts(f"{FRAME}.safe"))),
        ]
    else:
        blocks = [
            part.when(),
            section(_lines(part.leader("summary"), part.text("prepare", "leader.prepare"))),
            section(part.questions("leader_questions", "leader.questions")),
            section(_lines(part.activity_name(), part.my_part(), part.topic(), part.theme())),
            section(_lines(part.text("teach_back", "leader.teach_back"), part.text("please_dont"))),
            context(texts(f"{FRAME}.safe")),
        ]
    if forms := part.to_write():
        blocks.append(actions(*forms))
    title = texts.plain(f"labels.packs.{part.pack}")
    return modal(title, blocks, callback_id=CallbackId.PACK, close=texts.plain("notice.close"))


class _Part:
    """The texts of one pack for one reader."""

    def __init__(self, texts: Texts, prepared: Prepared) -> None:
        self.texts, self.prepared = texts, prepared
        self.pack = Pack(prepared.meeting.session.pack)
        chosen = material(self.pack, prepared.round, prepared.format)
        self.key, self.fresh = f"sessions.packs.{chosen.pack}", chosen.fresh
        self.activity = f"{self.key}.{chosen.activity}"
        self.form = chosen.activity.removeprefix("activity_")
        self.reader = prepared.meeting.person(prepared.side)
        self.partner = called(texts, prepared.meeting.person(prepared.side.other))

    def title(self, name: str) -> str:
        row = self.prepared.meeting.session
        label = self.texts.plain(f"labels.packs.{self.pack}")
        return self.texts.plain(f"{FRAME}.{name}", number=row.number, pack=label)

    def top(self, name: str) -> list[Block]:
        return [header(self.title(name)), self.when()]

    def when(self) -> Block:
        row = self.prepared.meeting.session
        if row.starts_at is None:
            return section(self.texts(f"{FRAME}.no_time", partner=self.partner))
        when = self.texts.moment(row.starts_at, self.reader.zone)
        return section(self.texts(f"{FRAME}.when", partner=self.partner, when=when, minutes=row.minutes))

    def text(self, name: str, source: str = "") -> Mrkdwn:
        """A paragraph below its heading."""
        text = self.texts(f"{self.key}.{source or name}", partner=self.partner)
        return self.texts(f"{FRAME}.{name}", text=text, partner=self.partner)

    def leader(self, name: str) -> Mrkdwn:
        return self.texts(f"{self.key}.leader.{name}", partner=self.partner)

    def questions(self, heading: str = "questions", source: str = "questions") -> Mrkdwn:
        items = self.texts.list(f"{self.key}.{source}", partner=self.partner)
        return _lines(f"*{self.texts(f'{FRAME}.{heading}')}*", *(f"• {item}" for item in items), apart="\n")

    def activity_name(self) -> Mrkdwn:
        minutes = self.texts(f"{self.activity}.minutes")
        name = self.texts(f"{self.activity}.name", partner=self.partner)
        return Mrkdwn(f"*{self.texts(f'{FRAME}.activity', name=name, minutes=minutes)}*")

    def steps(self) -> Mrkdwn:
        items = self.texts.list(f"{self.activity}.steps", partner=self.partner)
        return _lines(*(f"{number}. {item}" for number, item in enumerate(items, 1)), apart="\n")

    def my_part(self) -> Mrkdwn:
        """The leader's part in this activity; without a text of its own, that of the pack."""
        own = f"{self.activity}.part"
        key = own if self.texts.has(own) else f"{self.key}.leader.part"
        return self.texts(f"{FRAME}.part", text=self.texts(key, partner=self.partner))

    def topic(self) -> str:
        """An example for the pair's topic: the topic's own line, in later rounds the round's line for any topic."""
        topic, key = self.prepared.topic, self.key.removeprefix("sessions.packs.")
        group = f"sessions.packs.topics.{topic}"
        if not self.fresh:
            return ""
        own = [one for one in (f"{group}.{key}", f"{group}.{key}_{self.form}") if self.texts.has(one)]
        if own:
            text = self.texts(own[0])
        elif self.texts.has(f"{self.key}.topic"):
            text = self.texts(f"{self.key}.topic", topic=in_text(self.texts, "topics", [topic]))
        else:
            return ""
        return self.texts(f"{FRAME}.topic", topic=topic_name(self.texts, topic), text=text)

    def theme(self) -> str:
        """The theme's addition to this pack, when it comes for the first time."""
        theme = self.prepared.meeting.programme.theme
        if self.prepared.round:
            return ""
        return self.texts(f"{FRAME}.theme", text=self.texts(f"programme.themes.{theme}.packs.{self.pack}"))

    def format_note(self) -> str:
        if self.form not in FORMATS:
            return ""
        return self.texts(f"{FRAME}.format_note", format=self.texts.plain(f"labels.in_text.formats.{self.form}"))

    def buttons(self, *names: str) -> Block:
        meeting = self.prepared.meeting
        targets = {
            "more": (ActionId.PACK_OPEN, meeting.session.id),
            "move": (ActionId.SESSION_MOVE, meeting.session.id),
            "concern": (ActionId.CONCERN_OPEN, meeting.programme.id),
        }
        elements = [button(self.texts.plain(f"{FRAME}.buttons.{name}"), *targets[name]) for name in names]
        return actions(*elements[:1], *self.to_write(), *elements[1:])

    def to_write(self) -> list[Element]:
        """The session of the agreement has the button to write it; so has the one with an action card."""
        pair_id = self.prepared.meeting.pair.id
        if self.pack is Pack.CONTRACT:
            return [agreement_button(self.texts, pair_id, self.prepared.agreement)]
        return [new_card_button(self.texts, pair_id)] if self.pack is Pack.INSIGHT else []


def _lines(*parts: str, apart: str = "\n\n") -> Mrkdwn:
    return Mrkdwn(apart.join(part for part in parts if part))
