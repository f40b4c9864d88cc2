"""The demo's guide: whom one can be, what to do, as whom and where, and whether it was done."""

from contextlib import suppress
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from bot.balik import Balik
from bot.domain.messages.insight import SummaryMessage
from bot.rehearsal.demo_workspace import LOCALES, DemoWorkspace
from bot.rehearsal.sample_roster import sample_roster
from bot.sandbox import Channel
from bot.services.caller import Caller, Rejected
from bot.services.people.people import choose_language
from prompts.catalogue import Texts
from storage.queries import person_by_slack
from storage.tables import (
    Agreement,
    BuddyChoice,
    BusyCalendar,
    CircleMember,
    Draft,
    Kickoff,
    MentoringSession,
    Nomination,
    Outbox,
    Pair,
    Participant,
    Person,
    PlaybookNotes,
    PollAnswer,
    Programme,
    RosterEntry,
)
from storage.unit_of_work import UnitOfWork

Json = dict[str, Any]
STEPS = ("join", "draft", "release", "book", "poll", "summary")
IN_TRIAL = ("setup", "roster")
"""Steps in HR's second channel, where nothing is set up."""
MORE = ("nominate", "kickoff", "time", "calendar", "buddy", "circle", "plan", "place", "series", "playbook")
"""Steps in any order, from sign-up to after the end."""
OF_HR = ("draft", "release", "summary", "kickoff", "playbook", *IN_TRIAL)
OF_LEADER = ("nominate",)
_HAS_OWN_TIME = or_(
    col(Person.work_week) != "",
    col(Person.work_start) != "09:00",
    col(Person.work_end) != "17:00",
    col(Person.work_breaks).is_not(None),
    col(Person.work_country).is_not(None),
    col(Person.days_away) != "",
)
ROSTERS = ("roster.csv", "roster-with-mistakes.csv")


