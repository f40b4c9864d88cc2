"""The orientation for mentors and the briefing for leaders: read in steps, kept, reminded of, counted."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

import pytest
from sqlmodel import SQLModel, col, delete, select, update

from bot.domain.messages.orientation import PreparationReminderMessage
from bot.domain.orientation import (
    ADDED,
    EXERCISES,
    MOST_MINUTES,
    OPEN,
    OPENING,
    STEPS,
    WORDS_A_MINUTE,
    is_at,
    read_up_to,
    steps_of,
)
from bot.domain.programme import Theme
from bot.domain.sessions import Side
from bot.domain.sessions_packs import timetable
from bot.services.orientation import orientation as preparing
from bot.services.sessions.bookings import LENGTHS
from prompts.catalogue import Texts
from storage.tables import Participant, Person, Preparation, Programme
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import book, introduce, of_kind, with_action
from tests.scenarios.summaries import whole
from tests.wording import CATALOGUE, says

TOTAL = len(STEPS[Side.MENTOR])
OF_LEADERS = len(STEPS[Side.LEADER])


def labels(who: Colleague) -> list[str]:
    """What stands on the buttons that lead there, on the Home tab."""
    home = who.slack.home
    assert home
    found = [block["accessory"] for block in home.blocks if "accessory" in block]
    return [one["text"]["text"] for one in found if one["action_id"].startswith("prepare")]


async def read_on(who: Colleague, answer: str = "") -> list[str]:
    """Press on to the end; the callback's name of each step that was shown, with a mark where an example was."""
    passed = []
    while who.modal.submit:
        state = json.loads(who.modal.private_metadata)
        passed.append(state["name"] + ("*" if state["compared"] else ""))
        exercise = state["name"] in EXERCISES and not state["compared"]
        assert (await who.submit({"answer": answer} if exercise else None)).ok
        assert len(passed) < 20
    return passed


@pytest.mark.parametrize(
    ("before", "step", "after"), [(0, 1, 1), (2, 3, 3), (4, 2, 4), (0, 8, 1), (9, 10, 10), (10, 4, 9)]
)
def test_nobody_has_read_what_they_have_not_seen(before: int, step: int, after: int) -> None:
    assert read_up_to(before, step, STEPS[Side.MENTOR]) == after


def test_a_step_that_is_added_does_not_change_what_people_in_the_middle_have_read() -> None:
    for side in Side:
        earlier = [one for one in STEPS[side] if one not in ADDED]
        assert STEPS[side][: len(earlier) - 1] == tuple(earlier[:-1])
        total = len(STEPS[side])
        same = [is_at(STEPS[side], number, "") for number in range(1, total + 1)]
        assert same == [True] * 5 + [False] * (total - 5)
        assert all(is_at(STEPS[side], number, name) for number, name in enumerate(STEPS[side], 1))
        assert not is_at(STEPS[side], 6, "first")
        assert not is_at(STEPS[side], total + 1, "first"), "a step that this person has no more"


async def test_people_in_the_middle_when_steps_are_added_keep_their_progress(office: Office, hr: Colleague) -> None:
    """Five of the six earlier steps read, with the sixth and last one open; another person has finished all six."""
    await office.set_up(hr)
    sari, eko = office.hire("Sari Wulandari"), office.hire("Eko Wati")
    for who in (sari, eko):
        await office.join(who, "mentor", "specialist", "Marketing")
    async with office.balik.store.write(office.clock.now()) as work:
        part = select(Participant.id).join(Person, col(Person.id) == col(Participant.person_id))
        of_eko = (await work.session.exec(part.where(Person.slack_id == eko.id))).one()
        finished = {"steps_read": 6, "finished_at": office.clock.now()}
        await work.session.exec(update(Preparation).values(steps_read=5))
        await work.session.exec(update(Preparation).where(col(Preparation.participant_id) == of_eko).values(**finished))
        await work.commit()
    await sari.command("orientation")
    assert shows(sari.modal, "orientation.frame.place", number=6, total=TOTAL)
    assert shows(sari.modal, "orientation.mentor.limits.title")
    # The window that an earlier version left open shows its sixth step, the last one, and carries no name.
    carried = json.loads(sari.modal.private_metadata)
    sari.modal.private_metadata = json.dumps({key: carried[key] for key in ("programme_id", "side", "step")})
    assert (await sari.submit()).ok
    assert shows(sari.modal, "orientation.frame.place", number=6, total=TOTAL), "what is new is not skipped"
    assert shows(sari.modal, "orientation.mentor.limits.title")
    assert (await sari.submit()).ok
    assert shows(sari.modal, "orientation.frame.place", number=7, total=TOTAL)
    await read_on(sari)
    assert shows(sari.modal, "orientation.frame.all", total=TOTAL)
    await eko.open_home()
    assert labels(eko) == [], "who has finished is not asked to continue"
    await eko.command("orientation")
    assert shows(eko.modal, "orientation.frame.place", number=1, total=TOTAL)


