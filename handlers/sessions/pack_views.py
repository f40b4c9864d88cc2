"""The material for a session: a short message, and the full text in a window."""

import re

from bot.domain.agreement import State
from bot.domain.material import MOST_LINKS
from bot.domain.sessions import Pack, Side
from bot.domain.sessions_packs import ACTIVITY, material, timetable
from bot.domain.signup import FORMATS
from bot.services.sessions.packs import Prepared
from bot.services.sessions.places import place_of
from bot.slack.gateway import Message
from handlers.agreement.plan_views import in_pack, leader_to
from handlers.kit.blocks import Block, Element, View, actions, button, context, header, modal, section
from handlers.kit.buttons import agreement_button, growth_button, new_card_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.timetable import timetable_line
from handlers.material.views import link_lines
from handlers.sessions.place_views import place_line
from handlers.sessions.views import called
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import in_text, topic_name

FRAME = "sessions.packs.frame"


def mentor_pack(texts: Texts, prepared: Prepared) -> Message:
    """Three working days before: the purpose and what to ask; the rest is in the window."""
    part = _Part(texts, prepared)
    # The first session is about the two and the programme; the others about their topic.
    about = part.theme() or part.topic() if part.pack is Pack.CONTRACT else part.topic() or part.theme()
    blocks = [
        *part.top("mentor_title"),
        section(_lines(part.purpose(), part.text("opener", minutes=part.timetable.opener))),
        section(part.questions()),
        section(_lines(_lines(part.activity_name(), part.first_step(), apart="\n"), about)),
        *part.plan(),
        *link_lines(texts, prepared.links),
        context(texts(f"{FRAME}.safe")),
        part.buttons("more", "move", "concern"),
    ]
    return Message(part.title("mentor_title"), blocks)


def leader_pack(texts: Texts, prepared: Prepared) -> Message:
    """One working day before, and shorter."""
    part = _Part(texts, prepared)
    blocks = [
        *part.top("leader_title"),
        section(_lines(part.leader("summary"), part.to_prepare())),
        section(part.questions_of_leader()),
        section(part.text("please_dont")),
        *part.plan(),
        *link_lines(texts, prepared.links),
        part.buttons("more", "move", "concern"),
    ]
    return Message(part.title("leader_title"), blocks)


