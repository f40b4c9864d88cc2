"""People as HR reads them: a guest account is marked in words, because HR decides where guests take part."""

from handlers.kit.blocks import mention
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person

_GUEST = "participants.account.marked"


def mention_for_hr(texts: Texts, person: Person) -> Mrkdwn:
    """A mention, with "(guest)" after it if that is so."""
    return texts(_GUEST, person=mention(person)) if person.is_guest else mention(person)


def name_for_hr(texts: Texts, person: Person) -> str:
    """The same with the name, for plain text and fields."""
    return texts.plain(_GUEST, person=person.name) if person.is_guest else person.name


def pair_for_hr(texts: Texts, mentor: Person, mentee: Person) -> dict[str, Mrkdwn]:
    """The two of a pair as the values of a text."""
    return {"mentor": mention_for_hr(texts, mentor), "mentee": mention_for_hr(texts, mentee)}