async def test_the_orientation_tells_the_timetable_of_the_programmes_sessions(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    sari = office.hire("Sari Wulandari")
    await office.join(sari, "both", "specialist", "Marketing")
    for minutes, side in product(LENGTHS, Side):
        async with office.balik.store.write(office.clock.now()) as work:
            await work.session.exec(update(Programme).values(minutes=minutes))
            await work.session.exec(update(Preparation).values(steps_read=len(STEPS[side]) - 1))
            await work.commit()
        await sari.command("orientation" if side is Side.MENTOR else "briefing")
        plan = timetable(minutes)
        parts = {name: getattr(plan, name) for name in ("opener", "activity", "close")}
        assert shows(sari.modal, f"orientation.{side}.first.text", minutes=minutes, **parts)
        assert not re.search(r"\b0\b", texts_in(sari.modal)), "a part without time is left out"
        await sari.slack.close()


async def test_one_stops_anywhere_and_comes_back_there(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    bima = office.hire("Bima Saputra")
    await office.join(bima, "both", "manager", "Sales")
    assert {"prepare.open.mentor", "prepare.open.mentee"} <= set(action_ids(bima.inbox[0]))
    await bima.click(bima.inbox[0], "prepare.open.mentor")
    assert shows(bima.modal, "orientation.frame.place", number=1, total=TOTAL)
    await bima.submit()
    await bima.submit()
    assert shows(bima.modal, "orientation.frame.place", number=3, total=TOTAL)
    assert shows(bima.modal, "orientation.mentor.feedback.title")
    await bima.slack.close()
    await bima.open_home()
    orientation, briefing = labels(bima)
    assert says(orientation, "orientation.frame.mentor.go_on", read=2, total=TOTAL)
    assert says(briefing, "orientation.frame.mentee.begin")
    # The other side is read by itself, and each from where one likes.
    await bima.command("briefing")
    assert shows(bima.modal, "orientation.frame.place", number=1, total=OF_LEADERS)
    await bima.submit()
    await bima.slack.close()
    await bima.command("orientasi")
    assert shows(bima.modal, "orientation.frame.place", number=3, total=TOTAL)
    await bima.click(bima.modal, "prepare.back")
    assert shows(bima.modal, "orientation.frame.place", number=2, total=TOTAL)
    await read_on(bima)
    assert shows(bima.modal, "orientation.frame.all", total=TOTAL)
    await bima.slack.close()
    await bima.open_home()
    (briefing,) = labels(bima)
    assert says(briefing, "orientation.frame.mentee.go_on", read=1, total=OF_LEADERS)
    await bima.command("orientation")
    assert shows(bima.modal, "orientation.frame.place", number=1, total=TOTAL), "whoever has finished can read it again"


async def test_who_has_not_finished_is_reminded_once_before_the_first_session(office: Office, hr: Colleague) -> None:
    await introduce(office, hr)
    sari, budi = office.people["sari"], office.people["budi"]
    assert "prepare.open.mentor" in action_ids(with_action(sari, "agreement.open")[0])
    assert "prepare.open.mentee" in action_ids(with_action(budi, "agreement.open")[0])
    await budi.command("briefing")
    await read_on(budi)
    await budi.slack.close()
    await office.run(until=datetime(2027, 1, 11, 3, 0, tzinfo=UTC))
    assert (await book(office, sari, "2027-01-21", "14:00")).ok
    await office.run(until=datetime(2027, 1, 18, 12, 0, tzinfo=UTC))
    assert of_kind(sari, PreparationReminderMessage) == [], "a date was found in time"
    await office.run(until=datetime(2027, 1, 19, 3, 0, tzinfo=UTC))
    (reminder,) = of_kind(sari, PreparationReminderMessage)
    assert shows(reminder, "orientation.frame.mentor.reminder", day="Thursday 21 January 2027", left=TOTAL)
    assert action_ids(reminder) == ["prepare.open.mentor"]
    assert (await book(office, budi, "2027-01-27", "14:00", reason="urgent")).ok
    await office.run(days=14)
    assert len(of_kind(sari, PreparationReminderMessage)) == 1, "moved, and reminded once all the same"
    assert of_kind(budi, PreparationReminderMessage) == [], "he had finished"


async def test_without_a_date_they_are_reminded_after_a_week_and_once_more_before_the_session(
    office: Office, hr: Colleague
) -> None:
    await introduce(office, hr)
    sari = office.people["sari"]
    await office.run(until=datetime(2027, 1, 11, 1, 0, tzinfo=UTC))
    assert of_kind(sari, PreparationReminderMessage) == []
    await office.run(until=datetime(2027, 1, 12, 3, 0, tzinfo=UTC))
    (early,) = of_kind(sari, PreparationReminderMessage)
    assert shows(early, "orientation.frame.mentor.reminder")
    assert "2027" not in texts_in(early), "no day yet"
    assert (await book(office, sari, "2027-01-21", "14:00")).ok
    await office.run(until=datetime(2027, 1, 22, 3, 0, tzinfo=UTC))
    assert [one for one in of_kind(sari, PreparationReminderMessage) if "Thursday 21" in texts_in(one)] != []
    assert len(of_kind(sari, PreparationReminderMessage)) == 2


async def test_hr_offers_what_was_not_offered_and_sees_numbers_only(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name in ("Ani", "Bayu", "Citra", "Dian", "Eka"):
        await office.join(office.hire(f"{name} Wati"), "mentor", "specialist", "Marketing")
    await office.join(office.hire("Hadi Salim"), "mentee", "director", "Finance")
    async with office.balik.store.write(office.clock.now()) as work:
        ani = (await work.session.exec(select(Participant.id))).first()
        await work.session.exec(delete(Preparation).where(col(Preparation.participant_id) == ani))
        rest = update(Preparation).where(col(Preparation.side) == "mentor").values(finished_at=office.clock.now())
        await work.session.exec(rest)
        await work.commit()
    await hr.command("match", office.hr_channel)
    await office.settle()
    await hr.click(office.posted(office.hr_channel)[-1], "match.release")
    assert "gate.fill.prepared" in action_ids(hr.modal)
    await hr.click(hr.modal, "gate.fill.prepared")
    await office.run(minutes=5)
    assert shows(hr.modal, "matching.release_checklist.finished.optional", "id"), "offered is not finished: no tick"
    assert not shows(hr.modal, "orientation.frame.mentor.counted", "id"), "four of five: who leaves would show it"
    assert not shows(hr.modal, "orientation.frame.mentee.counted", "id"), "one leader's progress is private"
    assert [action_ids(one) for one in office.people["ani"].inbox][1:] == [["prepare.open.mentor"]]
    await hr.slack.close()
    await hr.command("summary", office.hr_channel)
    await office.settle()
    assert not says(await whole(hr, office), "orientation.frame.mentor.counted", "id")
    await hr.slack.close(all=True)
    async with office.balik.store.write(office.clock.now()) as work:
        await work.session.exec(rest)
        await work.commit()
    await hr.command("summary", office.hr_channel)
    await office.settle()
    assert says(await whole(hr, office), "orientation.frame.mentor.counted", "id", finished=5, people=5)
    async with office.balik.store.read(office.clock.now()) as work:
        programme = (await work.session.exec(select(Programme))).one()
        found = await preparing.finished(work.session, programme.id)
    assert [(one.side, one.people, one.finished) for one in found] == [("mentor", 5, 5), ("mentee", 1, None)]


async def test_another_role_brings_another_reading(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    bima = office.hire("Bima Saputra")
    await office.join(bima, "mentee", "manager", "Sales")
    assert "prepare.open.mentor" not in action_ids(bima.inbox[-1])
    await office.join(bima, "both", "manager", "Sales")
    await office.run(minutes=5)
    assert action_ids(bima.inbox[-1]) == ["prepare.open.mentor"]


def words(texts: Texts, side: Side, steps: Sequence[str]) -> int:
    """Of all that a person reads in these steps, with buttons and examples."""
    values = timetable(60)._asdict() | {"minutes": 60}
    frame = [texts.plain(f"orientation.frame.modal.{name}") for name in ("next", "compare")]
    shown = [texts.plain("orientation.frame.exercise.private"), texts.plain("orientation.frame.exercise.not_stored")]
    found = 0
    for name in steps:
        parts = ["title", "text", *(("example", "why") if name in EXERCISES else ())]
        said = [texts.plain(f"orientation.{side}.{name}.{part}", **values) for part in parts]
        if side is Side.LEADER and name == "role":
            said.append(max((texts.plain(f"programme.themes.{theme}.case") for theme in Theme), key=len))
        if name == OPEN:  # with what the last step returns of it
            asked = ("learning", "advice", "hard.label", "hard.hint", "yours", "when", "not_easy")
            said += [texts.plain(f"orientation.frame.open.{part}") for part in asked]
        found += len(re.findall(r"\w[\w’'-]*", " ".join([*said, *frame, *(shown if name in EXERCISES else ())])))
    return found


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("side", list(Side))
def test_all_of_it_takes_less_than_five_minutes_to_read(language: str, side: Side) -> None:
    texts = CATALOGUE.texts(language)
    for confidence in (None, 1):
        assert words(texts, side, steps_of(side, confidence)) <= MOST_MINUTES * WORDS_A_MINUTE
    for name in STEPS[side]:
        assert words(texts, side, [name]) <= WORDS_A_MINUTE, "each step is read in less than a minute"


async def test_an_exercise_shows_an_example_beside_the_answer_which_is_kept_nowhere(
    office: Office, hr: Colleague
) -> None:
    await office.set_up(hr)
    sari, budi = office.hire("Sari Wulandari"), office.hire("Budi Santoso")
    await office.join(sari, "mentor", "specialist", "Marketing", confidence="4")
    await office.join(budi, "mentee", "director", "Finance")
    said = "Rapat kita *kurang* <ringkas> menurut saya"
    for who, command, side in ((sari, "orientation", Side.MENTOR), (budi, "briefing", Side.LEADER)):
        await who.command(command)
        for _ in range(7):
            assert (await who.submit()).ok
        one, other = (name for name in STEPS[side] if name in EXERCISES)
        assert shows(who.modal, f"orientation.{side}.{one}.title")
        assert shows(who.modal, "orientation.frame.exercise.private")
        assert not shows(who.modal, f"orientation.{side}.{one}.example")
        assert (await who.submit({"answer": said})).ok
        assert said in texts_in(who.modal), "as it was written"
        assert shows(who.modal, f"orientation.{side}.{one}.example")
        assert said not in who.modal.private_metadata
        await who.click(who.modal, "prepare.back")
        assert shows(who.modal, f"orientation.{side}.{one}.title")
        assert said not in texts_in(who.modal)
        assert (await who.submit()).ok
        assert shows(who.modal, "orientation.frame.exercise.thought"), "only thought"
        asked = [OPEN] if side is Side.LEADER else []
        assert await read_on(who) == [f"{one}*", other, f"{other}*", *asked, "first"]
    async with office.balik.store.read(office.clock.now()) as work:
        for table in SQLModel.metadata.sorted_tables:
            rows = (await (await work.session.connection()).execute(table.select())).all()
            assert "ringkas" not in str(rows), table.name


async def test_who_is_not_sure_yet_has_one_more_exercise_and_no_word_says_why(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    for name, confidence in (("Sari Wulandari", "2"), ("Eko Wati", "3")):
        who = office.hire(name)
        await office.join(who, "mentor", "specialist", "Marketing", confidence=confidence)
        await who.command("orientation")
        passed = await read_on(who)
        assert (OPENING in passed) == (confidence == "2")
        assert shows(who.modal, "orientation.frame.all", total=TOTAL + (confidence == "2"))
