"""Thanks shown to others if both agree, notes to mentors' managers, and what certificates name."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.domain.messages.closing import ManagerNoteMessage
from bot.domain.messages.outcomes import ThanksMessage, ThanksShownMessage
from bot.domain.sessions import MIDDLE, Pack, Side
from bot.sandbox import Message
from bot.services.caller import Caller, Rejected
from bot.services.closing.certificates import read_certificate
from bot.services.closing.manager_note import read_note
from handlers.closing.certificate_views import written
from storage.tables import ManagerNote, Pair, Participant, Person, RosterEntry, Thanks
from tests.scenarios.closing.test_closing import end, hold
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import introduce, of_kind
from tests.scenarios.snapshots import once
from tests.wording import CATALOGUE, says

WORDS = "You showed me every shortcut."


@pytest_asyncio.fixture
async def over(office: Office, hr: Colleague) -> AsyncIterator[Office]:
    """Sari and Budi, at the end of their programme."""
    await introduce(office, hr, weekly=True)
    office.hire("Rina Kusuma")
    await once(office, _at_the_end, office)
    yield office


async def _at_the_end(office: Office) -> None:
    await hold(office, "contract", "hands_on", "harvest")
    await end(office)


# Thanks


async def offer(office: Office, who: Colleague, *, public: bool = True) -> Message:
    """Thank the partner in words that may be shown; the partner's message."""
    partner = office.people["sari" if who is office.people["budi"] else "budi"]
    await who.click(await who.open_home(), "closing.thanks")
    assert (await who.submit({"text": WORDS, "public": ["public"] if public else []})).ok
    await who.slack.close(all=True)
    await office.run(days=1)
    return of_kind(partner, ThanksMessage)[-1]


def posted(office: Office) -> list[Message]:
    return [one for one in office.posted(office.general) if WORDS in texts_in(one)]


async def test_thanks_are_shown_only_if_both_agree_and_removed_again_by_either(over: Office, hr: Colleague) -> None:
    sari, budi = over.people["sari"], over.people["budi"]
    got = await offer(over, budi)
    assert shows(got, "closing.thanks.public.offer", partner=f"<@{budi.id}>", channel=f"<#{over.general.id}>")
    assert posted(over) == [], "not before the reader agrees"
    await sari.click(got, "thanks.share")
    await over.run(days=1)
    (post,) = posted(over)
    assert shows(post, "closing.thanks.public.post", from_person=f"<@{budi.id}>", to_person=f"<@{sari.id}>")
    (told,) = of_kind(budi, ThanksShownMessage)
    assert shows(told, "closing.thanks.public.told")
    assert shows(of_kind(sari, ThanksMessage)[-1], "closing.thanks.public.shown")
    everything = [texts_in(one) for one in over.posted(over.hr_channel)]
    assert not any(WORDS in one for one in everything), "HR gets no copy"

    await budi.click(told, "thanks.hide")
    await over.run(minutes=2)
    assert posted(over) == [], "either removes it"
    assert shows(of_kind(budi, ThanksShownMessage)[-1], "closing.thanks.public.removed")
    assert WORDS in texts_in(of_kind(sari, ThanksMessage)[-1]), "the words stay between the two"


async def test_what_the_reader_keeps_is_never_shown_and_nobody_is_told(over: Office) -> None:
    sari, budi = over.people["sari"], over.people["budi"]
    got = await offer(over, budi)
    before = len(budi.inbox)
    await sari.click(got, "thanks.hide")
    assert shows(of_kind(sari, ThanksMessage)[-1], "closing.thanks.footer")
    await over.run(days=1)
    assert posted(over) == []
    assert len(budi.inbox) == before
    private = await offer(over, sari, public=False)
    assert "thanks.share" not in action_ids(private), "who did not offer it is not asked about"
    assert shows(private, "closing.thanks.footer")
    async with over.balik.store.read(over.clock.now()) as work:
        kept = (await work.session.exec(select(Thanks))).first()
    assert kept
    assert (kept.agreed_at, kept.clean_at) == (None, None)


async def test_erasing_either_removes_what_was_shown(over: Office) -> None:
    sari, budi = over.people["sari"], over.people["budi"]
    await sari.click(await offer(over, budi), "thanks.share")
    await over.run(minutes=2)
    assert posted(over)
    await sari.command("privacy")
    await sari.click(None, "privacy.erase")
    await sari.submit({"sure": ["sure"]})
    await over.run(minutes=5)
    assert posted(over) == [], "it names her"


# Notes to managers


