"""HR's set-up form, its result, and the announcement."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.care_check_ins import CheckIns
from bot.domain.figures import MIN_GROUP
from bot.domain.message_budget import LIMITS, expected_messages
from bot.domain.programme import THEME_TOPICS, Cadence, Theme
from bot.domain.recruiting_own_texts import OwnText
from bot.domain.sessions import plan
from bot.services.care.contact_posts import Contacts
from bot.services.care.contacts import NamedContact
from bot.services.care.midway import number_of_check_ins
from bot.services.insight.summary_figures import Summary
from bot.services.programme.end import last_day
from bot.services.programme.next_cohort import Predecessor
from bot.services.recruiting.announcement import SignUps
from bot.services.signup.eligibility import eligibility_of
from bot.slack.gateway import Message
from handlers.care.contact_views import fields as contact_fields
from handlers.care.contact_views import named_text
from handlers.kit.blocks import (
    Block,
    Element,
    Option,
    View,
    actions,
    button,
    channel_link,
    channel_select,
    checkboxes,
    context,
    date_picker,
    divider,
    field,
    header,
    modal,
    section,
    select,
    text_input,
    with_placeholder,
)
from handlers.kit.buttons import (
    closing_date_button,
    course_button,
    days_off_button,
    eligibility_button,
    invite_button,
    join_reminder_button,
    material_button,
    nominate_button,
    own_questions_button,
    own_texts_button,
    playbook_button,
    roster_button,
    topics_button,
)
from handlers.kit.eligibility import whom
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.own_wording import OwnWording, closes_on
from handlers.programme import days_off_views as days
from handlers.programme.forms import LONGEST_NAME, MONTHS, SetupState
from handlers.programme.next_cohort_views import from_playbook, learned
from handlers.signup.views import labels, written_in
from prompts.catalogue import Texts
from prompts.reasons import in_text
from storage.tables import Person, Programme, ProgrammeState


def form(
    texts: Texts,
    channel: str,
    contacts: Contacts | None,
    *,
    last: Predecessor | None,
    start: date,
    me: str,
) -> View:
    """The form, filled in with the programme that was `found`, or the `last` one, or with defaults."""
    was, named = (contacts.programme, contacts.named) if contacts else (None, ())
    submit = texts.plain("programme.setup.form.modal.change" if was else "programme.setup.form.modal.submit")
    starts_on = was.starts_on if was else start
    intro = [section(texts("programme.setup.form.intro"))]
    if last:
        was, named = last.programme, last.contacts
        intro = [section(texts("programme.next_cohort.next.intro", programme=was.name)), *learned(texts, last.summary)]
        intro += from_playbook(texts, last)

    cadence = (last.cadence if last else None) or (was.cadence if was else Cadence.MONTHLY)

    def put(name: str, element: dict[str, object]) -> Block:
        key = f"programme.setup.form.{name}"
        hint = texts.plain(f"{key}.hint") if texts.has(f"{key}.hint") else ""
        element = with_placeholder(element, texts.plain(f"{key}.placeholder"))
        return field(name, texts.plain(f"{key}.label"), element, hint=hint)

    options = sorted({*MONTHS, *([was.months] if was else [])})
    months = [(str(n), texts.plain("programme.setup.form.months.option", months=n)) for n in options]
    themes, cadences = labels(texts, "themes", tuple(Theme)), labels(texts, "cadences", tuple(Cadence))
    course = [
        put("theme", select("theme", themes, initial=was.theme if was else Theme.DIGITAL_TRENDS)),
        put("starts_on", date_picker("starts_on", initial=starts_on.isoformat())),
        put("months", select("months", months, initial=str(was.months if was else 6))),
        put("cadence", select("cadence", cadences, initial=cadence)),
    ]
    if contacts and contacts.programme.state != ProgrammeState.RECRUITING:
        # Pairs plan by these: HR changes them where their effect is shown first.
        last_of_it = texts.day(last_day(contacts.programme))
        theme = texts.plain(f"labels.themes.{contacts.programme.theme}")
        text = texts("programme.setup.form.running", first=texts.day(starts_on), last=last_of_it, theme=theme)
        course = [section(text, course_button(texts, contacts.programme.id))]
    return modal(
        texts.plain("programme.setup.form.modal.title"),
        [
            *intro,
            put(
                "name",
                text_input("name", initial=was.name if was else "", longest=LONGEST_NAME),
            ),
            *course,
            put("check_ins", select("check_ins", _check_ins(texts, contacts), initial=_chosen(was))),
            put(
                "language",
                select(
                    "language",
                    written_in(texts),
                    initial=was.language if was else texts.language,
                ),
            ),
            put(
                "announce_channel",
                channel_select("announce_channel", initial=was.announce_channel if was else ""),
            ),
            *contact_fields(texts, named if contacts else [one for one in named if one.fit], otherwise=me),
            _guests(texts, was),
            *([actions(*_more_buttons(texts, contacts.programme))] if contacts else []),
        ],
        callback_id=CallbackId.SETUP_FORM,
        submit=submit,
        close=texts.plain("programme.setup.form.modal.close"),
        state=SetupState(channel),
    )


def _more_buttons(texts: Texts, programme: Programme) -> list[Element]:
    days = [
        days_off_button(texts, programme.id),
        eligibility_button(texts, programme.id),
        own_questions_button(texts, programme.id),
    ]
    if programme.state == ProgrammeState.RECRUITING:
        return [course_button(texts, programme.id), *days]
    return [*days, topics_button(texts, programme.id), material_button(texts, programme.id)]


def _guests(texts: Texts, was: Programme | None) -> Block:
    key = "programme.setup.form.guests"
    boxes = checkboxes("guests", [("yes", texts.plain(f"{key}.option"))], initial=["yes"] if was and was.guests else [])
    return field("guests", texts.plain(f"{key}.label"), boxes, optional=True)


def stored(texts: Texts, programme: Programme, named: Sequence[NamedContact], me: Person, *, new: bool) -> View:
    """Replaces the form once it is stored."""
    key = "programme.setup.stored.body" if new else "programme.setup.changed.body"
    text = texts(key, programme=programme.name, **({} if new else {"closes": closes_on(texts, programme)}))
    return modal(
        texts.plain("programme.setup.form.modal.title"),
        [section(text), *([section(named_text(texts, named, me))] if named else [])],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def done(
    texts: Texts, programme: Programme, sign_ups: SignUps, before: Summary | None, sign_up: str = "open"
) -> Message:
    """HR's first message: what to do next, the sign-ups so far, and the figures of the programme `before`.

    `sign_up`: "open", "soon", or "refused" if the announcement could not be posted.
    """
    text = texts(
        "programme.setup.done.body",
        programme=programme.name,
        theme=texts.plain(f"labels.themes.{programme.theme}"),
        line=texts(f"programme.themes.{programme.theme}.line"),
        topics=in_text(texts, "topics", list(THEME_TOPICS[Theme(programme.theme)])),
        sign_up=texts(f"programme.setup.done.sign_up.{sign_up}", channel=channel_link(programme.announce_channel)),
        start=texts.day(programme.starts_on),
    )
    lessons = learned(texts, before) if before else []
    if programme.follows_id:
        lessons.append(actions(playbook_button(texts, programme.follows_id)))
    title = header(texts.plain("programme.setup.done.title", programme=programme.name))
    sponsor = button(
        texts.plain("programme.setup.done.buttons.sponsor"), ActionId.SPONSOR_OPEN, programme.id, style="primary"
    )
    remind = join_reminder_button(texts, programme.id)
    draft = button(texts.plain("programme.setup.done.buttons.match"), ActionId.MATCH_DRAW, programme.id)
    roster, invite = roster_button(texts, programme.id), invite_button(texts, programme.id)
    who, closing = eligibility_button(texts, programme.id), closing_date_button(texts, programme.id)
    own_texts, topics = own_texts_button(texts, programme.id), topics_button(texts, programme.id)
    buttons = actions(sponsor, own_texts, roster, invite, remind, who, closing, topics, draft)
    count = _count(texts, programme, sign_ups)
    about = [*lessons, _messages(texts, programme), *days.of_programme(texts, programme)]
    return Message(text, [title, section(text), *about, *count, buttons])


def _chosen(was: Programme | None) -> str:
    return (was.check_ins if was else None) or CheckIns.HALF_WAY


def _check_ins(texts: Texts, contacts: Contacts | None) -> list[Option]:
    """How often people are asked how it is going; for a programme with dates, also how many questions that means."""
    options = labels(texts, "check_ins", tuple(CheckIns))
    if contacts is None:
        return options
    key = "programme.setup.form.check_ins.option"
    counts = {one: number_of_check_ins(contacts.programme, one) for one in CheckIns}
    return [(one, texts.plain(key, name=name, count=counts[CheckIns(one)])) for one, name in options]


def _messages(texts: Texts, programme: Programme) -> Block:
    """How many messages a person gets with these settings."""
    cadence = Cadence(programme.cadence)
    asked = number_of_check_ins(programme, CheckIns(_chosen(programme)))
    usual = expected_messages(len(plan(programme.starts_on, programme.months, cadence)), cadence)
    count, more = usual - 1 + asked, max(0, asked - 1)  # one is among the usual ones
    many = count > LIMITS.most
    return context(texts("programme.setup.done.messages", count=count, months=programme.months, many=many, more=more))


def _count(texts: Texts, programme: Programme, sign_ups: SignUps) -> list[Block]:
    """The current sign-ups."""
    text = texts(
        "recruiting.count.body",
        people=sign_ups.people,
        mentors=sign_ups.mentors,
        leaders=sign_ups.leaders,
        both=sign_ups.both,
        wanted=in_text(texts, "topics", list(sign_ups.wanted)),
        missing=in_text(texts, "topics", list(sign_ups.missing)),
        no_manager=sign_ups.no_manager,
    )
    moment = texts.short_moment(sign_ups.at, programme.zone)
    return [divider(), section(text), context(texts("recruiting.count.footer", moment=moment))]


def join_reminder(
    texts: Texts, programme: Programme, mentors: int, leaders: int, own: Mapping[str, str] | None = None
) -> Message:
    """To the public channel: people can still join. With HR's words `own` in a preview."""
    enough = min(mentors, leaders) >= MIN_GROUP  # smaller numbers invite nobody, and are nearly names
    numbers = {"mentors": mentors, "leaders": leaders, "enough": enough}
    words = OwnWording.of(texts, programme, OwnText.REMINDER, **numbers).with_words(own)
    join = button(texts.plain("recruiting.reminder.buttons.join"), ActionId.JOIN_OPEN, programme.id, style="primary")
    return Message(words.mrkdwn("body"), [words.block("body"), *_who(texts, programme), actions(join)])


def _who(texts: Texts, programme: Programme) -> list[Block]:
    """Who may take part, unless everyone may."""
    who = whom(texts, eligibility_of(programme))
    return [section(texts("recruiting.announcement.who", who=who))] if who else []


def announcement(texts: Texts, programme: Programme, own: Mapping[str, str] | None = None) -> Message:
    """The invitation in the public channel. With HR's words `own` in a preview."""
    words = OwnWording.of(texts, programme, OwnText.ANNOUNCEMENT).with_words(own)
    return Message(
        words.mrkdwn("body"),
        [
            header(words.plain("title")),
            words.block("opening"),
            words.block("body"),
            *_who(texts, programme),
            actions(
                button(
                    texts.plain("recruiting.announcement.buttons.join"),
                    ActionId.JOIN_OPEN,
                    programme.id,
                    style="primary",
                ),
                nominate_button(texts, programme.id),
            ),
            context(texts("recruiting.announcement.footer")),
        ],
    )