class GuidedPath:
    """Implements `bot.rehearsal.page_extension.Guide`. The user is `mentor` or `leader` in it, or the first of HR."""

    def __init__(
        self, stage: DemoWorkspace, balik: Balik, mentor: str, leader: str, trial: Channel, calendar: str = ""
    ) -> None:
        self.stage = stage
        self.calendar = calendar
        """The link of the mentor's calendar."""
        self.balik = balik
        self.trial = trial
        self.mentor = stage.members[mentor]
        self.leader = stage.members[leader]
        self.hr = next((member, user) for member, user in stage.members.values() if member.hr)

    async def view(self, language: str) -> Json:
        """The path in the language nearest to `language`."""
        texts = self._texts(language)
        values = {
            "mentor": self.mentor[0].name,
            "leader": self.leader[0].name,
            "hr": self.hr[0].name,
            "trial": f"#{self.trial.name}",
            "command": "/mentoring",
            "calendar": self.calendar,
        }
        done = await self._done()
        roles = (
            ("hr", self.hr, self.stage.hr_channel),
            ("mentor", self.mentor, self.stage.town_hall),
            ("leader", self.leader, self.stage.town_hall),
        )
        return {
            "roles": [
                {
                    "key": key,
                    "title": texts.plain(f"demo.guide.roles.{key}.title"),
                    "text": texts.plain(f"demo.guide.roles.{key}.text", **values),
                    "who": user.id,
                    "channel": channel.id,
                }
                for key, (_, user), channel in roles
            ],
            "title": texts.plain("demo.guide.title"),
            "intro": texts.plain("demo.guide.intro"),
            "end": texts.plain("demo.guide.end", **values),
            "steps": [self._step(texts, key, values, done) for key in STEPS],
            "trial": {
                "title": texts.plain("demo.guide.trial"),
                "steps": [self._step(texts, key, values, done) for key in IN_TRIAL],
            },
            "more": {
                "title": texts.plain("demo.guide.more"),
                "steps": [self._step(texts, key, values, done) for key in MORE],
            },
        }

    def _step(self, texts: Texts, key: str, values: dict[str, str], done: set[str]) -> Json:
        return {
            "key": key,
            "title": texts.plain(f"demo.guide.steps.{key}.title"),
            "text": texts.plain(f"demo.guide.steps.{key}.text", **values),
            "who": (self.hr if key in OF_HR else self.leader if key in OF_LEADER else self.mentor)[1].id,
            "channel": self._where(key),
            "done": key in done,
            "files": _files(texts) if key == "roster" else [],
        }

    def _where(self, key: str) -> str | None:
        """The conversation; None is the one with the bot."""
        if key in IN_TRIAL:
            return self.trial.id
        if key in OF_HR:
            return self.stage.hr_channel.id
        return self.stage.town_hall.id if key in ("join", "nominate") else None

    async def speak(self, user_id: str, language: str) -> None:
        """Set the language of the bot's messages to a person, as if they had chosen it on their Home tab.

        For a person whom the bot does not know yet, only the language of their Slack is set: the bot starts with that.
        """
        user = self.stage.slack.workspace.users.get(user_id)
        if user is None or language not in LOCALES:
            return
        user.locale = LOCALES[language]
        now = self.balik.clock.now()
        caller = Caller(self.stage.slack.workspace.team_id, user_id, f"page {language} {now.isoformat()}", now)
        with suppress(Rejected):
            await choose_language(self.balik.store, caller, language)

    def roster(self, language: str, *, mistakes: bool) -> bytes:
        """The people of the sample company, perhaps with three rows that cannot be used."""
        return sample_roster([member for member, _ in self.stage.members.values()], self._texts(language), mistakes)

    def _texts(self, language: str) -> Texts:
        catalogue = self.balik.context.catalogue
        return catalogue.texts(language if language in catalogue.languages else "en")

    async def _done(self) -> set[str]:
        async with self.balik.store.read(self.balik.clock.now()) as work:
            found = {
                "draft": select(Draft.id),
                "setup": select(Programme.id).where(Programme.hr_channel == self.trial.id),
                "roster": select(RosterEntry.id)
                .join(Programme, col(Programme.id) == col(RosterEntry.programme_id))
                .where(Programme.hr_channel == self.trial.id, col(RosterEntry.listed_at).is_not(None)),
                "release": select(Pair.id),
                "summary": select(Outbox.id).where(col(Outbox.kind) == SummaryMessage.kind.name),
                "kickoff": select(Kickoff.id),
                "playbook": select(PlaybookNotes.id),
            }
            done = {key for key, query in found.items() if (await work.session.exec(query.limit(1))).first()}
            return done | await self._done_by_mentor(work) | await self._done_by_leader(work)

    async def _done_by_mentor(self, work: UnitOfWork) -> set[str]:
        team = self.stage.slack.workspace.team_id
        person = await person_by_slack(work.session, team, self.mentor[1].id)
        mine = select(Participant.id).where(col(Participant.person_id) == (person.id if person else 0))
        pairs = select(Pair.id).where(col(Pair.mentor_id).in_(mine))
        booked = select(MentoringSession.id).where(
            col(MentoringSession.pair_id).in_(pairs), col(MentoringSession.starts_at).is_not(None)
        )
        answered = select(PollAnswer.id).where(col(PollAnswer.participant_id).in_(mine))
        me = person.id if person else 0
        found = {
            "join": mine,
            "book": booked,
            "poll": answered,
            "time": select(Person.id).where(col(Person.id) == me, _HAS_OWN_TIME),
            "calendar": select(BusyCalendar.id).where(col(BusyCalendar.person_id) == me),
            "buddy": select(BuddyChoice.id).where(
                col(BuddyChoice.participant_id).in_(mine),
                col(BuddyChoice.asked_at).is_not(None) | col(BuddyChoice.offered_at).is_not(None),
            ),
            "circle": select(CircleMember.id).where(
                col(CircleMember.participant_id).in_(mine), col(CircleMember.wished_at).is_not(None)
            ),
            "plan": select(Agreement.id).where(col(Agreement.pair_id).in_(pairs)),
            "place": select(Pair.id)
            .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
            .where(
                col(Pair.mentor_id).in_(mine),
                col(Pair.place).is_not(None) | col(MentoringSession.place).is_not(None),
            ),
        }
        done = {key for key, query in found.items() if (await work.session.exec(query.limit(1))).first()}
        return done | ({"series"} if len((await work.session.exec(booked)).all()) > 1 else set())

    async def _done_by_leader(self, work: UnitOfWork) -> set[str]:
        person = await person_by_slack(work.session, self.stage.slack.workspace.team_id, self.leader[1].id)
        nominated = select(Nomination.id).where(col(Nomination.nominator_id) == (person.id if person else 0))
        return {"nominate"} if (await work.session.exec(nominated.limit(1))).first() else set()


def _files(texts: Texts) -> list[Json]:
    return [
        {"path": path, "name": texts.plain(f"demo.guide.files.{name}")}
        for path, name in zip(ROSTERS, ("roster", "mistakes"), strict=True)
    ]
