"""HR's matching criteria, and a preview of what a change would do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.signup import SHARES, Rules, StyleFit, Weights
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.matching.create_draft import RunInWorker
from bot.services.matching.solver_input import open_couples, read_roster
from bot.services.matching.what_if import Trial, try_out
from bot.services.participants.members import Member, members
from storage.tables import Participant, Programme
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Settings:
    """HR's settings of the matching. `shares`: relative weights of the parts of the score."""

    shares: Mapping[str, int]
    floor: int
    least_gap: int
    same_department: bool
    style_fit: StyleFit = StyleFit.ALIKE

    @property
    def preset(self) -> str:
        """The name of the preset that this is; "" for HR's own weights."""
        return next((name for name, shares in SHARES.items() if shares == self.shares), "")

    @property
    def rules(self) -> Rules:
        """The rules for the matching. Raises ValueError if all weights are zero."""
        return Rules(
            self.least_gap, self.same_department, Weights.of(self.shares, self.style_fit), self.floor, self.style_fit
        )


@dataclass(frozen=True)
class Change:
    """The effect of settings on the draft; `examples` are (mentor, leader) who would be new."""

    trial: Trial
    examples: list[tuple[Member, Member]]
    counts_styles: bool = True
    """Working styles count by these settings."""


def settings_of(programme: Programme) -> Settings:
    """HR's current settings."""
    shares = programme.weights or SHARES["balance"]
    fit = StyleFit(programme.style_fit or StyleFit.ALIKE)
    return Settings(shares, programme.floor, programme.least_gap, programme.same_department, fit)


async def settings(store: Store, hr: HrCaller) -> Settings:
    """HR's current settings. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return settings_of(await open_programme(work.session, hr))


async def change(store: Store, hr: HrCaller, run: RunInWorker, wanted: Settings) -> Change:
    """The effect of `wanted` on the draft; nothing is stored. Raises `Rejected`: programme_ended, nobody_to_match."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        roster = await read_roster(work.session, programme)
        before = await open_couples(work.session, programme.id)
    if not roster.by_hand and not (roster.free_mentors and roster.free_leaders):
        raise Rejected("nobody_to_match", mentors=roster.free_mentors, leaders=roster.free_leaders)
    trial: Trial = await run(try_out, roster, wanted.rules, before)
    async with store.read(hr.now) as work:
        people = await _people(work.session, programme.id, trial)
    return Change(
        trial, [(people[mentor], people[leader]) for mentor, leader in trial.examples], wanted.rules.weights.style > 0
    )


async def settle(store: Store, hr: HrCaller, wanted: Settings) -> bool:
    """Store HR's settings for later drafts; False if nothing changed. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        was = settings_of(programme)
        if was == wanted:
            return False
        programme.weights, programme.floor = dict(wanted.shares), wanted.floor
        programme.least_gap, programme.same_department = wanted.least_gap, wanted.same_department
        programme.style_fit = wanted.style_fit
        await audit(work, hr, "weights", {"before": asdict(was), "after": asdict(wanted)})
        await work.commit()
    return True


async def _people(session: AsyncSession, programme_id: int, trial: Trial) -> dict[int, Member]:
    ids = {one for couple in trial.examples for one in couple}
    theirs = (col(Participant.programme_id) == programme_id) & col(Participant.person_id).in_(ids)
    return {one.person.id: one for one in (await members(session, theirs)).values()}
