"""HR's own questions in a rehearsal: HR asks three, and people answer them by their names, not by chance."""

from zlib import crc32

from bot.rehearsal.actor import Actor, elements
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.sandbox import Message
from prompts.catalogue import Texts

GIVE, WRITE = "own.give", "own.write"
ASKED = (("signup", "choice"), ("poll", "scale"), ("closing", "text"))
"""Places and kinds."""


async def ask_own_questions(hr: Actor, stage: DemoWorkspace, texts: Texts) -> None:
    """HR adds its questions, in one language for everyone."""
    key = "rehearsal.questions"
    for place, kind in ASKED:
        await hr.command("/mentoring questions", stage.hr_channel)
        await hr.press(None, f"own_questions.place.{place}")
        await hr.press(None, f"own_questions.add.{kind}")
        labels = {
            "choice": {"labels": "\n".join(texts.plain_list(f"{key}.options"))},
            "scale": {"low": texts.plain(f"{key}.low"), "high": texts.plain(f"{key}.high")},
        }.get(kind, {})
        words = {"ask": texts.plain(f"{key}.{kind}"), **labels}
        filled = {f"{name}_{texts.language}": text for name, text in words.items()}
        await hr.submit({**filled, "same": ["same"]})
        await hr.close()


def own_fields(actor: Actor) -> dict[str, str]:
    """What a person answers to HR's questions in the second step of the sign-up form."""
    modal = actor.person.modal
    found = {}
    for block in modal.blocks if modal else []:
        name = block.get("block_id", "")
        options = block.get("element", {}).get("options", [])
        if name.startswith("own_") and options and not name.endswith("_share"):
            found[name] = str(options[_drawn(actor, name) % len(options)]["value"])
    return found


async def answer_own_questions(actor: Actor, message: Message, words: str) -> None:
    """One answer to each question of a poll or a survey; a text is written down as `words`, and shared by some."""
    asked: dict[str, list[str]] = {}
    for element in elements(message):
        question, _, value = str(element.get("action_id", "")).removeprefix(f"{GIVE}.").partition(".")
        if str(element.get("action_id", "")).startswith(f"{GIVE}."):
            asked.setdefault(question, []).append(value)
    for question, values in asked.items():
        await actor.press(message, f"{GIVE}.{question}.{values[_drawn(actor, question) % len(values)]}")
    if any(one.get("action_id") == WRITE for one in elements(message)) and _drawn(actor, "text") % 2:
        await actor.press(message, WRITE)
        await actor.submit({"text": words, "share": ["share"] if _drawn(actor, "share") % 2 else []})
        await actor.close()


def _drawn(actor: Actor, about: str) -> int:
    return crc32(f"own {about} {actor.member.name}".encode())