async def reports_to(office: Office, boss: Colleague | None, *, known: bool = True) -> None:
    """Sari's manager, as the roster has it."""
    async with office.balik.store.write(office.clock.now()) as work:
        team = (await work.session.exec(select(Pair))).one().team_id
        people = {one.slack_id: one for one in (await work.session.exec(select(Person))).all()}
        if boss and boss.id not in people:
            people[boss.id] = Person(
                team_id=team, slack_id=boss.id, name="Rina Kusuma", language="en", created_at=work.now
            )
            work.session.add(people[boss.id])
            await work.session.flush()
        sari = people[office.people["sari"].id]
        entry = (await work.session.exec(select(RosterEntry).where(RosterEntry.person_id == sari.id))).one()
        entry.manager_id, entry.manager_known = people[boss.id].id if boss else None, known
        await work.commit()


async def test_a_mentor_has_a_note_sent_to_their_manager_in_words_that_they_read(over: Office) -> None:
    sari, rina = over.people["sari"], over.people["rina"]
    await reports_to(over, rina)
    await sari.click(await sari.open_home(), "manager_note.open")
    assert shows(sari.modal, "closing.manager_note.form.intro", manager=f"<@{rina.id}>")
    assert (await sari.submit({"sentence": "I'd like to run our next training <!channel>."})).ok
    await sari.click(sari.modal, "manager_note.edit")
    assert (await sari.submit({"sentence": "I'd like to run our next training."})).ok
    preview = texts_in(sari.modal)
    assert "next training." in preview
    assert rina.inbox == [], "nothing is sent before she has read all of it"
    assert (await sari.submit({})).ok
    assert shows(sari.modal, "closing.manager_note.sent", manager=f"<@{rina.id}>")
    await sari.slack.close(all=True)
    await over.run(days=1)
    (note,) = of_kind(rina, ManagerNoteMessage)
    async with over.balik.store.read(over.clock.now()) as work:
        (row,) = (await work.session.exec(select(ManagerNote))).all()
    assert row.text in texts_in(note)
    assert row.text in preview, "exactly these words"
    assert "Budi" not in row.text
    home = await sari.open_home()
    assert home
    assert "manager_note.open" not in action_ids(home), "it is sent once"
    assert "next training" not in str([one.blocks for one in over.posted(over.hr_channel)])


async def test_without_a_manager_who_can_have_it_she_reads_why(over: Office) -> None:
    sari, budi, rina = (over.people[name] for name in ("sari", "budi", "rina"))

    async def refused() -> str:
        await sari.click(await sari.open_home(), "manager_note.open")
        shown = texts_in(sari.modal) if sari.modal else "".join(texts_in(one) for one in sari.inbox[-1:])
        await sari.slack.close(all=True)
        return shown

    await reports_to(over, None, known=False)
    assert says(await refused(), "errors.manager_note_unknown")
    caller = Caller(over.slack.workspace.team_id, sari.id, "", over.clock.now())
    for manager, why in ((None, "none"), (budi, "leader")):
        await reports_to(over, manager)
        home = await sari.open_home()
        assert home
        assert "manager_note.open" not in action_ids(home), "nothing to offer"
        with pytest.raises(Rejected, match=f"manager_note_{why}"):
            await read_note(over.balik.store, caller, 1)
    await reports_to(over, rina)
    await sari.click(await sari.open_home(), "manager_note.open")
    await sari.submit({})
    over.slack.workspace.users[rina.id].deleted = True
    await sari.submit({})
    assert shows(sari.modal, "errors.pick_gone"), "Slack is asked again when it is sent"
    await sari.slack.close(all=True)
    await over.run(days=1)
    async with over.balik.store.read(over.clock.now()) as work:
        assert (await work.session.exec(select(ManagerNote))).all() == []


# Certificates


async def test_the_certificate_names_topics_and_skills_of_the_sessions_that_took_place(over: Office) -> None:
    async with over.balik.store.read(over.clock.now()) as work:
        pair = (await work.session.exec(select(Pair))).one()
        mentor = await work.session.get_one(Participant, pair.mentor_id)
        found = await read_certificate(work, mentor.id, Side.MENTOR)
    assert found
    assert found.practised.packs == (Pack.HANDS_ON,)
    assert set(found.practised.topics) <= {one["topic"] for one in mentor.offers}
    for language in ("en", "id"):
        texts = CATALOGUE.texts(language)
        page = written(texts, found, "")
        assert texts.plain("closing.certificate.page.skills_mentor.hands_on") in page.practised
        others = [one for one in MIDDLE if one is not Pack.HANDS_ON]
        assert not any(texts.plain(f"closing.certificate.page.skills_mentor.{one}") in page.practised for one in others)
