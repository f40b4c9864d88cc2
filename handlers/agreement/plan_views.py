"""The learning plan: its fields in the agreement's form, and its lines."""

from collections.abc import Collection, Sequence

from bot.domain.agreement import Terms
from bot.domain.agreement_learning_plan import LONGEST_AIM, Aim, PlannedFor, block_of, first_of_each_pack
from bot.domain.sessions import Pack, Side
from bot.services.agreement.agreement import AgreementView
from bot.services.sessions.packs import format_of, shared_topics, topics_to_agree_on
from handlers.kit.blocks import Block, context, divider, field, section, text_input
from prompts.catalogue import Texts
from prompts.reasons import in_text
from storage.tables import MentoringSession, SessionState

KEY = "agreement.plan"


def basis(seen: AgreementView, terms: Terms) -> tuple[str, str]:
    """The topic and the form that the proposals in the form are for: those of the aims that stayed as proposed."""
    kept = next((one for one in terms.plan or () if one.topic), None)
    if kept:
        return kept.topic, kept.form
    # Without a shared topic they are to choose one in their first session: "" until then.
    shared = topics_to_agree_on(seen.couple)[0] if shared_topics(seen.couple) else ""
    return terms.topic or shared, format_of(seen.couple)


def fields(texts: Texts, seen: AgreementView, terms: Terms) -> list[Block]:
    """A field for each kind of session that the pair has; filled in with proposals until they write their own."""
    planned = first_of_each_pack(seen.sessions)
    if not planned:
        return []
    topic, form = basis(seen, terms)
    aims = {one.pack: aim_text(texts, one) for one in terms.plan or ()}
    leader = leader_to(texts, terms.leader_called, seen.side)
    blocks = [divider(), section(texts(f"{KEY}.intro", leader=leader))]
    for pack, session in planned.items():
        text = proposed(texts, Pack(pack), topic, form) if terms.plan is None else aims.get(pack, "")
        label = texts.plain(
            f"{KEY}.label", number=session.number, pack=texts.plain(f"labels.packs.{pack}"), leader=leader
        )
        block = block_of(pack)
        blocks.append(
            field(block, label, text_input(block, initial=text, multiline=True, longest=LONGEST_AIM), optional=True)
        )
    return blocks


def lines(texts: Texts, seen: AgreementView, terms: Terms) -> list[str]:
    """The plan in the agreement's text."""
    planned = first_of_each_pack(seen.sessions)
    aims = sorted((one for one in terms.plan or () if one.pack in planned), key=lambda one: planned[one.pack].number)
    leader = leader_to(texts, terms.leader_called, seen.side)
    return [line(texts, planned[one.pack].number, one, leader) for one in aims]


def leader_to(texts: Texts, called: str, side: Side) -> str:
    """What the plan calls the leader: "you" to the leader, else as the agreement says."""
    return texts.plain(f"{KEY}.you") if side is Side.LEADER else called


def line(texts: Texts, number: int, aim: Aim, leader: str, held: Collection[int] = ()) -> str:
    """One aim; `held`: the numbers of sessions that took place."""
    name = "held" if number in held else "line"
    return texts(f"{KEY}.{name}", number=number, leader=leader, text=aim_text(texts, aim))


def on_home(texts: Texts, sessions: Sequence[MentoringSession], terms: Terms | None, side: Side) -> list[Block]:
    """The plan that both signed, with what took place."""
    planned = first_of_each_pack(PlannedFor(row.number, row.pack, row.opens_on) for row in sessions)
    aims = [one for one in (terms and terms.plan) or () if one.pack in planned]
    if terms is None or not aims:
        return []
    held = [row.number for row in sessions if row.state == SessionState.HELD]
    in_order = sorted(aims, key=lambda one: planned[one.pack].number)
    leader = leader_to(texts, terms.leader_called, side)
    found = [line(texts, planned[one.pack].number, one, leader, held) for one in in_order]
    return [section("\n".join([f"*{texts(f'{KEY}.title')}*", *found]))]


def in_pack(texts: Texts, aim: Aim | None, leader: str) -> list[Block]:
    """The aim of the session that a pack is for."""
    return [context(texts(f"{KEY}.pack", leader=leader, text=aim_text(texts, aim)))] if aim else []


def aim_text(texts: Texts, aim: Aim) -> str:
    """The pair's words, or what was proposed, in the reader's language."""
    return aim.text or proposed(texts, Pack(aim.pack), aim.topic, aim.form)


def proposed(texts: Texts, pack: Pack, topic: str, form: str) -> str:
    """What a plan says by default for a kind of session."""
    of_pack = f"{KEY}.proposed.{pack}"
    key = f"{of_pack}.{form}" if texts.has(f"{of_pack}.{form}") else f"{of_pack}.any"
    return texts.plain(key, topic=in_text(texts, "topics", [topic]) if topic else texts.plain(f"{KEY}.any_topic"))
