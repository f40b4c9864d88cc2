"""The reasons for a pair, in the reader's words. Without numbers and ranks."""

from typing import Any

from prompts.catalogue import Mrkdwn, Texts

MOST_REASONS = 3
Explanation = dict[str, Any]
"""As in `storage.tables.Pair.explanation`."""


_GROUPS = {"mentor_styles": "styles", "mentee_styles": "styles"}
"""An argument of a reason → the group of labels for its codes, if they differ."""
_NAMES = {"mentee_styles": "leader_styles"}
"""An argument of a reason, as stored → its name in the texts, if they differ."""


def reasons(texts: Texts, explanation: Explanation, reader: str, **people: str) -> Mrkdwn:
    """Up to three sentences, one a line.

    `reader` is mentor or mentee, who read `partner`'s name; or both or hr, who read `mentor`'s and `leader`'s.
    """
    told = explanation.get(reader) if reader in explanation else _of_both(explanation)
    sentences = [_sentence(texts, reader, code, arguments, people) for code, arguments in told or []]
    return Mrkdwn("\n".join(f"• {one}" for one in sentences[:MOST_REASONS] if one))


def checked(texts: Texts, explanation: Explanation, *, to_pair: bool = False) -> Mrkdwn:
    """What was made sure of for the two, as one sentence to HR or to the pair."""
    known = [
        f"matching.checked.{code}" for code in explanation.get("checked", []) if texts.has(f"matching.checked.{code}")
    ]
    if not known:
        return Mrkdwn("")
    checks = texts.join(texts(key) for key in known)
    return texts(f"matching.checked.{'to_pair' if to_pair else 'intro'}", checks=checks)


def in_text(texts: Texts, group: str, codes: list[str]) -> str:
    """Topics, interests and the like by name, as they stand within a sentence."""
    return texts.join(_in_text(texts, group, code) for code in codes)


def _in_text(texts: Texts, group: str, code: str) -> str:
    key = f"labels.in_text.{group}.{code}"
    if texts.has(key):
        return texts.plain(key)
    return texts.language_name(code) if group == "languages" else code


def topic_name(texts: Texts, topic: str) -> str:
    """A topic by its name, as in a list. A company's own has HR's name."""
    key = f"labels.topics.{topic}"
    return texts.plain(key) if texts.has(key) else topic


def _of_both(explanation: Explanation) -> list[Any]:
    """The leader's reasons first, then those that only the mentor got."""
    told = list(explanation.get("mentee", []))
    codes = {code for code, _ in told}
    return told + [reason for reason in explanation.get("mentor", []) if reason[0] not in codes]


def _sentence(texts: Texts, reader: str, code: str, arguments: dict[str, list[str]], people: dict[str, str]) -> str:
    # HR reads what both would, but for a warning where there is hardly a reason.
    key = next((key for key in (f"matching.reasons.{one}.{code}" for one in (reader, "both")) if texts.has(key)), "")
    if not key:
        return ""
    words = {
        _NAMES.get(name, name): in_text(texts, _GROUPS.get(name, name), codes) for name, codes in arguments.items()
    }
    return texts(key, **people, **words)


def no_partner_because(texts: Texts, cause: str, topics: list[str]) -> Mrkdwn:
    """Why a person has no partner, for themselves: never about the person whom a rule keeps from them.

    `cause` as in `bot.domain.matching.unmatched_causes`; `topics` are what they offer, or wish for.
    """
    key = f"matching.unmatched_message.letter.cause.{cause}"
    other = "matching.unmatched_message.letter.cause.other"
    return texts(key if texts.has(key) else other, topics=in_text(texts, "topics", topics))
