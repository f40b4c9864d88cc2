"""The Home tab. The same blocks are the reply to `/mentoring home`."""

from collections.abc import Sequence
from datetime import date

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.domain.signup import Role
from bot.services.home.home import Enrolment, NextStep, Page, PairPart
from bot.services.matching.waiting import WaitingKind
from handlers.agreement import plan_views
from handlers.care.views import day_of
from handlers.closing.views import finished
from handlers.home import hr_views as home_hr
from handlers.home.support_views import support_rows
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    divider,
    header,
    home,
    mention,
    section,
    select,
)
from handlers.kit.buttons import (
    agreement_button,
    certificate_button,
    growth_button,
    join_button,
    session_held_button,
    working_time_button,
)
from handlers.kit.ids import ActionId
from handlers.matching.confirmation_views import question_blocks
from handlers.material.views import link_lines
from handlers.orientation.views import home_rows
from handlers.outcomes.views import progress_line
from handlers.sessions.place_views import place_line
from handlers.signup.views import waits, written_in
from handlers.surveys.views import home_row
from prompts.catalogue import Texts
from prompts.reasons import no_partner_because, topic_name
from storage.tables import (
    NOT_TAKING_PART,
    MentoringSession,
    ParticipantState,
    Programme,
    ProgrammeState,
    SessionState,
)

MOST_BLOCKS, MOST_IN_MESSAGE = 90, 45
_PROMPTS = (NextStep.SIGN, NextStep.BOOK, NextStep.AGREE, NextStep.WAIT, NextStep.AGAIN)
"""The steps that nobody is prompted to who asked for another partner."""
NEAR = 2
"""Number of sessions listed around the next one."""


def view(texts: Texts, page: Page) -> View:
    return home(blocks(texts, page)[:MOST_BLOCKS])


def message_blocks(texts: Texts, page: Page) -> list[Block]:
    """The page as blocks of a message."""
    shown = blocks(texts, page, home_hr.LABELLED_IN_MESSAGE)[:MOST_IN_MESSAGE]
    return [*shown, context(texts("commands.home.body"))]


def blocks(texts: Texts, page: Page, labelled: int = home_hr.LABELLED) -> list[Block]:
    """The whole page: first the next step, then everything else."""
    found: list[Block] = [header(texts.plain("home.common.greeting")), *_lead(texts, page)]
    of_hr = [*home_hr.part(texts, page, labelled), divider()] if page.hr else []
    # A person without a step of their own comes for HR's.
    found += of_hr if page.first is None else []
    if not page.parts:
        found += _newcomer(texts, page)
    for part in page.parts:
        asked = [home_row(texts, one) for one in part.readings]
        suggested = [block for one in part.questions for block in question_blocks(texts, one)]
        found += [*_programme_pause(texts, part), *asked, *suggested, *_part(texts, part, page)]
        found += [*support_rows(texts, part), divider()]
    found += of_hr if page.first is not None else []
    if not page.parts:  # "My data" is above
        return [*found, context(texts("home.common.privacy_note"))]
    who = button(texts.plain("home.common.buttons.who_sees"), ActionId.PRIVACY_SHOW)
    return [*found, section(texts("home.common.privacy_note"), who)]


def _programme_pause(texts: Texts, part: Enrolment) -> list[Block]:
    """HR paused the whole programme: until when."""
    programme = part.programme
    if programme.paused_until is None or part.state == ParticipantState.LEFT:
        return []
    until = texts.day(local(programme.paused_until, programme.zone).date())
    return [section(texts("course.on_home.body", programme=programme.name, until=until))]


def _lead(texts: Texts, page: Page) -> list[Block]:
    """The next step of all the person's pairs, with only its buttons."""
    first = page.first
    if first is None:
        return []
    title, step = texts("home.common.next"), _next(texts, first, page)
    several = sum(len(part.pairs) for part in page.parts) > 1
    who = f" · {texts(f'home.pair.{first.side}_of', partner=mention(first.partner))}" if several else ""
    return [section(f"*{title}*{who}\n{step}"), *_row_of(_steps(texts, first, page)), divider()]


