"""Guests, people of other companies, bots and the deactivated, wherever a person asks or can be picked."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox import User
from tests.scenarios.office import PROGRAMME_START, Colleague, Office
from tests.scenarios.pairs import introduce

OUTSIDERS: dict[str, dict[str, Any]] = {
    "bot": {"is_bot": True},
    "stranger": {"is_stranger": True, "team_id": "T0002"},
    "foreign": {"team_id": "T0002"},
    "gone": {"deleted": True},
    "guest": {"is_restricted": True},
    "guest of one channel": {"is_ultra_restricted": True},
}
CODES = {"foreign": "stranger", "guest of one channel": "guest"}


def outsider(office: Office, kind: str) -> User:
    return office.slack.add_user("Ola Outside", **OUTSIDERS[kind])


def sentences(office: Office, code: str) -> list[str]:
    catalogue = office.balik.context.catalogue
    return [catalogue.texts(language).plain(f"errors.{code}") for language in catalogue.languages]


def setup_values(office: Office, contact: str) -> dict[str, Any]:
    return {
        "name": "Tukar Ilmu 2027",
        "theme": "digital_trends",
        "starts_on": PROGRAMME_START,
        "months": "6",
        "cadence": "monthly",
        "language": "en",
        "announce_channel": office.general.id,
        "contact": contact,
    }


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_a_contact_is_a_colleague(office: Office, hr: Colleague, kind: str) -> None:
    await hr.command("setup", office.hr_channel)
    outcome = await hr.submit(setup_values(office, outsider(office, kind).id))
    assert set(outcome.errors) == {"contact"}
    assert outcome.errors["contact"] in sentences(office, f"pick_{CODES.get(kind, kind)}")
    assert (await hr.submit(setup_values(office, hr.id))).ok, "nothing that was filled in is lost"


@pytest.mark.parametrize("block", ["manager", "avoids"])
@pytest.mark.parametrize("kind", ["bot", "stranger", "foreign"])
async def test_managers_and_the_avoided_are_colleagues(office: Office, hr: Colleague, kind: str, block: str) -> None:
    await office.set_up(hr)
    sari, other = office.hire("Sari Wulandari"), outsider(office, kind).id
    more: dict[str, Any] = {"manager": other} if block == "manager" else {"avoids": [other]}
    outcome = await office.join(sari, "mentor", "specialist", "Marketing", **more)
    assert set(outcome.errors) == {block}
    assert outcome.errors[block] in sentences(office, f"pick_{CODES.get(kind, kind)}")


@pytest.mark.parametrize("kind", ["stranger", "foreign", "guest", "guest of one channel"])
async def test_outsiders_cannot_sign_up(office: Office, hr: Colleague, kind: str) -> None:
    """Neither by command nor by the button of the announcement."""
    await office.set_up(hr)
    ola = Colleague(office, office.slack.as_person(outsider(office, kind)))
    office.slack.add_member(office.general, ola.slack.user)
    code = CODES.get(kind, kind)
    await ola.command("join", office.general)
    assert ola.slack.modal is None
    assert ola.whispered(office.general)[-1] in texts_of(office, code)
    await ola.click(office.posted(office.general)[-1], "join.open")
    assert ola.slack.modal is None
    assert ola.whispered(office.general)[-1] in texts_of(office, code)


def texts_of(office: Office, code: str) -> list[str]:
    catalogue = office.balik.context.catalogue
    command = office.balik.context.command
    return [str(catalogue.texts(language)(f"errors.{code}", command=command)) for language in catalogue.languages]


async def test_guests_take_part_where_hr_allows_them(office: Office, hr: Colleague) -> None:
    await office.set_up(hr, guests=["yes"])
    guest = office.hire("Gita Tamu", is_restricted=True)
    assert (await office.join(guest, "mentor", "specialist", "Marketing")).ok
    await office.set_up(hr, guests=[])
    await guest.command("join")
    assert guest.slack.modal is not None, "who takes part already can change their sign-up"


async def test_somebody_of_a_grid_is_a_colleague(office: Office, hr: Colleague) -> None:
    """Their home workspace may be another one of the same company."""
    await office.set_up(hr)
    own = office.slack.workspace.team_id
    gita = office.hire("Gita Grid", team_id="T0009", grid_teams=["T0009", own])
    assert (await office.join(gita, "mentor", "specialist", "Marketing")).ok


OPEN: dict[str, Callable[[Office], None]] = {
    "public": lambda office: office.slack.change_channel(office.hr_channel, kind="public"),
    "shared": lambda office: office.slack.change_channel(office.hr_channel, ext_shared=True),
    "about to be shared": lambda office: office.slack.change_channel(office.hr_channel, pending_ext_shared=True),
    "in several workspaces": lambda office: office.slack.change_channel(office.hr_channel, org_shared=True),
}


@pytest.mark.parametrize("how", OPEN)
async def test_hr_has_rights_in_a_private_channel_alone(office: Office, hr: Colleague, how: str) -> None:
    """By what is true now, not by what was true when the programme was set up."""
    await introduce(office, hr)
    OPEN[how](office)
    await office.run(minutes=1)
    for command in ("summary", "match", "setup"):
        await hr.command(command, office.hr_channel)
        assert hr.slack.modal is None, command
    said = hr.whispered(office.hr_channel)[-3:]
    assert set(said) <= {*texts_of(office, "hr_channel_open"), *texts_of(office, "wrong_channel")}


@pytest.mark.parametrize("kind", ["stranger", "foreign", "guest"])
async def test_outsiders_in_hrs_channel_are_not_hr(office: Office, hr: Colleague, kind: str) -> None:
    await introduce(office, hr)
    ola = Colleague(office, office.slack.as_person(outsider(office, kind)))
    office.slack.add_member(office.hr_channel, ola.slack.user)
    await office.run(minutes=1)
    await ola.command("summary", office.hr_channel)
    assert ola.slack.modal is None
    code = {"guest": "not_hr"}.get(kind, "stranger")
    assert ola.whispered(office.hr_channel)[-1] in texts_of(office, code)
