"""HR's actions during a programme: follows up pairs at risk, requests the figures, and opens the next programme."""

import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import combinations, islice

from bot.domain.programme import first_monday
from bot.domain.signup import Role
from bot.rehearsal.actor import Actor, offers, value_of
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.rehearsal.persona import Persona
from bot.rehearsal.rehearsal_plan import RehearsalPlan
from bot.sandbox import Message, View
from prompts.catalogue import Texts

NUDGE, POST_STORY, REPORT, NEXT = "risk.hr_nudge", "story.post", "report.get", "cohort.next"
TALKED, END, LOOK, CORRECT = "risk.hr_talked", "risk.hr_end", "risk.hr_look", "session.hr_correct"
MATERIAL = "https://intranet.example.com/reverse-mentoring"
PEOPLE, PEOPLE_FILE, WHOLE = "participants.open", "participants.file", "summary.whole"
POSTPONE = "course.act.move"
TALKS_AT = 2
"""The message about a pair after which HR has talked to both."""
TIME_TO_THINK = timedelta(weeks=2)
IN_SOME_DAYS = timedelta(days=3)
UNTIL_THE_NEXT = timedelta(weeks=26)
"""The next programme begins after the simulation of the last one has ended."""
RELEASE, REMIND, WEIGHTS, DRAW = "match.release", "recruit.remind", "weights.open", "match.draw"
PAIRS, OPEN, SWAP, TAKE_OUT = "match.pairs", "match.open", "match.swap", "match.take_out"
TRY_SWAP = "match.try_swap"
PLAN = "match.plan"
OWN_TEXTS = "own_texts.open"
DESIGN, THANKS, PLAYBOOK = "certificate.design", "sponsor.thanks", "playbook.open"

FINISH_BY, TRAINING = "orientation.rule", "training.open"
STEADY, BUSY = (Persona.KEEN, Persona.CALM), Persona.BUSY
LOOKED_AT = 25
"""How many pairs HR opens at most, and how many swaps it tries: Slack takes about a hundred calls a minute."""


Reads = Callable[[Message, datetime], Awaitable[None]]


class HrActions:
    """HR's channel, read by one of HR. `also_reads` is given each message, too.

    `half_way` is when they request a summary and write to people, `next_name` the name of the next programme, if they
    open one. `language`: in which they write notes.
    """

    def __init__(
        self,
        hr: Actor,
        stage: DemoWorkspace,
        half_way: datetime,
        next_name: str = "",
        also_reads: Reads | None = None,
        language: str = "id",
    ) -> None:
        self.hr = hr
        self.stage = stage
        self.half_way = half_way
        self.next_name = next_name
        self.also_reads = also_reads
        self.language = language
        self._nudged = self._asked = self._reported = self._read_all = False
        self._wishes = Counter[str]()
        """How often HR read of a pair that one of the two wants another partner."""
        self._over: Message | None = None
        self._opens_at: datetime | None = None

    async def react(self, now: datetime) -> datetime | None:
        """Act on new messages; returns when there is something to do without a new one."""
        for _, message in list(self.hr.news(("private",))):
            if offers(message, NUDGE) and not self._nudged:
                self._nudged = True
                await self.hr.press(message, NUDGE)
                await self.hr.press(message, LOOK)
                await self.hr.press(None, CORRECT)
                await self.hr.close()
            if offers(message, END):
                await self._about_the_wish(message)
            if offers(message, POST_STORY):
                await self.hr.press(message, POST_STORY)
            if offers(message, REPORT) and offers(message, NEXT) and not self._reported:  # once, of the whole programme
                self._reported = True
                await self.hr.press(message, REPORT)
                await thank_everyone(self.hr, message)
                await write_playbook(self.hr, message, self.hr.balik.context.catalogue.texts(self.language))
            if offers(message, WHOLE) and self._asked and not self._read_all:
                self._read_all = True
                await self.hr.press(message, WHOLE)
                await self.hr.close()
            if self.also_reads:
                await self.also_reads(message, now)
            if self.next_name and offers(message, NEXT):
                self._over, self._opens_at = message, now + TIME_TO_THINK
        if now >= self.half_way and not self._asked:
            self._asked = True
            await self.hr.command("/mentoring summary", self.stage.hr_channel)
            await self.hr.command("/mentoring programmes")
            await self.hr.press(None, PEOPLE)
            await self.hr.press(None, PEOPLE_FILE)
            await self.hr.close()
            await self.hr.command("/mentoring course", self.stage.hr_channel)
            await self.hr.press(None, POSTPONE)  # only to see what it would do
            await self.hr.close()
            await self._write({"audience": "unbooked"}, "unbooked")
            await self._write({"audience": "mentors", "date": (now + IN_SOME_DAYS).date().isoformat()}, "mentors")
        if self._over and self._opens_at and now >= self._opens_at:
            await self._open_the_next(self._over, now)
            self._over = None
        return self._opens_at if self._over else None if self._asked else self.half_way

    async def _write(self, values: dict[str, str], what: str) -> None:
        """HR writes to many people, if there are any, at once or on a date."""
        catalogue = self.hr.balik.context.catalogue
        words = {
            f"text_{code}": catalogue.texts(code).plain(f"rehearsal.to_many.{what}") for code in catalogue.languages
        }
        await self.hr.command("/mentoring write", self.stage.hr_channel)
        await self.hr.submit({**values, **words})
        if self.hr.person.modal and self.hr.person.modal.submit:
            await self.hr.submit()
        await self.hr.close()

    async def _about_the_wish(self, message: Message) -> None:
        """One of a pair wants another partner: HR needs a reminder, talks to both, and ends the pair the next time."""
        pair = value_of(message, END)
        self._wishes[pair] += 1
        if self._wishes[pair] == TALKS_AT:
            await self.hr.press(message, TALKED)
        elif self._wishes[pair] > TALKS_AT:
            await self.hr.press(message, END)
            if self.hr.person.modal and self.hr.person.modal.submit:
                await self.hr.submit()
            await self.hr.close()

    async def _open_the_next(self, message: Message, now: datetime) -> None:
        """With the same settings, half a year later."""
        await self.hr.press(message, NEXT)
        starts_on = first_monday((now + UNTIL_THE_NEXT).date())
        await self.hr.submit({"name": self.next_name, "starts_on": starts_on.isoformat()})
        await self.hr.close()


