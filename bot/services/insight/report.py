"""A programme's report, for HR to share: counts, published figures, and what people chose to share."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.figures import Count, Figure
from bot.domain.improvements import Shared
from bot.domain.messages.closing import CertificateMessage
from bot.domain.messages.insight import ReportMessage
from bot.domain.surveys import Moment, recommendations
from bot.services.caller import HrCaller
from bot.services.closing.stories import shared_stories
from bot.services.improvements.improvements import shared_improvements
from bot.services.insight import summary as summaries
from bot.services.insight.published_groups import publish, read_published
from bot.services.insight.report_parts import Parts, read_parts
from bot.services.insight.summary_figures import Summary, read_summary
from bot.services.insight.unpublished_values import LEFT
from bot.services.own_questions.results import OwnResult, read_own_results
from bot.services.pair_context import PairContext
from bot.services.surveys.results_due import Awaited, awaited
from storage.tables import ActionCard, Outbox, OutboxState, Pair, Programme, Story
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Report:
    """The content of the report, as of `summary.at`."""

    summary: Summary
    thanks: int | None
    """None while there are too few writers."""
    certificates: int
    stories: tuple[tuple[Story, PairContext], ...]
    actions: tuple[ActionCard, ...]
    """Those that both people of the pair let HR see."""
    parts: Parts
    recommendations: Mapping[Moment, Figure]
    """0 to 10."""
    left_reasons: dict[str, int]
    """How often each reason for leaving was given, as far as that is published; `REST` for all others."""
    awaited: tuple[Awaited, ...]
    """Survey results that are not in it yet."""
    own: tuple[OwnResult, ...] = ()
    """Answers to HR's own questions."""
    improvements: tuple[Shared, ...] = ()
    """What people think the programme should do better, and share."""

    @property
    def programme(self) -> Programme:
        return self.summary.programme

    @property
    def completed(self) -> int:
        return self.summary.completed

    @property
    def actions_by_state(self) -> dict[str, int]:
        return dict(Counter(one.state for one in self.actions))


async def current_report(store: Store, programme_id: int, now: datetime) -> Report:
    """Publish full groups, then read the report."""
    await publish(store, programme_id, now)
    async with store.read(now) as work:
        return await read_report(work, await work.session.get_one(Programme, programme_id))


async def read_report(work: UnitOfWork, programme: Programme) -> Report:
    """Read the report of a programme, as of `work.now`, from what was published so far (see `current_report`)."""
    session, number = work.session, programme.id
    shared = (
        select(ActionCard)
        .join(Pair, col(Pair.id) == col(ActionCard.pair_id))
        .where(
            Pair.programme_id == number,
            col(ActionCard.mentor_shares_at).is_not(None),
            col(ActionCard.leader_shares_at).is_not(None),
            ActionCard.change != "",
        )
        .order_by(col(ActionCard.id))
    )
    # Those of the last day have no slot at the end of their key; repeated requests are not counted twice.
    sent = select(func.count()).where(
        Outbox.programme_id == number,
        Outbox.kind == CertificateMessage.kind.name,
        Outbox.state == OutboxState.SENT,
        col(Outbox.key).endswith(":"),
    )
    published = await read_published(session, number)
    summary = await read_summary(work, programme)
    reasons = {reason: published.count(measure) for reason, measure in LEFT.items()}
    return Report(
        summary=summary,
        thanks=published.count(Count.THANKS),
        certificates=(await session.exec(sent)).one(),
        stories=tuple(await shared_stories(session, number)),
        actions=tuple((await session.exec(shared)).all()),
        parts=await read_parts(session, number, published, summary.sessions.months, programme.zone),
        recommendations=recommendations(published),
        left_reasons={reason: count for reason, count in reasons.items() if count},
        awaited=tuple(await awaited(work, programme)),
        own=await read_own_results(work, number, published),
        improvements=tuple(await shared_improvements(session, number, work.now)),
    )


async def ask_for(store: Store, hr: HrCaller) -> Programme:
    """Send the report to HR's channel. Raises `Rejected`: no_programme."""
    return await summaries.ask_for(store, hr, ReportMessage)
