"""What people do with the messages they get, each by their character."""

from datetime import date, datetime, timedelta

from bot.domain.profiles import Role
from bot.rehearsal.actor import Actor, elements, offers
from bot.rehearsal.character import Character
from bot.rehearsal.stage import Stage
from bot.sandbox import Message
from prompts.catalogue import Texts

BOOK, MOVE = "session.book", "session.move"
MET, USEFUL, OWN, COMMENT = "poll.met.yes", "poll.useful", "poll.own", "poll.comment"
AGREE, SIGN = "agreement.open", "agreement.sign"
GOAL_WITHIN = timedelta(days=90)
MOVES = 2
"""How often a busy leader moves."""
LEAVES_AFTER = 2
"""How many polls a leaver answers before leaving."""
WORRIES_AFTER = 2
BOOKERS = (Character.KEEN, Character.CALM, Character.WORRIED, Character.LEAVER)


class Crowd:
    """Everybody but HR."""

    def __init__(self, actors: list[Actor], stage: Stage, texts: Texts) -> None:
        self.actors = actors
        self.stage = stage
        self.texts = texts
        self._moved: dict[str, int] = {}
        self._polls: dict[str, int] = {}
        self._gone: set[str] = set()

    async def react(self, now: datetime) -> None:
        """Everybody reads what is new, and does something about it or not."""
        for actor in self.actors:
            for _, message in list(actor.news()):
                if actor.id not in self._gone:
                    await self._answer(actor, message, now.date())

    async def _answer(self, actor: Actor, message: Message, today: date) -> None:
        character = actor.member.character
        if character is Character.SILENT:
            return
        if offers(message, SIGN):
            await actor.press(message, SIGN)
        elif offers(message, AGREE) and self._writes(actor):
            await self._agree(actor, message, today)
        if offers(message, MET):
            await self._poll(actor, message)
        elif offers(message, BOOK) and self._books(actor):
            await self._book(actor, message, BOOK)
        elif offers(message, MOVE) and character is Character.BUSY and self._moved.get(actor.id, 0) < MOVES:
            self._moved[actor.id] = self._moved.get(actor.id, 0) + 1
            await self._book(actor, message, MOVE, reason="busy")

    def _books(self, actor: Actor) -> bool:
        """Mentors book, as most pairs agree; leaders who are mentees only wait for them."""
        return actor.member.role is not Role.MENTEE and actor.member.character in BOOKERS

    def _writes(self, actor: Actor) -> bool:
        """Keen mentors write the agreement at once, others when they are led to it again."""
        if not self._books(actor):
            return False
        return actor.member.character is Character.KEEN or actor.random.random() < 0.3

    async def _agree(self, actor: Actor, message: Message, today: date) -> None:
        """Write the agreement, or sign it if the other one was quicker."""
        await actor.press(message, AGREE)
        modal = actor.person.modal
        if modal is not None and modal.submit:
            goals = self.texts.plain_list("rehearsal.people.goals")
            goal, _, measure = actor.random.choice(goals).partition(": ")
            by = (today + GOAL_WITHIN).isoformat()
            await actor.submit({"goal1": goal, "measure1": measure, "by1": by, "books": "mentor"})
        elif offers(modal, SIGN):
            await actor.press(modal, SIGN)
        await actor.close()

    async def _book(self, actor: Actor, message: Message, action_id: str, **more: str) -> None:
        """Take one of the times that suit both."""
        await actor.press(message, action_id)
        modal = actor.person.modal
        suggested = next((one for one in elements(modal) if one["action_id"] == "suggestion"), None)
        if modal is not None and suggested and modal.submit:
            times = [option["value"] for option in suggested["options"] if option["value"] != "other"]
            await actor.submit({"suggestion": actor.random.choice(times), **more})
        await actor.close()

    async def _poll(self, actor: Actor, message: Message) -> None:
        character = actor.member.character
        if character is Character.CALM and actor.random.random() < 0.4:
            return
        count = self._polls[actor.id] = self._polls.get(actor.id, 0) + 1
        await actor.press(message, MET)
        if offers(message, f"{USEFUL}.4"):
            await actor.press(message, f"{USEFUL}.{actor.random.randint(3, 5)}")
        own = actor.random.randint(1, 2) if character is Character.WORRIED else actor.random.randint(4, 5)
        if offers(message, f"{OWN}.{own}"):
            await actor.press(message, f"{OWN}.{own}")
        if offers(message, COMMENT) and character is Character.KEEN and actor.random.random() < 0.5:
            await self._comment(actor, message)
        if character is Character.WORRIED and count == WORRIES_AFTER:
            await self._raise_concern(actor)
        if character is Character.LEAVER and count == LEAVES_AFTER:
            await self._leave(actor)

    async def _comment(self, actor: Actor, message: Message) -> None:
        await actor.press(message, COMMENT)
        said = actor.random.choice(self.texts.plain_list("rehearsal.people.learned"))
        share = ["share"] if actor.random.random() < 0.5 else []
        await actor.submit({"learned": said, "share": share})
        await actor.close()

    async def _raise_concern(self, actor: Actor) -> None:
        await actor.command("/mentoring concern")
        await actor.submit({"text": self.texts.plain("rehearsal.people.concern")})
        await actor.close()

    async def _leave(self, actor: Actor) -> None:
        await actor.command("/mentoring leave")
        await actor.submit()
        await actor.close()
        self._gone.add(actor.id)
