"""Releases a draft at the time that HR chose, if who chose it is still HR then.

It can be interrupted anywhere: a draft is released once, and its plan is forgotten in the same commit.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from bot.jobs.per_workspace import PerWorkspace
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.matching import planned_release
from bot.services.matching.planned_release import NOT_HR, STOPPED, DuePlan
from bot.services.matching.release import release_as_planned
from bot.slack.directory import Directory
from bot.slack.gateway import SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.rate_limits import CHANNELS
from storage.unit_of_work import AlreadyDone, Store

log = logging.getLogger(__name__)


@dataclass
class PlannedReleases:
    """The function of the job "planned_releases"."""

    store: Store
    directory: Directory
    turns: Turns
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Carry out the plans that are due; how many there are."""
        plans = await planned_release.due(self.store, now)
        by_team: dict[str, list[DuePlan]] = {}
        for plan in plans:
            by_team.setdefault(plan.programme.team_id, []).append(plan)
        return await self.workspaces.each(list(by_team), lambda team_id: self._carry_out_all(by_team[team_id], now))

    async def _carry_out_all(self, plans: list[DuePlan], now: datetime) -> int:
        for plan in plans:
            try:
                await self._carry_out(plan, now)
            except (SlackRefused, SlackUnavailable) as problem:
                log.info("draft %s not released yet, will retry: %s", plan.draft.id, problem)
                await planned_release.look_later(self.store, plan, now)
        return len(plans)

    async def _carry_out(self, plan: DuePlan, now: datetime) -> None:
        hr = await self._hr(plan, now)
        if hr is None:
            await planned_release.give_up(self.store, plan, NOT_HR, now)
            return
        try:
            await release_as_planned(self.store, hr, plan.draft.id, plan.at)
        except AlreadyDone:
            log.info("draft %s was released as planned before", plan.draft.id)
        except Rejected as refusal:
            log.info("draft %s not released as planned: %s", plan.draft.id, refusal.code)
            why = refusal.code if refusal.code in STOPPED else "other"
            await planned_release.give_up(self.store, plan, why, now)

    async def _hr(self, plan: DuePlan, now: datetime) -> HrCaller | None:
        """Who planned it, as HR; None if they are not HR any more. Raises `SlackRefused`, `SlackUnavailable`."""
        await self.turns.take(plan.programme.team_id, CHANNELS, now)
        receipt = f"planned-release:{plan.draft.id}:{plan.at.isoformat()}"
        caller = Caller(plan.programme.team_id, plan.by.slack_id, receipt, now)
        try:
            return await self.directory.hr(caller, programme_id=plan.programme.id)
        except Rejected:
            return None
