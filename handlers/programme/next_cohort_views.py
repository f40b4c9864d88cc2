"""The next cohort: the last one's figures, and the invitation of its people."""

from bot.services.insight.summary_figures import Summary
from bot.services.programme.next_cohort import Predecessor
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, context, header, section, typed
from handlers.kit.buttons import playbook_button
from handlers.kit.ids import ActionId
from handlers.playbook.views import cadence_line
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Programme

MOST_TOPICS = 3


def learned(texts: Texts, before: Summary) -> list[Block]:
    """The last programme's figures for planning the next one; the rules of HR's summary apply."""
    name, figure = before.programme.name, next((one.now for one in before.measures if one.name == "useful"), None)
    scarce = [one.code for one in before.topics if one.wanted > one.offered]
    lines = [
        texts(
            "programme.next_cohort.learned.pairs",
            completed=before.completed,
            pairs=len(before.pairs),
        ),
        texts("programme.next_cohort.learned.sessions", held=before.sessions.held, planned=before.sessions.planned),
    ]
    if figure:
        lines.append(
            texts("programme.next_cohort.learned.useful", average=texts.number(figure.average), people=figure.people)
        )
    for kind, codes in (("wanted", [one.code for one in before.topics if one.wanted]), ("scarce", scarce)):
        if codes:
            named = [topic_name(texts, code) for code in codes[:MOST_TOPICS]]
            lines.append(texts(f"programme.next_cohort.learned.{kind}", topics=texts.join(named)))
    heading = texts("programme.next_cohort.learned.heading", programme=name)
    return [section("\n".join([f"*{heading}*", *(f"• {line}" for line in lines)]))]


def from_playbook(texts: Texts, last: Predecessor) -> list[Block]:
    """What the last programme's playbook says to HR that sets up the next one, and the way to all of it."""
    blocks: list[Block] = []
    if last.cadence:
        blocks.append(section(cadence_line(texts, last.cadence)))
    for name in ("changes", "advice"):
        if text := getattr(last.notes, name):
            blocks += [context(texts("playbook.window.heading", heading=texts.plain(f"playbook.form.{name}.label")))]
            blocks.append(typed(text))
    return [*blocks, actions(playbook_button(texts, last.programme.id))]


def invitation(texts: Texts, programme: Programme, *, had_partner: bool) -> Message:
    """To the participants of the last programme, when the next one opens."""
    key = "programme.next_cohort.invited"
    said = key if had_partner else f"{key}.unmatched"
    start = texts.day(programme.starts_on)
    text = texts(f"{said}.body", programme=programme.name, start=start, months=programme.months)
    join = button(texts.plain(f"{key}.button"), ActionId.JOIN_OPEN, programme.id, style="primary")
    title = header(texts.plain(f"{key}.title", programme=programme.name))
    return Message(text, [title, section(text), actions(join), context(texts(f"{said}.footer"))])
