"""The next cohort: opened from the last, its people invited once, and nobody paired with the same partner again."""

from sqlmodel import col, select

from storage.tables import Pair, PairState, Programme
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, parts_of, shows, texts_in
from tests.scenarios.pairs import introduce, receiving, release, telling
from tests.wording import says


def initial(view: object, block_id: str) -> object:
    """What a field of a form starts with."""
    (block,) = [one for one in parts_of(view) if one.get("block_id") == block_id]
    element = block["element"]
    for name in ("initial_value", "initial_date", "initial_channel", "initial_user"):
        if name in element:
            return element[name]
    chosen = element.get("initial_options") or [element["initial_option"]]
    return [one["value"] for one in chosen]


async def test_the_next_programme_opens_from_the_last(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    ayu, agus = office.hire("Ayu Dewanti"), office.hire("Agus Salim")
    await office.join(ayu, "mentor", "specialist", "Legal")
    await ayu.command("leave")
    await ayu.submit({})
    dian = office.hire("Dian Pratiwi")
    await office.join(dian, "mentor", "specialist", "Legal")
    await hold(office, "contract", "harvest")
    async with office.balik.store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        programme.least_gap, programme.days_added = 2, ["2026-12-28", "2027-08-16"]
        programme.eligibility, programme.approve_within = {"levels": [1, 2, 3, 4, 5, 6, 7]}, 3
        await work.commit()
    await end(office)

    over = next(one for one in office.posted(office.hr_channel) if shows(one, "closing.hr.title"))
    assert (await hr.click(over, "cohort.next")).ok
    form = hr.modal
    learned = "programme.next_cohort.learned"
    assert says(texts_in(form), f"{learned}.heading", "id", programme="Tukar Ilmu 2027")
    assert says(texts_in(form), f"{learned}.sessions", "id", held=2, planned=2)
    assert says(texts_in(form), f"{learned}.pairs", "id", completed=1, pairs=1)
    assert initial(form.blocks, "name") == "Tukar Ilmu 2027"
    assert initial(form.blocks, "announce_channel") == office.general.id
    assert str(initial(form.blocks, "starts_on")) > "2027-01-20", "but the dates are new"
    values = {"name": "Tukar Ilmu 2028", "starts_on": "2027-02-01"}
    assert (await hr.submit(values)).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    async with office.balik.store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 2)
        assert (programme.follows_id, programme.least_gap, programme.days_added) == (1, 2, ["2027-08-16"])
        assert (programme.eligibility, programme.approve_within) == ({"levels": [1, 2, 3, 4, 5, 6, 7]}, 3)
        programme.approve_within = None  # so that the rest needs no approval
        await work.commit()
    assert any("What you learned from Tukar Ilmu 2027" in texts_in(one) for one in office.posted(office.hr_channel))

    met, unmatched = "programme.next_cohort.invited.body", "programme.next_cohort.invited.unmatched.body"
    for who, told in ((sari, (1, 0)), (budi, (1, 0)), (ayu, (0, 0)), (agus, (0, 0)), (dian, (0, 1))):
        assert (len(receiving(who, met)), len(receiving(who, unmatched))) == told
    await hr.command("setup", office.hr_channel)
    assert (await hr.submit({"name": "Tukar Ilmu dua"})).ok
    await hr.slack.close(all=True)
    await office.run(days=1)
    assert len(receiving(sari, "programme.next_cohort.invited.body")) == 1, "changing it invites nobody again"

    (invited,) = receiving(budi, "programme.next_cohort.invited.body")
    await budi.click(invited, "join.open")
    about = budi.modal
    assert shows(about, "signup.form.again")
    assert initial(about.blocks, "role") == ["mentee"]
    assert initial(about.blocks, "level") == ["director"]
    assert initial(about.blocks, "wishes") == ["ai_tools"]
    assert (await budi.submit()).ok
    assert initial(budi.modal.blocks, "formats") == ["hands_on"]
    assert (await budi.submit()).ok
    await budi.slack.close(all=True)

    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(agus, "mentor", "specialist", "Sales")
    await release(office, hr)
    async with office.balik.store.read(office.clock.now()) as work:
        again = select(Pair).where(Pair.programme_id == 2).order_by(col(Pair.id))
        (pair,) = (await work.session.exec(again)).all()
        first = (await work.session.exec(select(Pair).where(Pair.programme_id == 1))).one()
    assert first.state == PairState.COMPLETED
    await office.run(days=1)
    assert pair.leader_id > first.leader_id
    assert telling(agus, budi.id), "Budi's only partner of the second cohort is somebody new"
