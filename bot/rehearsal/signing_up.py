"""How the people of the sample company use the set-up and sign-up forms."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from zlib import crc32

from bot.domain.care_check_ins import CheckIns
from bot.domain.programme import Cadence, Theme
from bot.domain.signup import STYLES, Role
from bot.rehearsal.actor import INVITED, Actor, offers
from bot.rehearsal.company import Member
from bot.rehearsal.demo_workspace import LOCALES, DemoWorkspace
from bot.rehearsal.inviting import invitation_to
from bot.rehearsal.own_questions import own_fields
from bot.rehearsal.persona import Persona
from bot.sandbox import Channel
from bot.slack.user_objects import language_for
from handlers.signup.forms import style_block
from prompts.catalogue import Texts

CONFIDENCE = {
    Persona.KEEN: 5,
    Persona.CALM: 4,
    Persona.BUSY: 3,
    Persona.SILENT: 2,
    Persona.WORRIED: 1,
    Persona.LEAVER: 3,
}
"""How confident a mentor of each persona feels."""
LEAST_KNOWN = 4
"""People know least what they want most: this value less the priority."""
DAYS = "days.open"
CONFIRM = "contact.confirm"


class Refused(Exception):
    """A form was refused. The message has its errors."""


async def set_up(
    hr: Actor,
    stage: DemoWorkspace,
    name: str,
    theme: Theme,
    starts_on: date,
    months: int,
    language: str,
    contacts: Sequence[str],
    cadence: Cadence = Cadence.MONTHLY,
    first_choice: Channel | None = None,
    check_ins: CheckIns = CheckIns.HALF_WAY,
) -> bool:
    """HR sets up the programme in its channel. `contacts` are the Slack ids of the contacts for concerns.

    If the form refuses `first_choice` for the announcement, HR takes #umum; whether that was so.
    """
    await hr.look_home()
    await hr.press(hr.person.home, "home.language", language)
    await hr.command("/mentoring setup", stage.hr_channel)
    values: dict[str, object] = {
        "name": name,
        "theme": theme,
        "starts_on": starts_on.isoformat(),
        "months": str(months),
        "cadence": cadence,
        "check_ins": check_ins,
        "language": language,
        "announce_channel": stage.town_hall.id,
        **dict(zip(("contact", "second_contact"), contacts, strict=False)),
    }
    outcome = await hr.submit({**values, **({"announce_channel": first_choice.id} if first_choice else {})})
    refused = first_choice is not None and "announce_channel" in outcome.errors
    if refused:
        outcome = await hr.submit(values)
    await hr.close()
    if not outcome.ok:
        raise Refused(f"set-up: {outcome.errors or outcome.text}")
    return refused


async def agree_to_be_contact(contact: Actor) -> None:
    """A person whom HR named as a contact agrees, by the button of their message."""
    dm = contact.person.dm
    for message in contact.person.visible(dm) if dm else []:
        if offers(message, CONFIRM):
            await contact.press(message, CONFIRM)


async def change_days(hr: Actor, stage: DemoWorkspace, days_off: Sequence[date], working_days: Sequence[date]) -> None:
    """HR adds days off and working days, in the form that set-up offers."""
    asked: list[dict[str, object]] = [
        {"first": first.isoformat(), "last": last.isoformat()} for first, last in _runs(days_off)
    ]
    if working_days:
        asked.append({"worked": [day.isoformat() for day in working_days]})
    for values in asked:
        await hr.command("/mentoring setup", stage.hr_channel)
        await hr.press(None, DAYS)
        outcome = await hr.submit(values)
        await hr.close()
        if not outcome.ok:
            told = ", ".join(str(value) for value in values.values())
            raise Refused(f"{told}: {' '.join(outcome.errors.values()) or outcome.text}")


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """The first and the last of consecutive days."""
    alone = groupby(enumerate(sorted(days)), key=lambda one: one[1].toordinal() - one[0])
    for _, group in alone:
        run = [day for _, day in group]
        yield run[0], run[-1]


def _offered(address: str, texts: Texts) -> str:
    """The form of address that a member chose; the last one of the form where a language does not have theirs."""
    offered = texts.plain_list("signup.form.addresses")
    return address if address in offered else offered[-1]


def _styles(member: Member) -> dict[str, str]:
    """What a member answers about how they like to work: drawn by their name, so that all else stays as it is.

    About a quarter of the people leave each question out.
    """
    answered = {}
    for place, (axis, (first, second)) in enumerate(STYLES.items()):
        drawn = crc32(f"{place} {member.name}".encode()) % 8
        if drawn < 6:
            answered[style_block(axis)] = first if drawn < 3 else second
    return answered


def _often(member: Member) -> dict[str, list[str]]:
    """A third of the people would like to meet every two weeks, by their name; the others leave the form as it is."""
    drawn = crc32(f"often {member.name}".encode()) % 3
    return {} if drawn else {"cadences": [Cadence.FORTNIGHTLY]}


async def sign_up(actor: Actor, stage: DemoWorkspace, language: str) -> None:
    """A person signs up in both steps of the form, with the data of company.csv."""
    member = actor.member
    if member.role is None:
        return
    if language != language_for(member.zone, None, LOCALES):  # or the first form would be in the other language
        await actor.look_home()
        await actor.press(actor.person.home, "home.language", language)
    if invitation := invitation_to(actor):
        await actor.press(invitation, INVITED)
    else:
        await actor.command("/mentoring join")
    boss = stage.members.get(member.manager)
    first: dict[str, object] = {
        "role": member.role.value,
        "level": member.level.name.lower(),
        "department": member.department,
        "language": language,
        "address": _offered(member.address, actor.balik.context.catalogue.texts(language)),
    }
    first |= {"manager": boss[1].id} if boss else {"no_manager": ["none"]}
    outcome = await actor.submit(
        {
            **first,
            **({"offers": list(member.offers)} if member.role.teaches else {}),
            **({"wishes": list(member.wishes)} if member.role.learns else {}),
        }
    )
    if outcome.ok:
        motivation = actor.balik.context.catalogue.texts(language).plain(
            f"rehearsal.people.motivation.{member.persona}"
        )
        as_mentor = {"confidence": str(CONFIDENCE[member.persona]), "why": motivation}
        outcome = await actor.submit(
            {
                **(as_mentor if member.role.teaches else {}),
                **own_fields(actor),
                **{f"level_{topic}": str(level) for topic, level in member.offers.items()},
                **{f"priority_{topic}": str(priority) for topic, priority in member.wishes.items()},
                **{f"skill_{topic}": str(LEAST_KNOWN - priority) for topic, priority in member.wishes.items()},
                "interests": list(member.interests),
                **_styles(member),
                **_often(member),
                "languages": ["id", "en"],
                **({"mentor_capacity": "1"} if member.role is Role.BOTH else {}),
            }
        )
    await actor.close()
    if not outcome.ok:
        raise Refused(f"{member.name}: {outcome.errors or outcome.text}")
