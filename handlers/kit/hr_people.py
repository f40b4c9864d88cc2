"""People as HR reads them: with title, level and department in lists, and a guest account marked in words, because HR
decides where guests take part."""

from bot.domain.calendar import local
from bot.services.participants.members import Member
from bot.services.participants.pairs import PairOver
from handlers.kit.blocks import mention
from handlers.kit.positions import position_of
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

_GUEST = "participants.account.marked"
_PLACED = "participants.account.placed"


def mention_for_hr(texts: Texts, person: Person) -> Mrkdwn:
    """A mention, with "(guest)" after it if that is so."""
    return texts(_GUEST, person=mention(person)) if person.is_guest else mention(person)


def name_for_hr(texts: Texts, person: Person) -> str:
    """The same with the name, for plain text and fields."""
    return texts.plain(_GUEST, person=person.name) if person.is_guest else person.name


def placed_for_hr(texts: Texts, member: Member) -> Mrkdwn:
    """A mention with title, level and department, for lists."""
    who, position = mention_for_hr(texts, member.person), position_of(texts, member.person, member.part)
    return texts(_PLACED, person=who, position=position) if position else who


def placed_name_for_hr(texts: Texts, member: Member) -> str:
    """The same with the name, for menus and fields."""
    who, position = name_for_hr(texts, member.person), position_of(texts, member.person, member.part)
    return texts.plain(_PLACED, person=who, position=position) if position else who


def over_text(texts: Texts, programme: Programme, over: PairOver) -> str:
    """When a pair ended, and by what, as far as HR may know."""
    return texts.plain(f"participants.over.{over.how}", day=texts.day(local(over.at, programme.zone).date()))


def pair_for_hr(texts: Texts, mentor: Person, leader: Person) -> dict[str, Mrkdwn]:
    """The two of a pair as the values of a text."""
    return {"mentor": mention_for_hr(texts, mentor), "leader": mention_for_hr(texts, leader)}