def _newcomer(texts: Texts, page: Page) -> list[Block]:
    open_one = page.to_join[0] if page.to_join else None
    text = texts(
        "home.newcomer.body",
        programme=_names(texts, page.to_join),
        several=len(page.to_join) > 1,
        start=texts.day(open_one.starts_on) if open_one else "",
        begun=open_one is not None and open_one.starts_on <= local(page.now, open_one.zone).date(),
    )
    language = select(
        ActionId.HOME_LANGUAGE,
        written_in(texts),
        initial=texts.language,
        placeholder=texts.plain("home.common.language"),
    )
    # HR and contacts get messages without taking part.
    rest = [_plain(texts, "help", ActionId.HELP_SHOW), _plain(texts, "privacy", ActionId.PRIVACY_SHOW)]
    rest += [working_time_button(texts), language]
    if page.hr and not open_one:  # HR does not wait for HR
        return [actions(*rest), divider()]
    join = [_calm(one) if page.hr else one for one in _join(texts, page.to_join)]
    return [section(text), actions(*join, *rest), divider()]


def _part(texts: Texts, part: Enrolment, page: Page) -> list[Block]:
    if part.programme.state == ProgrammeState.CLOSED:
        invited = part.state not in NOT_TAKING_PART
        text = texts("home.finished.body", programme=part.programme.name, invited=invited)
        rest = [
            _plain(texts, "concern", ActionId.CONCERN_OPEN),
            _plain(texts, "help", ActionId.HELP_SHOW),
            _plain(texts, "privacy", ActionId.PRIVACY_SHOW),
        ]
        over = finished(texts, part) if part.state != ParticipantState.LEFT else []
        return [section(text), *over, actions(*_join(texts, page.to_join), *rest)]
    match part.state:
        case ParticipantState.LEFT:
            return _left(texts, part, page.to_join)
        case ParticipantState.WAITING:
            change = button(texts.plain("home.common.buttons.change"), ActionId.JOIN_OPEN, part.programme.id)
            return [section(waits(texts, part.programme, part.participant)), actions(change, *_always(texts))]
        case ParticipantState.PAUSED:
            until = day_of(texts, page.person, part.participant.paused_until)
            first = section(texts("home.paused.body", until=until))
            resume = _of_part(texts, "resume", ActionId.RESUME_NOW, part, style="primary")
            return [first, actions(resume, *_always(texts))]
        case _ if part.pairs:
            reading = home_rows(texts, part.preparing)
            return [
                *reading,
                *([divider()] if reading else []),
                *_pairs(texts, part, page),
                *_over(texts, part),
                *_certificate(texts, part),
                divider(),
                *_reminders(texts, page),
                actions(*_buttons(texts, part)),
            ]
        case _ if part.finished:
            return [*_over(texts, part), actions(*_always(texts))]
        case _:
            return [*_waiting(texts, part), *home_rows(texts, part.preparing), actions(*_buttons(texts, part))]


def _over(texts: Texts, part: Enrolment) -> list[Block]:
    """The person's pairs whose time is over while the programme still runs."""
    if not part.finished:
        return []
    return [section(texts("home.finished.early", programme=part.programme.name)), *finished(texts, part)]


def _reminders(texts: Texts, page: Page) -> list[Block]:
    """How many reminders there are, and the button for the other choice."""
    if page.rare_reminders:
        usual = button(texts.plain("home.daily.usual.button"), ActionId.REMIND_MORE)
        return [section(texts("home.daily.rare"), usual)]
    return [section(texts("home.daily.line"), button(texts.plain("home.daily.less.button"), ActionId.REMIND_LESS))]


def _left(texts: Texts, part: Enrolment, to_join: tuple[Programme, ...]) -> list[Block]:
    text = texts("home.left.body", programme=part.programme.name, open=_names(texts, to_join))
    # A concern can be the reason for leaving, so it stays available.
    rest = [
        _plain(texts, "concern", ActionId.CONCERN_OPEN),
        _plain(texts, "help", ActionId.HELP_SHOW),
        _plain(texts, "privacy", ActionId.PRIVACY_SHOW),
    ]
    return [section(text), actions(*_join(texts, to_join), *rest)]


def _waiting(texts: Texts, part: Enrolment) -> list[Block]:
    kind = part.waiting.kind if part.waiting else WaitingKind.SOON
    text = texts(
        "home.waiting.body",
        programme=part.programme.name,
        start=texts.day(part.programme.starts_on) if kind is WaitingKind.SOON else "",
        role=texts.plain(f"labels.role_names.{part.participant.role}"),
        offers=_topics(texts, [one["topic"] for one in part.participant.offers]),
        wishes=_topics(texts, [one["topic"] for one in part.participant.wishes]),
        reading=any(not one.finished for one in part.preparing),
    )
    if part.waiting is None or kind is WaitingKind.SOON:
        return [section(text)]
    why = no_partner_because(texts, part.waiting.cause, part.waiting.topics) if part.waiting.cause else ""
    values = {"cause": why} if why else {}
    return [section(text), section(texts(f"home.waiting.{kind}", **values))]


