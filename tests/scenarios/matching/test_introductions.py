"""What the two read about each other when they are introduced."""

import pytest
from sqlmodel import select

from bot.domain.messages.matching import IntroLeaderMessage, IntroMentorMessage
from storage.tables import Participant
from tests.scenarios.office import Colleague, Office, shows
from tests.scenarios.pairs import of_kind, release
from tests.wording import label


@pytest.mark.parametrize(("wishes", "said"), [(["ai_tools"], False), (["sustainability"], True)])
async def test_without_a_shared_topic_both_learn_so_and_what_to_do_in_session_1(
    office: Office, hr: Colleague, wishes: list[str], *, said: bool
) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr)
    await office.join(sari, "mentor", "specialist", "Marketing", offers=["ai_tools"])
    await office.join(budi, "mentee", "director", "Finance", wishes=wishes)
    await release(office, hr)
    for who, kind in ((sari, IntroMentorMessage), (budi, IntroLeaderMessage)):
        (introduction,) = of_kind(who, kind)
        side = "mentor" if who is sari else "mentee"
        assert shows(introduction, f"matching.introduction.{side}.no_shared_topic") == said


@pytest.mark.parametrize(("department", "beside"), [("Executive", False), ("Executive office", True)])
async def test_a_department_of_the_same_name_as_the_level_is_not_said_twice(
    office: Office, hr: Colleague, department: str, *, beside: bool
) -> None:
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr)
    await office.join(sari, "mentor", "specialist", "Marketing")
    await office.join(budi, "mentee", "executive", department)
    await release(office, hr)
    (introduction,) = of_kind(sari, IntroMentorMessage)
    level = label("labels.in_text.levels.executive")
    assert shows(introduction, "matching.introduction.mentor.body", position=level)
    assert shows(introduction, "matching.introduction.position.body", level=level, department=department) == beside


async def test_a_topic_never_done_is_not_introduced_as_what_the_mentor_can_teach(office: Office, hr: Colleague) -> None:
    """Older forms offered that level; today's does not."""
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.set_up(hr)
    await office.join(sari, "mentor", "specialist", "Marketing", offers=["ai_tools", "social_media"])
    await office.join(budi, "mentee", "director", "Finance", wishes=["ai_tools", "social_media"])
    async with office.balik.store.write(office.clock.now()) as work:
        mentor = (await work.session.exec(select(Participant).where(Participant.role == "mentor"))).one()
        mentor.offers = [{**one, "level": 1 if one["topic"] == "social_media" else 4} for one in mentor.offers]
        await work.commit()
    await release(office, hr)
    (introduction,) = of_kind(budi, IntroLeaderMessage)
    shown = introduction.text.splitlines()[0]
    assert label("labels.in_text.topics.ai_tools") in shown
    assert label("labels.in_text.topics.social_media") not in shown
