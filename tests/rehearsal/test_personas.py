"""Everybody did what their character is for, and the bot answered as it should."""

from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.persona import Persona
from tests.rehearsal.conftest import Played, words


def test_a_keen_mentor_does_everything(played: Played) -> None:
    rizky = named(played, "Rizky Pratama")
    said = [one.text for one in played.done_by(rizky)]
    for key in ("labels.met.yes", "closing.person.buttons.thanks"):
        assert played.text(key) in said
    assert said.count(played.text("sessions.nudge_mentor.buttons.book")) >= 1


def test_people_differ(played: Played) -> None:
    kinds = played.report["messages_by_kind"]
    assert kinds["concern_contact"] == 1
    assert kinds["pair_ended"] == kinds["pair_ended_hr"] >= 1, "whoever leaves may have two partners"
    for kind in ("chat_moved", "poll_mentor", "poll_mentee", "pair_nudge", "risk_ask", "thanks", "closing", "summary"):
        assert kinds[kind] >= 1, kind


def test_a_busy_leader_moves_a_session_and_the_mentor_is_told(played: Played) -> None:
    (busy,) = played.who(Persona.BUSY)
    assert played.text("sessions.move.modal.submit") in [one.text for one in played.done_by(busy)]
    why = played.text("labels.move_reasons.busy")
    assert any(busy.id in words(one) and why in words(one) for one in played.messages(partner(played, busy)))


def test_somebody_silent_does_nothing_and_the_bot_notices(played: Played) -> None:
    (silent,) = played.who(Persona.SILENT)
    joined = [one.at for one in played.done_by(silent)]
    assert len(joined) == 3, "the command and two steps of the form"
    mentor = partner(played, silent)
    assert played.text("labels.met.no_show") in [one.text for one in played.done_by(mentor)]
    assert any(offers_any(played, mentor, "risk.say.rematch"))


def test_a_concern_reaches_the_contact(played: Played) -> None:
    (worried,) = played.who(Persona.WORRIED)
    concern = played.text("rehearsal.people.concern")
    heard = [one for one in played.messages(played.rehearsal.contact) if concern in words(one)]
    assert len(heard) == 1
    assert worried.id in words(heard[0]) or worried.member.name in words(heard[0])


def test_who_is_left_is_told_kindly_and_hr_without_the_reason(played: Played) -> None:
    (leaver,) = played.who(Persona.LEAVER)
    left = played.done_by(leaver)[-1].at
    other = partner(played, leaver)
    told = [one for one in played.messages(other) if leaver.id in words(one) and one.at >= left]
    assert len(told) == 1
    offered = [one["action_id"] for block in told[0].blocks for one in block.get("elements", [])]
    assert offered == ["home.show", "pause.open"]
    assert any(leaver.id in words(one) for one in played.in_hr_channel() if one.at >= left)


def test_people_look_at_their_home(played: Played) -> None:
    assert any(one.kind == "home" for one in played.entries)


def named(played: Played, name: str) -> Actor:
    return next(actor for actor in played.rehearsal.others if actor.member.name == name)


def partner(played: Played, actor: Actor) -> Actor:
    """The other one of the pair's chat."""
    both = next(one.who for one in played.messages(actor) if played.kind_of(one) == "mpim")
    return next(one for one in played.rehearsal.others if one.id in both and one is not actor)


def offers_any(played: Played, actor: Actor, action_id: str) -> list[bool]:
    return [offers(one, action_id) for one in played.messages(actor)]  # type: ignore[arg-type]  # it looks at blocks only