def _topics(texts: Texts, codes: Sequence[str]) -> str:
    return texts.join([topic_name(texts, code) for code in codes]) if codes else ""


def _pairs(texts: Texts, part: Enrolment, page: Page) -> list[Block]:
    """Every pair; the sides separately for people on both."""
    found: list[Block] = [context(f"*{part.programme.name}*")] if len(page.parts) > 1 else []
    for side in Side:
        pairs = [one for one in part.pairs if one.side is side]
        if pairs and part.participant.role == Role.BOTH:
            found.append(header(texts.plain(f"home.common.{side}_side")))
        for mine in pairs:
            found += _pair(texts, mine, page)
    return found


def _pair(texts: Texts, mine: PairPart, page: Page) -> list[Block]:
    """A pair's state; its next step only if the page does not begin with it."""
    first = page.first is not None and mine.pair.id == page.first.pair.id
    lines = [
        f"*{texts(f'home.pair.{mine.side}_of', partner=mention(mine.partner))}*",
        texts("home.pair.progress", held=mine.held, total=len(mine.sessions)),
        texts(f"agreement.home.{mine.agreement}", partner=mention(mine.partner)),
    ]
    if not first:
        lines.append(f"{texts('home.common.next')}: {_next(texts, mine, page)}")
    if mine.place and mine.next is NextStep.BOOKED:
        lines.append(place_line(texts, mine.place))
    if mine.asked_until and not _left_alone(mine, page):
        lines.append(_asked(texts, mine, page))
    rows = [_row(texts, meeting, page) for meeting in _near(mine)]
    found = [section("\n".join(lines))]
    if mine.goals:
        found.append(section("\n".join(progress_line(texts, *goal) for goal in mine.goals)))
    found += plan_views.on_home(texts, mine.sessions, mine.terms, mine.side)
    if rows:
        found.append(context("\n".join(rows)))
    found += link_lines(texts, mine.links)
    steps = [] if first else [_calm(element) for element in _steps(texts, mine, page)]
    pair_id = mine.pair.id
    chat = button(texts.plain("home.common.buttons.group"), ActionId.INTRO_CHAT, pair_id)
    signing = any(
        step["action_id"] == ActionId.AGREEMENT_OPEN for step in (_steps(texts, mine, page) if first else steps)
    )
    agreement = [] if signing else [_calm(agreement_button(texts, pair_id, mine.agreement))]
    more = button(texts.plain("home.common.buttons.both"), ActionId.HOME_PAIR, pair_id)
    return [*found, *_row_of(steps), actions(*agreement, growth_button(texts, pair_id), chat, more)]


def _calm(element: Element) -> Element:
    """The same button without its colour: a page has one primary step."""
    return {name: value for name, value in element.items() if name != "style"}


def _row_of(elements: Sequence[Element]) -> list[Block]:
    return [actions(*elements)] if elements else []


def _left_alone(mine: PairPart, page: Page) -> bool:
    """Whether nothing is to prompt them to meet, as they were promised."""
    return mine.next in _PROMPTS and mine.asked_until is not None and not _is_over(mine.asked_until, page)


def _is_over(day: date, page: Page) -> bool:
    return day < local(page.now, page.person.zone).date()


def _asked(texts: Texts, mine: PairPart, page: Page) -> str:
    """They asked for another partner: by when HR calls; after that day, what they can do."""
    if mine.asked_until is None:
        return ""
    by = texts.day(mine.asked_until)
    if not _is_over(mine.asked_until, page):
        return texts("home.pair.asked", by=by)
    return texts("home.pair.asked_over", by=by, more=texts.plain("home.common.buttons.both"))


def _next(texts: Texts, mine: PairPart, page: Page) -> str:
    if _left_alone(mine, page):
        return _asked(texts, mine, page)
    if mine.partner_paused and mine.next is not NextStep.POLL:
        return texts("home.pair.partner_paused", partner=mention(mine.partner))
    meeting, partner = mine.session, mention(mine.partner)
    if mine.pair.paused_until and mine.next is not NextStep.POLL:
        until = texts.day(local(mine.pair.paused_until, page.person.zone).date())
        return texts("home.pair.rests", partner=partner, until=until)
    if mine.next is NextStep.SIGN:
        return texts("home.pair.next.sign", partner=partner)
    if meeting is None:
        return texts("home.pair.next.done")
    zone = page.person.zone
    when = texts.moment(meeting.starts_at, zone) if meeting.starts_at else ""
    pack = {"pack": texts.plain(f"labels.packs.{meeting.pack}")}
    first, last = mine.window[:2] if mine.window else (meeting.opens_on, meeting.closes_on)
    opens = {"opens": texts.day(first)}
    values = {
        NextStep.BOOK: {"closes": texts.day(last), **pack},
        NextStep.AGREE: {**opens, **pack},
        NextStep.WAIT: {**opens, **pack},
        NextStep.BOOKED: {"when": when, **pack},
        NextStep.CONFIRM: {"when": when},
    }.get(mine.next, {})
    return texts(f"home.pair.next.{mine.next}", number=meeting.number, partner=partner, **values)


