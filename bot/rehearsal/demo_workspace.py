"""The company's Slack: its people and channels before the bot is first used."""

from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.rehearsal.company import NAME, Member
from bot.sandbox import Channel, Manifest, Slack, User
from bot.slack.manifest_file import MANIFEST
from bot.slack.user_objects import language_for

HR_CHANNEL = "hr-mentoring"
TRIAL_CHANNEL = "hr-coba-dari-awal"
"""A second channel of HR's, in which nothing is set up: only in the demo."""
TOWN_HALL = "umum"
LOCALES = {"id": "id-ID", "en": "en-US"}


@dataclass
class DemoWorkspace:
    """A local Slack with a company in it. HR's channel is private and the bot is invited; it may change."""

    slack: Slack
    members: dict[str, tuple[Member, User]]
    """By name."""
    hr_channel: Channel
    town_hall: Channel


def seed_workspace(
    members: list[Member], clock: Clock, *, language: str | None = None, **options: Any
) -> DemoWorkspace:
    """A new local Slack for the company, whose people have theirs in `language`; None: as usual in their time zone.

    `options` go to `Slack`.
    """
    stage = seed_company(Slack(Manifest.load(MANIFEST), clock=clock, team_name=NAME, **options), members, language)
    stage.slack.invite_bot(stage.hr_channel)
    return stage


def seed_company(slack: Slack, members: list[Member], language: str | None = None) -> DemoWorkspace:
    """A company's people and channels in a local Slack. The bot is in none of the channels yet."""
    users = {
        one.name: (
            one,
            slack.add_user(
                one.name,
                email=one.email,
                title=one.title,
                tz=one.zone,
                locale=LOCALES[language or language_for(one.zone, None, LOCALES)],
            ),
        )
        for one in members
    }
    everybody = [user.id for _, user in users.values()]
    hr = [user.id for member, user in users.values() if member.hr]
    town_hall = slack.add_channel(TOWN_HALL, members=everybody)
    hr_channel = slack.add_channel(HR_CHANNEL, private=True, members=hr)
    return DemoWorkspace(slack, users, hr_channel, town_hall)


def recognise(slack: Slack, members: list[Member]) -> DemoWorkspace:
    """The stage of a local Slack that was saved and loaded."""
    users = {user.real_name: user for user in slack.users}
    channels = {channel.name: channel for channel in slack.workspace.channels.values()}
    known = {one.name: (one, users[one.name]) for one in members if one.name in users}
    return DemoWorkspace(slack, known, channels[HR_CHANNEL], channels[TOWN_HALL])


def trial_channel(stage: DemoWorkspace) -> Channel:
    """HR's second channel, with the bot in it; made unless it is there."""
    channels = stage.slack.workspace.channels.values()
    found = next((one for one in channels if one.name == TRIAL_CHANNEL), None)
    if found is None:
        members = [user.id for member, user in stage.members.values() if member.hr]
        found = stage.slack.add_channel(TRIAL_CHANNEL, private=True, members=members)
        stage.slack.invite_bot(found)
    return found