async def thank_everyone(hr: Actor, message: Message) -> None:
    """HR posts leadership's thanks, from who spoke before the introductions, as they are drafted."""
    await hr.press(message, THANKS)
    await hr.submit()
    await hr.submit()
    await hr.close()


def open_draft(hr: Actor, stage: DemoWorkspace) -> Message | None:
    """The draft in HR's channel that waits for its release, if there is one."""
    return next((one for one in reversed(hr.person.visible(stage.hr_channel)) if offers(one, RELEASE)), None)


async def weigh(hr: Actor, draft: Message, plan: RehearsalPlan) -> None:
    """HR says what counts, and has the draft worked out again."""
    await hr.press(draft, WEIGHTS)
    department = ["same_department"] if plan.same_department else []
    rules = {"floor": str(plan.floor * 100), "gap": str(plan.least_gap), "department": department}
    await hr.fill({"preset": plan.preset, **rules})
    await hr.fill({"style_fit": plan.style})
    await hr.submit()
    if offers(hr.person.modal, DRAW):
        await hr.press(None, DRAW)
    await hr.close()


async def swap_by_hand(hr: Actor, draft: Message, people: list[Actor], why: str) -> bool:
    """HR lets two leaders swap mentors, so that all four have to confirm; False if no pairs are suitable.

    They are people who answer, and do nothing else out of the ordinary, so that the others' behaviour stays the same.
    """
    leaders = [one for one in people if one.member.role is Role.LEADER and one.member.persona in (*STEADY, BUSY)]
    steady = {one.id for one in people if one.member.persona in STEADY}
    suited = []
    for leader in sorted(leaders, key=lambda one: one.member.persona not in STEADY)[:LOOKED_AT]:
        if await _open_pair(hr, draft, leader):
            mentor = _headline(hr).partition("<@")[2].partition(">")[0]
            suited += [leader] if mentor in steady else []
        await hr.close()
    for one, other in islice(combinations(suited, 2), LOOKED_AT):
        await _open_pair(hr, draft, one)
        await hr.press(None, SWAP)
        await hr.person.suggest(None, TRY_SWAP, typed=other.member.name)
        await hr.submit({"mentee": other.id, "why": why})
        done = offers(hr.person.modal, TAKE_OUT)
        await hr.close()
        if done:
            return True
    return False


async def _open_pair(hr: Actor, draft: Message, leader: Actor) -> bool:
    """Open the page of a leader's pair; False if there is none."""
    await hr.press(draft, PAIRS)
    await hr.submit({"words": leader.member.name})
    found = offers(hr.person.modal, OPEN)
    if found:
        await hr.press(None, OPEN)
    return found


def _headline(hr: Actor) -> str:
    modal = hr.person.modal
    return str(modal.blocks[0]["text"]["text"]) if modal else ""


async def release(hr: Actor, draft: Message, sponsor: str, at: datetime | None = None) -> None:
    """HR posts the sponsor's message, and confirms the release once nothing is missing; or chooses a time for it, on
    the clocks of the company: `at` is in its zone."""
    await hr.press(draft, RELEASE)
    await hr.press(None, "gate.fill.sponsor")
    await hr.submit({"name": sponsor})
    await hr.submit()
    await hr.person.close()
    if offers(hr.person.modal, "gate.waive.managers"):
        await hr.press(None, "gate.waive.managers")
    if at is None:
        await hr.submit()
    else:
        await hr.press(None, PLAN)
        await hr.submit({"date": at.date().isoformat(), "time": f"{at:%H:%M}"})
    await hr.close()