def whole(texts: Texts, prepared: Prepared) -> View:
    """The full text, as a window. The mentor leads the steps and the close: the leader's version omits them."""
    part = _Part(texts, prepared)
    exchange = part.timetable.exchange
    if prepared.side is Side.MENTOR:
        blocks = [
            part.when(),
            section(_lines(part.purpose(), part.text("opener", minutes=part.timetable.opener))),
            section(part.questions()),
            section(_lines(part.activity_name(), part.steps(), part.fitting(), part.remote())),
            section(_lines(part.topic(), part.theme())),
            section(
                _lines(
                    part.text("teach_back", minutes=exchange),
                    part.text("please_dont_of", "please_dont"),
                    part.close(),
                )
            ),
            context(_lines(part.format_note(), texts(f"{FRAME}.safe"))),
        ]
    else:
        blocks = [
            part.when(),
            section(_lines(part.leader("summary"), part.to_prepare())),
            section(part.questions_of_leader()),
            section(_lines(part.activity_name(), part.my_part(), part.remote())),
            section(_lines(part.topic(), part.theme())),
            section(_lines(part.text("teach_back", "leader.teach_back", minutes=exchange), part.text("please_dont"))),
            context(texts(f"{FRAME}.safe")),
        ]
    blocks = [*(one for one in blocks if one.get("text", {}).get("text") != ""), *part.plan()]
    blocks += link_lines(texts, prepared.links, most=MOST_LINKS)
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
        self.signed = self._is_signed()
        if self.signed:
            self.activity = f"{self.key}.signed"
        self.form = chosen.activity.removeprefix("activity_")
        self.reader = prepared.meeting.person(prepared.side)
        self.partner = called(texts, prepared.meeting.person(prepared.side.other))
        self.length = prepared.meeting.session.minutes
        self.steps_take = _number(texts.plain(f"{self.activity}.minutes"))
        self.timetable = timetable(self.length, self.steps_take)
        tools = f"sessions.packs.tools.{prepared.topic}"
        self.values = {
            "partner": self.partner,
            "topic": in_text(texts, "topics", [prepared.topic]),
            "tools": texts.plain(tools if texts.has(tools) else "sessions.packs.tools.other"),
        }
        """What every text of a pack may use (`prompts.checks.OFFERED`)."""

    def _is_signed(self) -> bool:
        """Whether the session of the agreement comes after both signed it, unless a company wrote own steps for it."""
        if self.pack is not Pack.CONTRACT or self.prepared.agreement is not State.SIGNED:
            return False
        return self.texts.belongs(f"{self.key}.signed.steps", f"{self.activity}.steps")

    def plan(self) -> list[Block]:
        """What the pair's learning plan says of this session."""
        leader = leader_to(self.texts, self.prepared.leader_called, self.prepared.side)
        return in_pack(self.texts, self.prepared.aim, leader)

    def purpose(self) -> Mrkdwn:
        return self.text("purpose", "signed.purpose" if self.signed else "")

    def title(self, name: str) -> str:
        row = self.prepared.meeting.session
        label = self.texts.plain(f"labels.packs.{self.pack}")
        return self.texts.plain(f"{FRAME}.{name}", number=row.number, pack=label)

    def top(self, name: str) -> list[Block]:
        return [header(self.title(name)), self.when()]

    def when(self) -> Block:
        """The partner, the time, and how the session is divided."""
        row = self.prepared.meeting.session
        if row.starts_at is None:
            first = self.texts(f"{FRAME}.no_time", partner=self.partner)
        else:
            when = self.texts.moment(row.starts_at, self.reader.zone)
            first = self.texts(f"{FRAME}.when", partner=self.partner, when=when, minutes=self.length)
            if place := place_of(row, self.prepared.meeting.pair, self.prepared.meeting.programme):
                first = _lines(first, place_line(self.texts, place), apart="\n")
        return section(
            _lines(first, timetable_line(self.texts, self.timetable, last=self.prepared.is_last), apart="\n")
        )

    def text(self, name: str, source: str = "", **values: int) -> Mrkdwn:
        """A paragraph below its heading."""
        text = self.texts(f"{self.key}.{source or name}", **self.values)
        return self.texts(f"{FRAME}.{name}", text=text, partner=self.partner, **values)

    def close(self) -> Mrkdwn:
        """How the session ends: with the next date, or, in the last one, with whether to go on."""
        last = self.prepared.is_last
        key = f"sessions.packs.{Pack.HARVEST}" if last else self.key
        name, text = "close_last" if last else "close", self.texts(f"{key}.close", **self.values)
        return self.texts(f"{FRAME}.{name}", text=text, minutes=self.timetable.close)

    def leader(self, name: str) -> Mrkdwn:
        """What is the leader's in this activity: the activity's own text, else that of the pack."""
        key = self.texts.first_of(f"{self.activity}.{name}", f"{self.key}.leader.{name}")
        return self.texts(key, **self.values)

    def to_prepare(self) -> Mrkdwn:
        return self.texts(f"{FRAME}.prepare", text=self.leader("prepare"))

    def my_part(self) -> Mrkdwn:
        return self.texts(f"{FRAME}.part", text=self.leader("part"))

    def questions(self) -> Mrkdwn:
        heading = self.texts(f"{FRAME}.questions", minutes=self.timetable.questions)
        return self._bullets(heading, "signed.questions" if self.signed else "questions")

    def questions_of_leader(self) -> Mrkdwn:
        source = "signed.leader_questions" if self.signed else "leader.questions"
        return self._bullets(self.texts(f"{FRAME}.leader_questions"), source)

    def _bullets(self, heading: Mrkdwn, source: str) -> Mrkdwn:
        items = self.texts.list(f"{self.key}.{source}", **self.values)
        return _lines(f"*{heading}*", *(f"• {item}" for item in items), apart="\n")

    def activity_name(self) -> Mrkdwn:
        name = self.texts(f"{self.activity}.name", **self.values)
        return Mrkdwn(f"*{self.texts(f'{FRAME}.activity', name=name, minutes=self.timetable.activity)}*")

    def first_step(self) -> Mrkdwn:
        """How the longest part of the session begins; the window has all of its steps."""
        items = self.texts.list(f"{self.activity}.steps", **self.values)
        if not items:
            return Mrkdwn("")
        first = Mrkdwn(f"1. {items[0]}")
        return _lines(first, self.texts(f"{FRAME}.more_steps", count=len(items) - 1) if items[1:] else "", apart="\n")

    def steps(self) -> Mrkdwn:
        items = self.texts.list(f"{self.activity}.steps", **self.values)
        return _lines(*(f"{number}. {item}" for number, item in enumerate(items, 1)), apart="\n")

    def fitting(self) -> str:
        """Which steps stay in a short session; what to do with the time that the steps leave in a long one."""
        short = self._addition("short")
        if self.timetable.shortened:
            if short:
                return self.texts(f"{FRAME}.short_now", text=short, minutes=self.length)
            return self.texts(f"{FRAME}.shortened", minutes=self.timetable.activity, steps=self.steps_take)
        if self.timetable.spare:
            return self.texts(f"{FRAME}.spare", spare=self.timetable.spare, steps=self.steps_take)
        return self.texts(f"{FRAME}.short", text=short) if short else ""

    def remote(self) -> str:
        text = self._addition("remote")
        return self.texts(f"{FRAME}.remote", text=text) if text else ""

    def _addition(self, name: str) -> str:
        """A text about the steps of the activity, unless a company wrote steps of its own without it."""
        key = f"{self.activity}.{name}"
        return self.texts(key, **self.values) if self.texts.belongs(key, f"{self.activity}.steps") else ""

    def topic(self) -> str:
        """What to look at in the pair's topic: the topic's own line, else the pack's line for any topic. Of the first
        session it is about choosing a goal, which a signed agreement has."""
        topic, key = self.prepared.topic, self.key.removeprefix("sessions.packs.")
        lines = [f"sessions.packs.topics.{topic}.{key}{more}" for more in (f"_{self.form}", "")]
        found = [one for one in (*lines, f"{self.key}.topic") if self.texts.has(one)]
        if not self.fresh or not found or self.signed:
            return ""
        text = self.texts(self.texts.first_of(*found), **self.values)
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
        """The session of the agreement has the button to write it; so have those with an action card, and with a look
        at the goals."""
        pair_id = self.prepared.meeting.pair.id
        if self.pack is Pack.CONTRACT:
            return [agreement_button(self.texts, pair_id, self.prepared.agreement)]
        if self.pack is Pack.HARVEST:
            return [growth_button(self.texts, pair_id)]
        return [new_card_button(self.texts, pair_id)] if self.pack is Pack.INSIGHT else []


def _lines(*parts: str, apart: str = "\n\n") -> Mrkdwn:
    return Mrkdwn(apart.join(part for part in parts if part))


def _number(text: str) -> int:
    """The minutes of an activity. A company may have written words around them."""
    digits = re.search(r"[1-9]\d{0,2}", text)
    return int(digits[0]) if digits else ACTIVITY
