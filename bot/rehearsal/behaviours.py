"""What people do about the messages they get, each by their persona."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.polls import RATING_NAMES
from bot.domain.signup import Role
from bot.rehearsal.actor import Actor, elements, offers, value_of
from bot.rehearsal.own_questions import answer_own_questions
from bot.rehearsal.persona import Persona
from bot.rehearsal.unprompted_actions import GROWTH, PAUSE_FOR, UnpromptedActions
from bot.sandbox import Message
from handlers.sessions.slot_views import SlotValue
from prompts.catalogue import Texts

BOOK, MOVE, CANCEL, SLOT = "session.book", "session.move", "session.cancel", "session.slot."
MOST_TRIES = 3
"""How often an actor presses a time that is offered in place of an unsuitable one."""
MET, NO_SHOW, USEFUL, OWN, COMMENT = "poll.met.yes", "poll.met.no_show", "poll.useful", "poll.own", "poll.comment"
RATE = "poll.rate"
FELL_THROUGH = "poll.met.fell_through"
EVENING = "18:00"
"""Outside the working hours of everyone in the sample company."""
AGREE, SIGN = "agreement.open", "agreement.sign"
OWN_AIM = "plan_hands_on"
"""A field of the learning plan in the agreement's form."""
AGREES_AT_ONCE = (
    "proposal.agree",
    "pair.yes",
    SIGN,
    "rhythm.agree",
    "story.approve",
    "concern.talked",
    "concern.now.better",
)
"""Buttons that each simulated person presses who reacts at all."""
SAY, THANKS, CERTIFICATE, IMPROVE = "risk.say", "closing.thanks", "certificate.send", "improve.open"
THANKS_SHARE, MANAGER_NOTE = "thanks.share", "manager_note.open"
MEASURE, MEASURED = (
    "measure.give",
    (
        "skill",
        "understanding",
        "openness",
        "collaboration",
        "used",
        "practised",
        "confident",
        "leading",
        "communicating",
        "coaching",
        "seen",
        "stay",
        "noticed",
        "recommend",
    ),
)
CARD, CARD_DONE, CARD_RENEW, CARD_SHARE = "card.new", "card.done", "card.renew", "card.share"
CARD_LASTS, CARD_FADED = "card.lasts", "card.faded"
CARD_WITHIN = timedelta(days=21)
GOAL_WITHIN = timedelta(days=15)
"""For each month of the programme."""
GOAL_REACHED, GOAL_MOVE, GOAL_DROP = "goal.reached", "goal.move", "goal.drop"
GOAL_MOVED_BY = timedelta(days=21)
BUSY_WAYS = (MOVE, CANCEL, MOVE)
"""What a busy leader does to the first sessions that a person booked with them."""
BOOKERS = (Persona.KEEN, Persona.CALM, Persona.WORRIED, Persona.LEAVER)


SUGGESTS = {Persona.KEEN: "unnamed", Persona.BUSY: "unnamed", Persona.WORRIED: "nobody"}
"""Who says what the programme should do better, and who may read it."""


