"""What holds in every rehearsal, whoever plays."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import holidays

from bot.rehearsal.persona import Persona
from tests.rehearsal.conftest import Played, words

AT_ONCE = timedelta(minutes=2)
"""What comes so soon after somebody did something is an answer to them."""
AT_ANY_HOUR = ("concern_contact", "contact_me")
"""A concern goes straight to its contact, whatever the hour."""


def nothing_is_refused_or_lost(played: Played) -> None:
    assert played.report["refused"] == []
    assert played.report["lost"] == []
    assert played.report["stumbles"] == []
    assert all(call["ok"] for call in played.calls)


def everything_keeps_hours(played: Played) -> None:
    """By a calendar of its own: the bot's could be wrong."""
    assert played.report["outside_hours"] == []
    days_off = holidays.country_holidays("ID", years=range(2027, 2030), categories=("public", "government"))
    everybody = played.rehearsal.everybody
    confided = {(row.channel, row.ts) for row in played.rehearsal.sendings if row.kind in AT_ANY_HOUR}
    late = []
    for actor in everybody:
        for message in played.messages(actor):
            writers = everybody if (message.channel, message.ts) in confided else [actor]
            asked_at = [one.at for writer in writers for one in played.done_by(writer)]
            at = message.at.astimezone(ZoneInfo(actor.member.zone))
            working = 9 <= at.hour < 17 and at.weekday() < 5 and at.date() not in days_off
            if not working and not any(timedelta() <= message.at - asked <= AT_ONCE for asked in asked_at):
                late.append((actor.member.name, at.isoformat(), message.text))
    assert late == []


def nothing_comes_twice(played: Played) -> None:
    posts = [call["args"] for call in played.calls if call["method"] == "chat.postMessage"]
    keys = Counter(post["metadata"]["event_payload"]["key"] for post in posts)
    assert [key for key, count in keys.items() if count > 1] == []
    same = Counter((one.at.date(), one.channel, one.text, json.dumps(one.blocks)) for one in played.messages())
    assert [what for what, count in same.items() if count > 1] == []


def who_left_hears_nothing_more(played: Played) -> None:
    for leaver in played.who(Persona.LEAVER):
        if (left := played.done_by(leaver)) and left[-2].text == "/mentoring leave":
            assert [one.text for one in played.messages(leaver) if one.at > left[-1].at] == []


def a_concern_reaches_one_contact(played: Played) -> None:
    """The first one leaves the company in between: then it is the second."""
    concern = played.text("rehearsal.people.concern")
    contacts = {played.rehearsal.contact.id, played.rehearsal.hr.id}
    seen = [set(one.who) for one in played.entries if one.kind != "modal" and concern in words(one)]
    assert all(len(readers) == 1 and readers <= contacts for readers in seen)


def hr_reads_what_was_shared_and_no_more(played: Played) -> None:
    posted = "\n".join(words(one) for one in played.in_hr_channel())
    for private in played.rehearsal.texts.plain_list("rehearsal.people.private"):
        assert private not in posted
        for hr in (played.rehearsal.hr, played.rehearsal.contact):
            assert not any(private in words(one) for one in played.entries if hr.id in one.who)
    for label in ("labels.useful", "labels.agree"):
        for said in played.rehearsal.texts.options(label).values():
            assert said not in posted, "nobody's own rating"


def introductions_hold_no_score(played: Played) -> None:
    members, catalogue = [actor.member for actor in played.rehearsal.everybody], played.rehearsal.texts.catalogue
    readers = [catalogue.texts(played.rehearsal.plan.language, member.address, member.name) for member in members]
    titles = {reader.plain("matching.introduction.mentor.title") for reader in readers}
    introductions = [one for one in played.messages() if any(title in words(one) for title in titles)]
    assert introductions
    for one in introductions:
        reasons = [line for line in words(one).splitlines() if line.startswith("•")]
        assert reasons
        assert not any(character.isdigit() or character == "%" for character in "".join(reasons))


ALL: tuple[Callable[[Played], None], ...] = (
    nothing_is_refused_or_lost,
    everything_keeps_hours,
    nothing_comes_twice,
    who_left_hears_nothing_more,
    a_concern_reaches_one_contact,
    hr_reads_what_was_shared_and_no_more,
    introductions_hold_no_score,
)
