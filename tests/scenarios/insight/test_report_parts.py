"""The report by department, level and month: its counts agree wherever they are read, and it tells nobody's reason."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from bot.domain.sessions import Side
from bot.domain.surveys import FIRST_SET, LATER_AFTER, SETS, Moment
from bot.sandbox import Message
from bot.services.insight.report import Report, current_report
from bot.services.insight.unpublished_values import REST
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    PollAnswer,
    Programme,
    ProgrammeState,
    SessionState,
    SurveyResponse,
)
from tests.scenarios.insight.test_report import reports
from tests.scenarios.office import Colleague, Office, action_ids, shows, texts_in
from tests.scenarios.pairs import end, introduced, with_action
from tests.scenarios.programme.test_hr_channel import LANGUAGES
from tests.wording import label, says

DEPARTMENTS = ("Sales",) * 6 + ("Operasi",) * 5 + ("Gudang",) * 3
MINUTES = (60, 60, 45, 30, 60, 60, 90)
TEAM = "T0001"


async def seven_pairs(office: Office, hr: Colleague, language: str = "en") -> None:
    """Seven pairs with a session each, that both rated; one pair has ended, and its mentor left."""
    await office.set_up(hr, language=language)
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        programme = await work.session.get_one(Programme, 1)
        programme.state = ProgrammeState.RUNNING
        for number, minutes in enumerate(MINUTES):
            parts = [await new_part(work, number, side, now) for side in ("mentor", "mentee")]
            pair = Pair(
                team_id=TEAM, programme_id=1, mentor_id=parts[0].id, leader_id=parts[1].id,
                introduced_at=now - timedelta(days=40),
            )  # fmt: skip
            work.session.add(pair)
            await work.session.flush()
            held = MentoringSession(
                team_id=TEAM, pair_id=pair.id, number=1, pack="contract", opens_on=date(2026, 12, 1),
                closes_on=date(2027, 1, 1), state=SessionState.HELD, minutes=minutes,
                starts_at=now - timedelta(days=12), settled_at=now - timedelta(days=5),
            )  # fmt: skip
            work.session.add(held)
            await work.session.flush()
            for part in parts:
                rating = 5 if part.department == "Sales" else 3
                work.session.add(
                    PollAnswer(
                        team_id=TEAM, session_id=held.id, participant_id=part.id, side=part.role, met="yes",
                        useful=rating, answered_at=now - timedelta(days=6),
                    )
                )  # fmt: skip
            if number == 0:
                parts[0].state, parts[0].left_at = ParticipantState.LEFT, now
                pair.state, pair.ended_at = PairState.ENDED, now
        await work.commit()


async def new_part(work: Any, number: int, side: str, now: datetime) -> Participant:
    at = 2 * number + (side == "mentee")
    person = Person(team_id=TEAM, slack_id=f"UP{side}{number}", name=f"{side} {number}", created_at=now)
    work.session.add(person)
    await work.session.flush()
    part = Participant(
        team_id=TEAM, programme_id=1, person_id=person.id, role=side, level=2 if side == "mentor" else 6,
        department=DEPARTMENTS[at % len(DEPARTMENTS)], joined_at=now - timedelta(days=40),
    )  # fmt: skip
    work.session.add(part)
    await work.session.flush()
    return part


async def answered_twice(office: Office) -> None:
    """Both sides say that they work better with other generations, by one step each; leaders rate their skill."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        for part in (await work.session.exec(select(Participant).order_by(col(Participant.id)))).all():
            for moment, days in ((Moment.BEFORE, 35), (Moment.CLOSING, 1)):
                later = int(moment is Moment.CLOSING)
                work.session.add(
                    SurveyResponse(
                        team_id=TEAM, programme_id=1, participant_id=part.id, side=part.role, moment=moment,
                        asked_at=now - timedelta(days=36), closes_at=now - timedelta(days=days),
                        collaboration=3 + later, skill=2 + later if part.role == "mentee" else None,
                    )
                )  # fmt: skip
        await work.commit()


