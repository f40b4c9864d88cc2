"""The material for a session: a short message, and the whole of it in a window."""

from bot.domain.sessions import Pack, Side
from bot.gateway import Message
from bot.services.packs import Prepared
from handlers.views.agreements import open_button
from handlers.views.blocks import Block, Element, View, actions, button, context, header, modal, section
from handlers.views.care import CONCERN
from handlers.views.sessions import MOVE, PACK, called
from prompts.catalogue import Mrkdwn, Texts

FRAME = "packs.frame"


def mentor_pack(texts: Texts, prepared: Prepared) -> Message:
    """Three working days ahead: what the hour is for and what to ask; the rest is one button away."""
    part = _Part(texts, prepared)
    blocks = [
        *part.top("mentor_title"),
        section(_lines(part.text("purpose"), part.text("opener"))),
        section(part.questions()),
        section(_lines(part.activity_name(), part.topic())),
        context(texts(f"{FRAME}.safe")),
        part.buttons("more", "move", "concern"),
    ]
    return Message(part.title("mentor_title"), blocks)


def leader_pack(texts: Texts, prepared: Prepared) -> Message:
    """One working day ahead, and shorter."""
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
    """Everything, as a window. The steps and the close are the mentor's to lead: the leader's part leaves them out."""
    part = _Part(texts, prepared)
    if prepared.side is Side.MENTOR:
        blocks = [
            part.when(),
            section(_lines(part.text("purpose"), part.text("opener"))),
            section(part.questions()),
            section(_lines(part.activity_name(), part.steps(), part.topic())),
            section(_lines(part.text("teach_back"), part.text("please_dont"), part.text("close"))),
            context(_lines(part.format_note(), texts(f"{FRAME}.safe"))),
        ]
    else:
        blocks = [
            part.when(),
            section(_lines(part.leader("summary"), part.text("prepare", "leader.prepare"))),
            section(part.questions("leader_questions", "leader.questions")),
            section(_lines(part.activity_name(), part.text("part", "leader.part"), part.topic())),
            section(_lines(part.text("teach_back", "leader.teach_back"), part.text("please_dont"))),
            context(texts(f"{FRAME}.safe")),
        ]
    if agreement := part.agreement():
        blocks.append(actions(*agreement))
    title = texts.plain(f"labels.packs.{part.pack}")
    return modal(title, blocks, callback_id="pack", close=texts.plain("notice.close"))


class _Part:
    """The texts of one pack for one reader."""

    def __init__(self, texts: Texts, prepared: Prepared) -> None:
        self.texts, self.prepared = texts, prepared
        self.pack = Pack(prepared.meeting.session.pack)
        self.key = self._round_of(prepared.round)
        self.reader = prepared.meeting.person(prepared.side)
        self.partner = called(texts, prepared.meeting.person(prepared.side.other))
        varied = f"{self.key}.activity_{prepared.format}"
        self.varied = texts.has(f"{self.key}.activity_hands_on.name")
        self.activity = varied if texts.has(f"{varied}.name") else f"{self.key}.activity"

    def _round_of(self, again: int) -> str:
        """The texts of this round: a pack that comes again has others, as far as there are."""
        rounds = [f"packs.{self.pack}", *(f"packs.{self.pack}_{n}" for n in range(2, 10))]
        written = [key for key in rounds if self.texts.has(f"{key}.purpose")]
        return written[again % len(written)]

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
        return self.texts(f"{FRAME}.{name}", text=self.texts(f"{self.key}.{source or name}", partner=self.partner))

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

    def topic(self) -> str:
        """Something real on the pair's topic, in its form, for the session where hands are on a tool."""
        topic, form = self.prepared.topic, self.prepared.format
        group = "packs.topics" if form == "hands_on" else f"packs.topics_{form}"
        if topic is None or self.pack is not Pack.HANDS_ON or not self.texts.has(f"{group}.{topic}"):
            return ""
        label = self.texts.plain(f"labels.topics.{topic}")
        return self.texts(f"{FRAME}.topic", topic=label, text=self.texts(f"{group}.{topic}"))

    def format_note(self) -> str:
        if not self.varied:
            return ""
        return self.texts(f"{FRAME}.format_note", format=self.texts.plain(f"labels.formats.{self.prepared.format}"))

    def buttons(self, *names: str) -> Block:
        meeting = self.prepared.meeting
        targets = {
            "more": (PACK, meeting.session.id or 0),
            "move": (MOVE, meeting.session.id or 0),
            "concern": (CONCERN, meeting.programme.id or 0),
        }
        elements = [button(self.texts.plain(f"{FRAME}.buttons.{name}"), *targets[name]) for name in names]
        return actions(*elements[:1], *self.agreement(), *elements[1:])

    def agreement(self) -> list[Element]:
        """The session in which the two agree has the button to write it down."""
        return [open_button(self.texts, self.prepared.meeting.pair.id or 0)] if self.pack is Pack.CONTRACT else []


def _lines(*parts: str, apart: str = "\n\n") -> Mrkdwn:
    return Mrkdwn(apart.join(part for part in parts if part))
