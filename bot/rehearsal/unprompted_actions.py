"""Actions that people do unasked, once each, because Home and the messages offer them."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.mentor_groups import BUDDY, CIRCLE, join_circle
from bot.rehearsal.persona import Persona
from bot.sandbox import Message, View
from prompts.catalogue import Texts

PREPARE = ("prepare.open.mentor", "prepare.open.mentee")
FORMAT, GROWTH, NOTE = "rhythm.open", "growth.open", "log.add"
WISH = "rhythm.wish"
STORY = "story.open"
CALENDAR, EXPORT = "calendar.file", "privacy.export"
BOOK = "session.book"
KICKOFF_FILE = "kickoff.file"
PAUSE = "pause.open"
HARD = "hard_to_hear"
"""The field of the briefing's questions."""
TELLS_AFTER = 4
"""Sessions that a person was asked about: the one before is recorded by then."""
PAUSE_FOR = timedelta(days=10)


class UnpromptedActions:
    """Remembers who has done what."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self._done: set[tuple[str, str]] = set()
        self._somebody_did: set[str] = set()
        self._polls = Counter[str]()

    async def prepare(self, actor: Actor, message: Message) -> None:
        """Read the orientation or the briefing through: keen people at once, calm ones when led there again."""
        persona = actor.member.persona
        for action_id in PREPARE:
            if not offers(message, action_id) or persona not in (Persona.KEEN, Persona.CALM):
                continue
            if persona is Persona.CALM and self._first_time(actor, f"saw {action_id}"):
                continue
            if self._first_time(actor, action_id):
                await actor.press(message, action_id)
                await self.read_through(actor)
                await self._choose_buddy(actor)
                await actor.close()
                if self._first_time(actor, CIRCLE):
                    await join_circle(actor)

    async def _choose_buddy(self, actor: Actor) -> None:
        """At the end of the orientation: one mentor asks for a buddy, another one offers to be one."""
        if not offers(actor.person.modal, BUDDY):
            return
        box = "ask" if self.is_first("buddy_ask") else "offer" if self.is_first("buddy_offer") else ""
        if box:
            await actor.press(None, BUDDY)
            await actor.submit({box: [box]})

    async def meet_as_wished(self, actor: Actor, introduction: Message) -> None:
        """Accept the frequency that both chose at sign-up."""
        if actor.member.persona is Persona.KEEN and offers(introduction, WISH):
            await actor.press(introduction, WISH)

    async def finish_first(self, actor: Actor) -> None:
        """Where booking waits for the orientation: read it through, and go on to the booking form."""
        asked = next((one for one in PREPARE if offers(actor.person.modal, one)), None)
        if asked:
            await actor.press(None, asked)
            await self.read_through(actor)
            if offers(actor.person.modal, BOOK):
                await actor.press(None, BOOK)

    async def read_through(self, actor: Actor) -> None:
        """To the last step, with the exercises and questions: keen people write an answer, others only think of one."""
        answer = self.texts.plain("rehearsal.people.exercise") if actor.member.persona is Persona.KEEN else ""
        while actor.person.modal and actor.person.modal.submit:
            fields = {block["block_id"] for block in actor.person.modal.blocks if block["type"] == "input"}
            if HARD in fields:
                hard = self.texts.plain("rehearsal.people.hard_to_hear")
                await actor.submit({"learning": "4", "advice": "2", HARD: hard} if answer else None)
            else:
                await actor.submit({"answer": answer} if answer and "answer" in fields else None)

    async def save_the_date(self, actor: Actor, where: Message | View | None) -> None:
        """Take the calendar file of the kick-off and of the first session."""
        if (
            actor.member.persona is Persona.KEEN
            and offers(where, KICKOFF_FILE)
            and self._first_time(actor, KICKOFF_FILE)
        ):
            await actor.press(where, KICKOFF_FILE)
        if actor.member.persona is Persona.KEEN and offers(where, CALENDAR) and self._first_time(actor, CALENDAR):
            await actor.press(where, CALENDAR)

    async def after_a_session(self, actor: Actor, poll: Message, now: datetime) -> None:
        """Once the poll is answered: a note, another format, a break, a question to the bot, a copy of one's data."""
        keen, calm = (actor.member.persona is one for one in (Persona.KEEN, Persona.CALM))
        if keen and await self._tells_so_far(actor, poll):
            return
        if keen and actor.member.role and actor.member.role.learns and self.is_first("note"):
            await self._note(actor, poll)
        elif keen and self.is_first("format"):
            await self._other_form(actor, "monthly", "hands_on")
        elif keen and self.is_first("weekly"):
            await self._other_form(actor, "weekly", "hands_on")
        elif keen and self.is_first("export"):
            await actor.command("/mentoring privacy")
            await actor.press(None, EXPORT)
            await actor.close()
        elif calm and self.is_first("pause"):
            await self._pause(actor, (now + PAUSE_FOR).date())
        elif calm and self.is_first("say"):
            await actor.say(self.texts.plain("rehearsal.people.says"))

    async def tell_the_story(self, actor: Actor) -> None:
        """At the end, write the pair's story."""
        await actor.look_home()
        if offers(actor.person.home, STORY) and self.is_first("story"):
            await actor.press(actor.person.home, STORY)
            words = {name: self.texts.plain(f"rehearsal.people.story.{name}") for name in ("tried", "changed", "quote")}
            await self._fill_in(actor, **words, said_by="mentee")

    async def _tells_so_far(self, actor: Actor, poll: Message) -> bool:
        """Write the pair's story while it still meets, once it may; whether it was written."""
        self._polls[actor.id] += 1
        if self._polls[actor.id] < TELLS_AFTER or "story_so_far" in self._somebody_did:
            return False
        await actor.press(poll, GROWTH)
        tells = offers(actor.person.modal, STORY) and self.is_first("story_so_far")
        if tells:
            await actor.press(None, STORY)
            words = {name: self.texts.plain(f"rehearsal.people.story.{name}") for name in ("tried", "changed", "quote")}
            await self._fill_in(actor, **words, said_by="mentee")
        await actor.close()
        return tells

    async def _note(self, actor: Actor, poll: Message) -> None:
        """Write a learning note, and share it with the partner."""
        note = self.texts.plain("rehearsal.people.note.learned"), self.texts.plain("rehearsal.people.note.taught")
        await actor.press(poll, GROWTH)
        await actor.press(None, NOTE)
        await self._fill_in(actor, learned=note[0], taught=note[1], share=["partner"])

    async def _other_form(self, actor: Actor, cadence: str, form: str) -> None:
        """Propose to meet that often, in that form."""
        await actor.look_home()
        await actor.press(actor.person.home, "home.pair")
        if offers(actor.person.modal, FORMAT):
            await actor.press(None, FORMAT)
            await self._fill_in(actor, cadence=cadence, format=form)
        await actor.close()

    async def pause_from(self, actor: Actor, message: Message, until: date) -> None:
        """Pause by the button of a question, without typing a command; a calm person."""
        if actor.member.persona is Persona.CALM and offers(message, PAUSE) and self.is_first("pause_from_message"):
            await actor.press(message, PAUSE)
            await self._fill_in(actor, until=until.isoformat())

    async def _pause(self, actor: Actor, until: date) -> None:
        await actor.command("/mentoring pause")
        await self._fill_in(actor, until=until.isoformat())
        await actor.look_home()

    async def _fill_in(self, actor: Actor, **values: Any) -> None:
        if actor.person.modal and actor.person.modal.submit:
            await actor.submit(values)
        await actor.close()

    def _first_time(self, actor: Actor, what: str) -> bool:
        new = (actor.id, what) not in self._done
        self._done.add((actor.id, what))
        return new

    def is_first(self, what: str) -> bool:
        """Whether nobody has done it yet: one example of each is enough."""
        new = what not in self._somebody_did
        self._somebody_did.add(what)
        return new