async def never_began(office: Office) -> None:
    """Three sign-ups that HR never approved: one waits, one was declined, one was withdrawn."""
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        for number, state in enumerate(("waiting", "left", "left"), len(MINUTES)):
            part = await new_part(work, number, "mentor", now)
            part.state, part.waits_since = ParticipantState(state), now
            if number == len(MINUTES) + 1:
                part.hr_declined_at = part.left_at = now
        await work.commit()


async def read(office: Office) -> Report:
    return await current_report(office.balik.store, 1, office.clock.now())


class Tables(HTMLParser):
    """The cells of a page's tables, by the heading above them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self._heading, self._open = "", ""

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        self._open = tag
        if tag == "h2":
            self._heading = ""
        elif tag == "tr":
            self.rows.setdefault(self._heading, []).append([])
        elif tag in ("td", "th"):
            self.rows[self._heading][-1].append("")

    def handle_endtag(self, _tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "h2":
            self._heading += data
        elif self._open in ("td", "th"):
            self.rows[self._heading][-1][-1] += data


def number(text: str) -> float | None:
    """A number as a language writes it, perhaps with words after it."""
    found = re.match(r"[\d.,]+", text)
    return float(found[0].replace(",", ".")) if found else None


def by_name(rows: Iterable[Sequence[Any]]) -> dict[str, float | None]:
    return {str(row[0]): number(str(row[1])) for row in rows}


async def get_report(office: Office, hr: Colleague) -> tuple[dict[str, bytes], Message]:
    """The files, and the message after them."""
    await hr.command("summary", office.hr_channel)
    await office.run(minutes=2)
    summary = [one for one in office.posted(office.hr_channel) if "report.get" in str(one.blocks)][-1]
    assert (await hr.click(summary, "report.get")).ok
    await office.run(minutes=2)
    files = {name.rpartition(".")[2]: content for name, content in (await reports(office)).items()}
    return files, office.posted(office.hr_channel)[-1]


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_counts_agree_in_message_page_workbook_and_table(office: Office, hr: Colleague, language: str) -> None:
    await seven_pairs(office, hr, language)
    await answered_twice(office)
    await never_began(office)
    files, message = await get_report(office, hr)

    def of(key: str) -> str:
        return label(f"insight.report.{key}", language)

    page = Tables()
    page.feed(files["html"].decode())
    book = load_workbook(BytesIO(files["xlsx"]))
    sheets: dict[str, Any] = {
        sheet.title.split(" ", 1)[1]: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets
    }
    table = [line.split(";") for line in files["csv"].decode("utf-8-sig").splitlines()[1:]]
    numbers = {**by_name(row for rows in page.rows.values() for row in rows if len(row) == 2)}
    in_table = {line[1]: number(line[2]) for line in table}
    in_book = {row[1]: row[2] for row in sheets[of("table.all")][1:]}
    for name, value in (("signed_up", 14), ("left", 1), ("people", 13), ("pairs", 7), ("held", 7), ("completed", 1)):
        shown = of(f"numbers.{name}")
        assert numbers[shown] == in_table[shown] == in_book[shown] == value, name
    hours = of("numbers.hours")
    assert numbers[hours] == in_table[hours] == round(in_book[hours], 1) == 6.8  # 405 minutes
    counted = {"signed_up": 14, "left": 1, "pairs": 7, "held": 7}
    assert shows(message, "insight.report.sent.counts", language, **counted)
    endings = [numbers[of(f"numbers.{name}")] or 0 for name in ("active", "completed", "unfinished", "ended")]
    assert sum(endings) == numbers[of("numbers.pairs")]
    # What is told by part adds up to the whole, in each of the files.
    for kind in ("departments", "levels"):
        heading = of(f"parts.headings.{kind}")
        rows = page.rows[heading][1:]
        assert sum(number(row[1]) or 0 for row in rows) == 14
        assert sum(number(row[2]) or 0 for row in rows) == 1
        assert sum(number(row[3]) or 0 for row in rows) == 2 * 7, "each session counts for both"
        assert all((number(row[1]) or 0) >= 5 for row in rows), "and nobody stands for fewer than five"
        for row, cells in zip(rows, sheets[heading][1:], strict=True):
            assert row[0] == cells[0]
            assert [number(cell) for cell in row[1:]] == [one if one is None else round(one, 1) for one in cells[1:]]
            heads = page.rows[heading][0][1:]
            wanted = {
                f"{row[0]}: {head}": number(cell) for head, cell in zip(heads, row[1:], strict=True) if cell != "–"
            }
            assert {line[1]: number(line[2]) for line in table if line[0] == heading and line[1] in wanted} == wanted
    departments = {row[0]: row[1:] for row in page.rows[of("parts.headings.departments")][1:]}
    assert departments.keys() == {"Sales", of("parts.others.departments")}, "three and five make eight"
    assert number(departments["Sales"][-1]) == 5
    check_ranges(office, language, unescape(files["html"].decode()), sheets, table)
    months = page.rows[of("parts.headings.months")][1:]
    assert sum(number(row[2]) or 0 for row in months) == 7


def check_ranges(
    office: Office, language: str, page: str, sheets: dict[str, list[tuple[Any, ...]]], table: list[list[str]]
) -> None:
    """How sure a change is, is the same in page, workbook and table; of seven leaders nothing is said."""
    texts = office.balik.context.catalogue.texts(language)
    name = {item: label(f"surveys.items.{item}.name", language) for item in ("collaboration", "skill")}
    low, high = texts.number(0.6), texts.number(1.4)
    (shown,) = [line for line in page.splitlines() if name["collaboration"] in line]
    assert says(shown, "surveys.hr.closing", language, value="+1", people=14, after=4)
    assert says(shown, "surveys.hr.range.clear", language, low=f"+{low}", high=f"+{high}")
    (of_few,) = [line for line in page.splitlines() if name["skill"] in line]
    assert says(of_few, "surveys.hr.range.few", language)
    cells = {line[1]: line[2:] for line in table}
    heads, *rows = sheets[label("insight.summary.headings.changed", language)]
    changed = {row[0]: row for row in rows}
    for bound, value in (("low", 0.6), ("high", 1.4)):
        in_csv = cells[texts.plain(f"insight.report.table.closing_{bound}", item=name["collaboration"])]
        at = heads.index(label(f"insight.report.table.heads.closing_{bound}", language))
        assert (number(in_csv[0]), in_csv[1]) == (value, "14")
        assert round(changed[name["collaboration"]][at], 1) == value
        few = cells[texts.plain(f"insight.report.table.closing_{bound}", item=name["skill"])][0]
        assert few == changed[name["skill"]][at] == label("insight.report.table.few", language)


async def test_of_a_small_company_there_is_no_table_by_part(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    found = await read(office)
    assert found.parts.departments == found.parts.levels == ()


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_report_says_what_it_waits_for_and_what_it_can_show(
    office: Office, hr: Colleague, language: str
) -> None:
    await seven_pairs(office, hr, language)
    files, message = await get_report(office, hr)
    assert says(unescape(files["html"].decode()), "insight.report.parts.honest", language)
    assert shows(message, "surveys.awaited.closing", language), "the programme is running"
    now = office.clock.now()
    async with office.balik.store.write(now) as work:
        (await work.session.get_one(Programme, 1)).state = ProgrammeState.CLOSED
        everybody = (await work.session.exec(select(Participant).order_by(col(Participant.id)))).all()
        for moment, closes in ((Moment.CLOSING, now - timedelta(days=1)), (Moment.LATER, now + timedelta(days=60))):
            for part in everybody:
                asked = SurveyResponse(
                    team_id=TEAM, programme_id=1, participant_id=part.id, side=part.role, moment=moment,
                    asked_at=now - timedelta(days=20), closes_at=closes, recommend=8, confident=4, skill=3,
                )  # fmt: skip
                work.session.add(asked)
        await work.commit()
    found = await read(office)
    assert [(one.moment, one.shown) for one in found.awaited] == [(Moment.LATER, False)]
    recommended = found.recommendations[Moment.CLOSING]
    assert (recommended.average, recommended.people) == (8, 14)
    async with office.balik.store.write(now) as work:
        for row in (await work.session.exec(select(SurveyResponse))).all():
            row.closes_at = now - timedelta(days=1)
            if row.moment == Moment.LATER:
                row.confident = row.skill = None
        await work.commit()
    (few,) = (await read(office)).awaited
    assert few.due is None, "and too few answered"


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_reasons_for_leaving_are_counted_from_five_and_five_others_on(
    office: Office, hr: Colleague, language: str
) -> None:
    await office.set_up(hr)
    people = [office.hire(f"Peserta {at}") for at in range(11)]
    for one in people:
        await office.join(one, "mentor", "specialist", "Gudang")
    for one in people[:7]:
        await leave(office, one, "no_time")
    assert (await read(office)).left_reasons == {}, "whoever knows who left would know why"
    for one, reason in zip(people[7:10], ("new_role", "no_fit", None), strict=True):
        await leave(office, one, reason)
    assert (await read(office)).left_reasons == {}
    await leave(office, people[10], "no_fit")
    assert (await read(office)).left_reasons == {}, "seven and four"
    late = office.hire("Peserta Baru")
    await office.join(late, "mentor", "specialist", "Gudang")
    await leave(office, late, None)
    found = await read(office)
    assert found.left_reasons == {"no_time": 7, REST: 5}
    assert found.summary.people.left == 12


async def leave(office: Office, who: Colleague, reason: str | None) -> None:
    await who.command("leave")
    assert (await who.submit({"reason": reason} if reason else {})).ok


async def test_whoever_left_by_an_older_form_is_not_counted(office: Office, hr: Colleague) -> None:
    """It said that HR is not shown the reason."""
    await office.set_up(hr)
    people = [office.hire(f"Peserta {at}") for at in range(12)]
    for at, one in enumerate(people):
        await office.join(one, "mentor", "specialist", "Gudang")
        await one.command("leave")
        assert one.modal
        one.modal.private_metadata = ""
        assert (await one.submit({"reason": "no_time" if at % 2 else "other"})).ok
    assert (await read(office)).left_reasons == {}


@pytest.mark.in_turn(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_at_the_end_people_are_asked_whether_they_would_recommend_it(
    office: Office, hr: Colleague, language: str
) -> None:
    await introduced(office, hr)
    budi = office.people["budi"]
    async with office.balik.store.write(office.clock.now()) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == budi.id))).one()
        person.language = language
        await work.commit()
    await office.run(until=datetime.fromisoformat("2027-02-02T03:00+00:00"))
    (before,) = [one for one in budi.inbox if "measure.give.understanding.1" in action_ids(one)]
    assert "measure.give.recommend.1" not in action_ids(before), "not yet"
    await end(office)
    closing = with_action(budi, "measure.give.recommend.10")[-1]
    programme = "Tukar Ilmu 2027"
    assert shows(closing, "surveys.items.recommend.ask", language, programme=programme)
    assert (await budi.click(closing, "measure.give.recommend.9")).ok
    answered = budi.inbox[-1] if closing not in budi.inbox else next(one for one in budi.inbox if one.ts == closing.ts)
    assert "9" in texts_in(answered)
    async with office.balik.store.read(office.clock.now()) as work:
        rows = (await work.session.exec(select(SurveyResponse).where(SurveyResponse.recommend == 9))).all()
    assert [one.moment for one in rows] == [Moment.CLOSING]


async def test_a_programme_of_an_older_version_asks_what_people_were_told(office: Office, hr: Colleague) -> None:
    await introduced(office, hr)
    async with office.balik.store.write(office.clock.now()) as work:
        programme = await work.session.get_one(Programme, 1)
        programme.recommends, programme.survey_set = False, FIRST_SET
        await work.commit()
    await office.run(until=datetime.fromisoformat("2027-02-02T03:00+00:00"))
    await end(office)
    budi = office.people["budi"]
    (closing,) = [one for one in budi.inbox if shows(one, "surveys.closing.body")]
    await office.run(days=LATER_AFTER.days + 4)
    (later,) = [one for one in budi.inbox if shows(one, "surveys.later.body")]
    for asked in (closing, later):
        items = {one.split(".")[2] for one in action_ids(asked) if one.startswith("measure.give")}
        assert items == set(SETS[FIRST_SET][Side.LEADER])