def _steps(texts: Texts, mine: PairPart, page: Page) -> list[Element]:
    """Buttons for the next step: at most three, the primary one first."""
    if _left_alone(mine, page):
        return []
    agreement = agreement_button(texts, mine.pair.id, mine.agreement)
    if mine.next is NextStep.SIGN:
        return [agreement]
    if mine.session is None or (mine.partner_paused and mine.next is not NextStep.POLL):
        return []
    number = mine.session.id
    book = button(texts.plain("home.common.buttons.book"), ActionId.SESSION_BOOK, number, style="primary")
    move = button(texts.plain("home.common.buttons.move"), ActionId.SESSION_MOVE, number)
    held = session_held_button(texts, mine.session)
    pack = button(texts.plain("home.common.buttons.pack"), ActionId.PACK_OPEN, number)
    cancel = button(texts.plain("home.common.buttons.cancel"), ActionId.SESSION_CANCEL, number)
    poll = button(texts.plain("home.common.buttons.poll"), ActionId.POLL_OPEN, number, style="primary")
    return {
        NextStep.POLL: [poll],
        NextStep.BOOK: [book, held],
        NextStep.AGREE: [{**agreement, "style": "primary"}, _calm(book)],
        NextStep.WAIT: [_calm(book)],
        NextStep.BOOKED: [pack, move, cancel],
        NextStep.CONFIRM: [held, move],
        NextStep.AGAIN: [book, held],
    }.get(mine.next, [])


def _near(mine: PairPart) -> Sequence[MentoringSession]:
    """The sessions around the next one."""
    at = mine.sessions.index(mine.session) if mine.session in mine.sessions else len(mine.sessions)
    return mine.sessions[max(at - NEAR, 0) : at + NEAR + 1]


def _row(texts: Texts, meeting: MentoringSession, page: Page) -> str:
    pack = texts.plain(f"labels.packs.{meeting.pack}")
    if meeting.state == SessionState.BOOKED and meeting.starts_at:
        when = texts.short_moment(meeting.starts_at, page.person.zone)
        return texts("home.pair.row_when", number=meeting.number, pack=pack, when=when)
    state = texts.plain(f"labels.session_states.{meeting.state}")
    return texts("home.pair.row", number=meeting.number, pack=pack, state=state)


def _buttons(texts: Texts, part: Enrolment) -> list[Element]:
    change = button(texts.plain("home.common.buttons.change"), ActionId.JOIN_OPEN, part.programme.id)
    pause = _of_part(texts, "pause", ActionId.PAUSE_OPEN, part)
    return [change, working_time_button(texts), pause, *_always(texts)]


def _certificate(texts: Texts, part: Enrolment) -> list[Block]:
    """A certificate that was earned before the end, and by what; finished pairs show it themselves."""
    if not part.certificate or part.finished:
        return []
    return [section(texts("home.common.certificate"), certificate_button(texts, part.programme.id))]


def _always(texts: Texts) -> list[Element]:
    """Actions that are always available; the rest is one click further."""
    return [_plain(texts, "concern", ActionId.CONCERN_OPEN), _plain(texts, "more", ActionId.HOME_MORE)]


def _join(texts: Texts, programmes: tuple[Programme, ...]) -> list[Element]:
    return [{**join_button(texts, *programmes), "style": "primary"}] if programmes else []


def _names(texts: Texts, programmes: tuple[Programme, ...]) -> str:
    return texts.join([one.name for one in programmes]) if programmes else ""


def _of_part(texts: Texts, name: str, action_id: ActionId, part: Enrolment, *, style: str = "") -> Element:
    return button(texts.plain(f"home.common.buttons.{name}"), action_id, part.programme.id, style=style)


def _plain(texts: Texts, name: str, action_id: ActionId) -> Element:
    return button(texts.plain(f"home.common.buttons.{name}"), action_id)
