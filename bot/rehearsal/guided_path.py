"""The demo's guided path: what to do, as whom and where, and whether it was done."""

from typing import Any

from sqlmodel import col, select

from bot.balik import Balik
from bot.domain.messages.insight import SummaryMessage
from bot.rehearsal.demo_workspace import DemoWorkspace
from storage.queries import person_by_slack
from storage.tables import Draft, MentoringSession, Outbox, Pair, Participant, PollAnswer
from storage.unit_of_work import UnitOfWork

Json = dict[str, Any]
STEPS = ("join", "draft", "release", "book", "poll", "summary")
OF_HR = ("draft", "release", "summary")


class GuidedPath:
    """Implements `bot.rehearsal.page_extension.Guide`. The user is `mentor` in it, and the first of HR."""

    def __init__(self, stage: DemoWorkspace, balik: Balik, mentor: str) -> None:
        self.stage = stage
        self.balik = balik
        self.mentor = stage.members[mentor]
        self.hr = next((member, user) for member, user in stage.members.values() if member.hr)

    async def view(self, language: str) -> Json:
        """The path in the language nearest to `language`."""
        catalogue = self.balik.context.catalogue
        texts = catalogue.texts(language if language in catalogue.languages else "en")
        values = {"mentor": self.mentor[0].name, "hr": self.hr[0].name, "command": "/mentoring"}
        done = await self._done()
        return {
            "title": texts.plain("demo.guide.title"),
            "intro": texts.plain("demo.guide.intro"),
            "end": texts.plain("demo.guide.end", **values),
            "steps": [
                {
                    "key": key,
                    "title": texts.plain(f"demo.guide.steps.{key}.title"),
                    "text": texts.plain(f"demo.guide.steps.{key}.text", **values),
                    "who": (self.hr if key in OF_HR else self.mentor)[1].id,
                    "channel": self._where(key),
                    "done": key in done,
                }
                for key in STEPS
            ],
        }

    def _where(self, key: str) -> str | None:
        """The conversation; None is the one with the bot."""
        if key in OF_HR:
            return self.stage.hr_channel.id
        return self.stage.town_hall.id if key == "join" else None

    async def _done(self) -> set[str]:
        async with self.balik.store.read(self.balik.clock.now()) as work:
            found = {
                "draft": select(Draft.id),
                "release": select(Pair.id),
                "summary": select(Outbox.id).where(col(Outbox.kind) == SummaryMessage.kind.name),
            }
            done = {key for key, query in found.items() if (await work.session.exec(query.limit(1))).first()}
            return done | await self._done_by_mentor(work)

    async def _done_by_mentor(self, work: UnitOfWork) -> set[str]:
        team = self.stage.slack.workspace.team_id
        person = await person_by_slack(work.session, team, self.mentor[1].id)
        mine = select(Participant.id).where(col(Participant.person_id) == (person.id if person else 0))
        pairs = select(Pair.id).where(col(Pair.mentor_id).in_(mine))
        booked = select(MentoringSession.id).where(
            col(MentoringSession.pair_id).in_(pairs), col(MentoringSession.starts_at).is_not(None)
        )
        answered = select(PollAnswer.id).where(col(PollAnswer.participant_id).in_(mine))
        found = {"join": mine, "book": booked, "poll": answered}
        return {key for key, query in found.items() if (await work.session.exec(query.limit(1))).first()}