async def add_material(hr: Actor, stage: DemoWorkspace, title: str) -> None:
    """HR adds a link to the company's own material, for all sessions."""
    await hr.command("/mentoring topics", stage.hr_channel)
    await hr.press(None, "material.open")
    await hr.press(None, "material.add")
    await hr.submit({"title": title, "url": MATERIAL})
    await hr.close()


async def plan_kickoff(hr: Actor, day: date, place: str) -> None:
    """HR invites everyone to a live session, and asks for the text of its slides."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    await hr.press(None, "kickoff.new")
    await hr.submit({"audience": "all", "day": day.isoformat(), "time": "10:00", "place": place})
    await hr.submit()
    await hr.close()
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    await hr.press(None, "kickoff.slides")
    await hr.close()


async def move_kickoff(hr: Actor, day: date) -> None:
    """HR moves the live session to the afternoon of another day; everyone invited is told."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    if offers(hr.person.modal, "kickoff.change"):
        await hr.press(None, "kickoff.change")
        await hr.submit({"day": day.isoformat(), "time": "14:00"})
        await hr.submit()
    await hr.close()


async def cancel_kickoff(hr: Actor) -> None:
    """HR cancels the live session; everyone invited is told."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    if offers(hr.person.modal, "kickoff.cancel"):
        await hr.press(None, "kickoff.cancel")
    await hr.close()


async def offer_circles(hr: Actor) -> None:
    """HR offers mentors' circles."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    await hr.press(None, "circle.offer")
    await hr.close()


async def set_usual_place(hr: Actor, place: str) -> None:
    """HR says where pairs usually meet."""
    await hr.look_home()
    await hr.press(hr.person.home, "material.open")
    await hr.press(None, "place.default")
    await hr.submit({"place": place})
    await hr.close()


async def note_attendance(hr: Actor) -> None:
    """HR notes that the first of the list was absent and the others were there, and has the main points sent."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    if offers(hr.person.modal, "kickoff.guests"):
        await hr.press(None, "kickoff.guests")
        people = len(_rows(hr.person.modal))
        for place in range(people):
            answer = "no" if place == 0 else "yes"
            await hr.press(None, f"kickoff.attended.{answer}", block_id=_rows(hr.person.modal)[place])
        await hr.close()
        await hr.press(hr.person.home, TRAINING)
        if offers(hr.person.modal, "kickoff.follow_up"):
            await hr.press(None, "kickoff.follow_up")
    await hr.close()


def _rows(modal: View | None) -> list[str]:
    """The blocks with the buttons of each person in the list."""
    blocks = modal.blocks if modal else []
    return [
        str(block["block_id"])
        for block in blocks
        if any(str(one.get("action_id", "")).startswith("kickoff.attended") for one in block.get("elements", []))
    ]


async def ask_to_finish_first(hr: Actor) -> None:
    """HR wants the orientation and the briefing to be finished before anyone books."""
    await hr.look_home()
    await hr.press(hr.person.home, TRAINING)
    await hr.press(None, FINISH_BY)
    await hr.submit({"finish_by": "booking"})
    await hr.close()


async def write_own_opening(hr: Actor, stage: DemoWorkspace, language: str, words: str) -> None:
    """HR writes the first sentence of the announcement in its own words."""
    first = next(one for one in hr.person.visible(stage.hr_channel) if offers(one, OWN_TEXTS))
    await hr.press(first, OWN_TEXTS)
    await hr.press(None, f"own_texts.edit.announcement.{language}")
    await hr.submit({"opening": words})
    await hr.submit()
    await hr.close()


async def design_certificates(hr: Actor, name: str, title: str) -> None:
    """HR adds a logo and a second signature to certificates, and asks for a sample."""
    await hr.look_home()
    await hr.press(hr.person.home, DESIGN)
    await hr.submit({"logo": [{"name": "logo.png", "content": plain_png(240, 80)}], "name": name, "title": title})
    await hr.press(None, "certificate.sample")
    await hr.close()


async def write_playbook(hr: Actor, message: Message, texts: Texts) -> None:
    """HR reads what worked, writes its notes for the next programme, and takes both along as a page."""
    words = {name: texts.plain(f"rehearsal.programme.notes.{name}") for name in ("worked", "changes", "advice")}
    await hr.press(message, PLAYBOOK)
    await hr.press(None, "playbook.notes")
    await hr.submit(words)
    await hr.press(None, "playbook.page")
    await hr.close()


def plain_png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    pixels = zlib.compress((b"\0" + bytes((31, 78, 121)) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def remind(hr: Actor, stage: DemoWorkspace) -> None:
    """HR reminds the channel that people can still join."""
    first = next(one for one in hr.person.visible(stage.hr_channel) if offers(one, REMIND))
    await hr.press(first, REMIND)
