"""How many transactions a request takes at most; `make bench` prints statements and processor time as well."""

from bot.domain.polls import Met
from tests.meter import Cost, metered
from tests.scenarios.office import Office, open_office
from tests.scenarios.polls.test_polls import asked, poll_of

__all__ = ["asked"]  # a fixture

IDENTIFY_AND_SERVE = 2
"""One reads who asks and when, one does what is asked for. The Home tab follows in a third one, once they have the
answer."""


def fits(cost: Cost, statements: int) -> bool:
    return cost.transactions <= IDENTIFY_AND_SERVE and cost.home_transactions <= 1 and cost.statements <= statements


async def test_a_sign_up_and_its_change(empty_url: str) -> None:
    async with open_office(empty_url) as office:
        hr = office.hire("Dewi Lestari")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        await office.set_up(hr)
        sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
        await budi.command("help")
        for _ in range(2):
            await sari.command("join")
            about = {"role": "mentor", "level": "specialist", "department": "Marketing", "offers": ["ai_tools"]}
            assert (await sari.submit({**about, "manager": budi.id, "language": "en"})).ok
            with metered(office.balik.store.engine) as cost:
                assert (await sari.submit({"confidence": "4"})).ok
            assert fits(cost, statements=25), cost
            await sari.slack.close(all=True)


async def test_a_poll_click(asked: Office) -> None:
    # A copy of what another test played leaves delivery to look at the whole outbox once.
    await asked.settle()
    for who in (asked.people["sari"], asked.people["budi"]):
        for action in (f"poll.met.{Met.YES}", "poll.useful.5", "poll.own.4"):
            with metered(asked.balik.store.engine) as cost:
                assert (await who.click(poll_of(who), action)).ok
            # One reads HR's own questions, and one whether the first poll has to be explained.
            assert fits(cost, statements=17), cost


async def test_a_home_tab(asked: Office) -> None:
    await asked.settle()
    for who in (asked.people["sari"], asked.people["budi"]):
        await who.open_home()
        with metered(asked.balik.store.engine) as cost:
            await who.open_home()
        assert cost.home_statements <= 11, cost
        assert cost.home_transactions <= 1, cost