class Behaviours:
    """Remembers the progress of each person. `months` is the length of the programme."""

    def __init__(self, actors: Sequence[Actor], texts: Texts, months: int) -> None:
        self.texts, self.months = texts, months
        self.leaves_after = max(1, months // 2)
        """How many polls a leaver answers before leaving."""
        self.worries_after = 2 if months > 2 else 1
        self.unprompted = UnpromptedActions(texts)
        self._silent = {actor.id for actor in actors if actor.member.persona is Persona.SILENT}
        self._touched: dict[str, list[str]] = {}
        self._polls: dict[str, int] = {}
        self._thanked: dict[str, set[str]] = {}
        self._certified: set[str] = set()
        self._booked_from_polls: dict[str, set[str]] = {}
        self._gone: set[str] = set()
        self.presses: list[int] = []
        """How many presses each booking took."""

    def has_left(self, actor: Actor) -> bool:
        """Whether they left the programme."""
        return actor.id in self._gone

    async def answer(self, actor: Actor, message: Message, now: datetime) -> None:
        """React to a message as this persona does."""
        persona = actor.member.persona
        if persona is Persona.SILENT:
            return
        await self.unprompted.prepare(actor, message)
        await self.unprompted.meet_as_wished(actor, message)
        await self.unprompted.save_the_date(actor, message)
        for action_id in AGREES_AT_ONCE:
            if offers(message, action_id):
                await actor.press(message, action_id)
        if offers(message, AGREE) and self._writes(actor):
            await self._agree(actor, message, now)
        is_poll = offers(message, MET)
        if is_poll:
            await self._poll(actor, message, now)
        if asked := [one for one in MEASURED if offers(message, f"{MEASURE}.{one}.1")]:
            await self._measure(actor, message, asked)
        await answer_own_questions(actor, message, self.texts.plain_list("rehearsal.people.learned")[0])
        if offers(message, CARD_DONE) and offers(message, CARD_RENEW):
            await actor.press(message, CARD_DONE)
        elif offers(message, CARD_LASTS):
            await actor.press(message, actor.random.choice((CARD_LASTS, CARD_LASTS, CARD_FADED)))
        elif offers(message, CARD_SHARE):
            await actor.press(message, CARD_SHARE)
        if offers(message, GOAL_REACHED):
            await self._goal(actor, message, now)
        if offers(message, IMPROVE) and (persona in SUGGESTS or self.unprompted.is_first("suggestion")):
            await self._suggest(actor, message)
        if offers(message, f"{SAY}.rematch") or offers(message, f"{SAY}.fine"):
            await self.unprompted.pause_from(actor, message, (now + PAUSE_FOR).date())
            await self._say(actor, message)
        if offers(message, THANKS_SHARE):
            await actor.press(message, THANKS_SHARE)
        if offers(message, MANAGER_NOTE) and persona is Persona.KEEN:
            await self._tell_manager(actor, message)
        if offers(message, CERTIFICATE) and actor.id not in self._certified:
            self._certified.add(actor.id)
            await actor.press(message, CERTIFICATE)
        if offers(message, THANKS) and not is_poll and persona is Persona.KEEN:
            await self._thank(actor, message)
        if offers(message, BOOK) and self._books(actor) and not (is_poll and self._books_later(actor, message)):
            await self._book(actor, message, BOOK)
        elif offers(message, MOVE) and persona is Persona.BUSY:
            await self._put_off(actor, message)

    async def _suggest(self, actor: Actor, message: Message) -> None:
        """Say what the programme should do better; the first to do so shares it with their name, most without."""
        area, _, text = self._one_of(actor, "suggestions").partition(": ")
        sharing = "named" if self.unprompted.is_first("named") else SUGGESTS.get(actor.member.persona)
        await self._form(actor, message, IMPROVE, area=area, text=text, sharing=sharing or "unnamed")

    async def _tell_manager(self, actor: Actor, message: Message) -> None:
        """Have the note sent as it is; people without a manager on file read why not."""
        await actor.press(message, MANAGER_NOTE)
        if actor.person.modal and actor.person.modal.submit:
            await actor.submit()
            await actor.submit()
        await actor.close()

    async def _thank(self, actor: Actor, message: Message) -> None:
        """Thank the partner, each partner once."""
        if self._thanks(actor, message):
            await self._form(actor, message, THANKS, text=self._one_of(actor, "thanks"), public=["public"])
            await self.unprompted.tell_the_story(actor)

    def _thanks(self, actor: Actor, message: Message) -> bool:
        """Whether to thank the partner now: each partner once."""
        thanked = self._thanked.setdefault(actor.id, set())
        pair = value_of(message, THANKS)
        new = pair not in thanked
        thanked.add(pair)
        return new

    # Sessions

    def _books(self, actor: Actor) -> bool:
        """Mentors book, as most pairs agree; leaders only wait for them."""
        return actor.member.role is not Role.LEADER and actor.member.persona in BOOKERS

    def _books_later(self, actor: Actor, poll: Message) -> bool:
        """Whether to leave the date that a poll offers for another day: calm people do; nobody tries in vain twice."""
        tried = self._booked_from_polls.setdefault(actor.id, set())
        session = value_of(poll, BOOK)
        later = actor.member.persona is Persona.CALM or session in tried
        tried.add(session)
        return later

    async def _book(self, actor: Actor, message: Message, action_id: str, **more: str) -> None:
        """Book one of the times that suit both: with one press if the message offers them, or else with the form."""
        before, slots = actor.presses, _slots(message)
        evening = bool(slots) and not more and self.unprompted.is_first("evening")
        if slots and not more and not evening:
            for _ in range(MOST_TRIES):
                await actor.press(message, actor.random.choice(slots))
                if not (slots := _slots(message) if _is_replaced(message) else []):
                    break
            self.presses.append(actor.presses - before)
            await self.unprompted.save_the_date(actor, message)
            await actor.close()
            return
        await actor.press(message, action_id)
        await self.unprompted.finish_first(actor)
        modal = actor.person.modal
        suggested = next((one for one in elements(modal) if one["action_id"] == "suggestion"), None)
        moves = any(one["action_id"] == "reason" for one in elements(modal))
        if modal is not None and suggested and modal.submit and moves == bool(more):
            times = [option["value"] for option in suggested["options"] if option["value"] != "other"]
            if evening or self.unprompted.is_first("evening"):  # the partner is asked, and agrees
                day = times[-1][:10]
                await actor.submit({"suggestion": "other", "date": day, "time": EVENING, **more})
                if actor.person.modal and actor.person.modal.callback_id == "session.ask_form":
                    await actor.submit({})
            else:
                await actor.submit({"suggestion": actor.random.choice(times), **more})
                self.presses.append(actor.presses - before)
            await self.unprompted.save_the_date(actor, actor.person.modal)
        await actor.close()

    async def _put_off(self, actor: Actor, message: Message) -> None:
        """Move or cancel a session that was booked; each session once."""
        touched = self._touched.setdefault(actor.id, [])
        session = value_of(message, MOVE)
        if session in touched or len(touched) >= len(BUSY_WAYS):
            return
        way = BUSY_WAYS[len(touched)]
        touched.append(session)
        if way == CANCEL:
            await actor.press(message, MOVE)
            if offers(actor.person.modal, CANCEL):
                await actor.press(None, CANCEL)
            await actor.close()
        else:
            await self._book(actor, message, MOVE, reason="busy")

    # The agreement

    def _writes(self, actor: Actor) -> bool:
        """Keen mentors write the agreement immediately, others when asked again."""
        if not self._books(actor):
            return False
        return actor.member.persona is Persona.KEEN or actor.random.random() < 0.3

    async def _agree(self, actor: Actor, message: Message, now: datetime) -> None:
        """Write the agreement, or sign it if the partner was quicker."""
        await actor.press(message, AGREE)
        modal = actor.person.modal
        if modal is not None and modal.submit:
            goal, _, measure = self._one_of(actor, "goals").partition(": ")
            by = (now + GOAL_WITHIN * self.months).date().isoformat()
            own_aim = {OWN_AIM: goal} if any(one.get("block_id") == OWN_AIM for one in modal.blocks) else {}
            await actor.submit({"goal1": goal, "measure1": measure, "by1": by, "books": "mentor", **own_aim})
        elif offers(modal, SIGN):
            await actor.press(modal, SIGN)
        await actor.close()

    async def _goal(self, actor: Actor, message: Message, now: datetime) -> None:
        """Say what became of a goal on its date: busy leaders move it, worried mentors drop it."""
        if actor.member.persona is Persona.BUSY:
            await self._form(actor, message, GOAL_MOVE, by=(now + GOAL_MOVED_BY).date().isoformat())
        else:
            await actor.press(message, GOAL_DROP if actor.member.persona is Persona.WORRIED else GOAL_REACHED)

    # Polls and questions

    async def _poll(self, actor: Actor, message: Message, now: datetime) -> None:
        persona = actor.member.persona
        if self._silent.intersection(_mentioned(message)):
            await actor.press(message, FELL_THROUGH if actor.member.persona is Persona.CALM else NO_SHOW)
            return
        if persona is Persona.CALM and actor.random.random() < 0.4:
            return
        count = self._polls[actor.id] = self._polls.get(actor.id, 0) + 1
        await actor.press(message, MET)
        if offers(message, f"{USEFUL}.4"):
            await actor.press(message, f"{USEFUL}.{actor.random.randint(3, 5)}")
        own = actor.random.randint(1, 2) if persona is Persona.WORRIED else actor.random.randint(4, 5)
        if offers(message, f"{OWN}.{own}"):
            await actor.press(message, f"{OWN}.{own}")
        for question in RATING_NAMES:
            if offers(message, f"{RATE}.{question}.4"):
                await actor.press(message, f"{RATE}.{question}.{actor.random.randint(3, 5)}")
        if offers(message, COMMENT) and persona is Persona.KEEN and actor.random.random() < 0.5:
            await self._comment(actor, message)
        if persona is Persona.KEEN:
            await self._card(actor, message, now)
        await self.unprompted.after_a_session(actor, message, now)
        if persona is Persona.WORRIED and count == self.worries_after:
            await self._raise_concern(actor)
        if persona is Persona.LEAVER and count == self.leaves_after:
            await self._leave(actor)

    async def _comment(self, actor: Actor, message: Message) -> None:
        shared = actor.random.random() < 0.5
        learned = self._one_of(actor, "learned" if shared else "private")
        await self._form(actor, message, COMMENT, learned=learned, share=["share"] if shared else [])

    async def _card(self, actor: Actor, message: Message, now: datetime) -> None:
        """Write an insight down as an action of the leader's, and let HR see it; the first one unasked."""
        on: Message | None = message
        if not offers(message, CARD):
            if not self.unprompted.is_first("card"):
                return
            await actor.press(message, GROWTH)
            on = None
        insight, _, change = self._one_of(actor, "cards").partition(": ")
        card = {"insight": insight, "change": change, "kind": "sop", "owner": "mentee", "share": ["hr"]}
        await self._form(actor, on, CARD, **card, due_on=(now + CARD_WITHIN).date().isoformat())

    async def _measure(self, actor: Actor, message: Message, asked: list[str]) -> None:
        """The survey: a little better each time if the pair has met."""
        met = self._polls.get(actor.id, 0)
        for item in asked:
            rating = min(5, actor.random.randint(2, 3) + (met + 1) // 2)
            given = {"used": int(met > 0), "recommend": 2 * rating}.get(item, rating)
            await actor.press(message, f"{MEASURE}.{item}.{given}")

    async def _say(self, actor: Actor, message: Message) -> None:
        """Answer a private question: people with a silent partner want another one."""
        wish = "rematch" if self._silent.intersection(_mentioned(message)) else "fine"
        if actor.member.persona is Persona.WORRIED:
            wish = "help"
        said = next(one for one in (wish, "fine", "stay", "well") if offers(message, f"{SAY}.{one}"))
        if said == "rematch":  # a window says first what it leads to
            await self._form(actor, message, f"{SAY}.{said}")
        else:
            await actor.press(message, f"{SAY}.{said}")

    async def _raise_concern(self, actor: Actor) -> None:
        await actor.command("/mentoring concern")
        await actor.submit({"text": self.texts.plain("rehearsal.people.concern")})
        await actor.close()

    async def _leave(self, actor: Actor) -> None:
        await actor.command("/mentoring leave")
        await actor.submit()
        await actor.close()
        self._gone.add(actor.id)

    async def _form(self, actor: Actor, on: Message | None, action_id: str, **values: Any) -> None:
        """Fill in the form that a button opens, in a message or in the top window."""
        await actor.press(on, action_id)
        if actor.person.modal and actor.person.modal.submit:
            await actor.submit(values)
        await actor.close()

    def _one_of(self, actor: Actor, name: str) -> str:
        return actor.random.choice(self.texts.plain_list(f"rehearsal.people.{name}"))


def _mentioned(message: Message) -> Iterator[str]:
    """The Slack ids of all people whom a message mentions."""
    for block in message.blocks:
        text = (block.get("text") or {}).get("text", "")
        yield from (part.partition(">")[0] for part in text.split("<@")[1:])


def _slots(message: Message) -> list[str]:
    """The buttons of the times that a message offers."""
    return [one["action_id"] for one in elements(message) if one["action_id"].startswith(SLOT)]


def _is_replaced(message: Message) -> bool:
    """Whether the message becomes what a press leads to; others keep their buttons."""
    return any(SlotValue.read(one["value"]).instead for one in elements(message) if one["action_id"].startswith(SLOT))
