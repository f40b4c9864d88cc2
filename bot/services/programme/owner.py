"""The owner of a programme: the person who set it up, or a member of HR who took it over once they had left."""

from bot.services.access import audit
from bot.services.caller import HrCaller, Rejected
from bot.services.people.eligibility import why_unfit
from storage.queries import person_by_slack
from storage.tables import Person, Programme
from storage.unit_of_work import Store


async def take_over(store: Store, hr: HrCaller) -> tuple[Programme, Person]:
    """The caller answers for the programme from now on, unless a person does; with who does now.

    Raises `Rejected`: no_programme, unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await work.session.get(Programme, hr.programme_id, with_for_update=True)
        me = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        if programme is None:
            raise Rejected("no_programme")
        if me is None:
            raise Rejected("unknown_person")
        owner = await work.session.get(Person, programme.created_by)
        if owner is not None and why_unfit(owner, guests=False) is None:
            return programme, owner
        programme.created_by = me.id
        await audit(work, hr, "took_over", {})
        await work.commit()
        return programme, me
