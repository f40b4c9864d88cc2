"""One pair of a draft: people, reasons, quality, what was checked, alternatives, and HR's actions."""

from typing import Any

from bot.domain.sessions import Side
from bot.services.matching.confirmations import LONGEST_REASON
from bot.services.matching.draft_pages import DraftSearch, Other, PairCard
from bot.services.matching.draft_review import shown_rule
from bot.services.matching.pair_actions import LONGEST_NOTE, Decision
from bot.services.matching.pairing_effect import PairingEffect
from bot.services.matching.visible_rules import Objection
from bot.services.participants.members import Member
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    confirmation,
    confirmation_of,
    context,
    divider,
    field,
    form_modal,
    mention,
    modal,
    section,
    text_input,
)
from handlers.kit.hr_people import mention_for_hr, pair_for_hr, placed_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.options import people_search
from handlers.kit.positions import position_of
from handlers.matching.confirmation_views import out_key, state_line, take_back
from handlers.matching.draft_views import fit, weak_note
from handlers.matching.modal_state import DraftModalState
from handlers.nominations.views import for_person
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import checked, reasons
from storage.tables import Person, Verdict

SURE = "sure"


def act_id(decision: Decision) -> ActionId:
    """The action_id of a decision. Value: the pair's id."""
    return ActionId(f"match.{decision}")


def card(texts: Texts, pair_card: PairCard, look: DraftSearch, alert: str = "", *, looking: bool = False) -> View:
    """All about one pair. `alert` says what others did in between; `looking`: alternatives are being computed."""
    names = {"mentor": pair_card.mentor.person.name, "leader": pair_card.leader.person.name}
    pair = pair_card.pair
    blocks: list[Block] = [section(alert), divider()] if alert else []
    blocks += [
        section(_headline(texts, pair_card)),
        context(Mrkdwn("\n".join(place_line(texts, one) for one in (pair_card.mentor, pair_card.leader)))),
    ]
    blocks += [context(one) for one in _as_mentor(texts, pair_card.mentor)]
    blocks += for_person(texts, pair_card.nominated)
    if pair.explanation:
        made_sure = checked(texts, pair.explanation)
        blocks += [section(reasons(texts, pair.explanation, "hr", **names))]
        blocks += [context(made_sure)] if made_sure else []
        blocks += [context(texts("matching.pair.few_hours"))] if pair.explanation.get("few_hours") else []
        if waited := pair.explanation.get("waited"):
            by_side = {Side.MENTOR: names["mentor"], Side.LEADER: names["leader"]}
            people = [by_side[Side(side)] for side in waited]
            blocks.append(context(texts("matching.pair.waited", people=texts.join(people))))
    blocks += [context(one) for one in _warnings(texts, pair_card)]
    blocks += state_line(texts, pair_card.confirmation, pair_card.programme.zone)
    if pair_card.mark and pair_card.mark.note:
        blocks.append(section(texts("matching.pair.note", note=pair_card.mark.note)))
    blocks.append(actions(*_acts(texts, pair_card)))
    if not pair.excluded:
        blocks += _others(texts, pair_card, Side.MENTOR, looking=looking) + _others(
            texts, pair_card, Side.LEADER, looking=looking
        )
    draft_state = DraftModalState(pair_card.seen.draft_id, look).at(pair_card.seen, pair.id)
    return modal(
        texts.plain("matching.pair.title"),
        blocks,
        callback_id=CallbackId.MATCH_CARD,
        close=texts.plain("matching.pair.close"),
        state=draft_state,
    )


def swap_form(
    texts: Texts,
    pair_card: PairCard,
    draft_state: DraftModalState,
    objections: list[Objection],
    alert: str = "",
    effect: PairingEffect | None = None,
) -> View:
    """The pair with which this one swaps mentors. HR may override `objections`. `effect`: of the swap with whom HR
    chose."""
    blocks: list[Block] = [section(alert)] if alert else []
    who = pair_for_hr(texts, pair_card.mentor.person, pair_card.leader.person)
    chosen = effect.before[1].leader.person if effect else next((one.leader for one in objections), None)
    blocks += [
        section(texts("matching.swap.intro", **who)),
        field(
            "mentee",
            texts.plain("matching.swap.mentee.label"),
            people_search(
                ActionId.MATCH_TRY_SWAP, chosen=chosen, placeholder=texts.plain("matching.swap.mentee.placeholder")
            ),
            reacts=True,
        ),
        *_effect(texts, effect),
        _why(texts),
        *_sure(texts, objections),
    ]
    return _form(texts, "swap", blocks, CallbackId.MATCH_SWAP, draft_state)


def note_form(texts: Texts, pair_card: PairCard, draft_state: DraftModalState, alert: str = "") -> View:
    who = pair_for_hr(texts, pair_card.mentor.person, pair_card.leader.person)
    note = pair_card.mark.note if pair_card.mark else ""
    blocks: list[Block] = [section(alert)] if alert else []
    blocks += [
        section(texts("matching.note.intro", **who)),
        field(
            "text",
            texts.plain("matching.note.label"),
            text_input("text", initial=note, multiline=True, longest=LONGEST_NOTE),
            hint=texts.plain("matching.note.hint"),
            optional=True,
        ),
    ]
    return _form(texts, "note", blocks, CallbackId.MATCH_NOTE, draft_state)


def add_form(
    texts: Texts,
    draft_state: DraftModalState,
    objections: list[Objection],
    alert: str = "",
    effect: PairingEffect | None = None,
) -> View:
    """The form to pair two people by hand. `effect`: of the pair that HR chose."""
    blocks: list[Block] = [section(alert)] if alert else []
    blocks += [section(texts("matching.add.intro"))]
    chosen = _chosen_to_add(objections, effect)
    blocks += [
        field(
            side,
            texts.plain(f"matching.add.{side}.label"),
            people_search(
                SEARCH_TO_ADD[side],
                chosen=chosen.get(side),
                placeholder=texts.plain(f"matching.add.{side}.placeholder"),
            ),
            reacts=True,
        )
        for side in Side
    ]
    blocks += _effect(texts, effect)
    return _form(texts, "add", [*blocks, _why(texts), *_sure(texts, objections)], CallbackId.MATCH_ADD, draft_state)


SEARCH_TO_ADD = {Side.MENTOR: ActionId.MATCH_TRY_ADD, Side.LEADER: ActionId.MATCH_TRY_ADD_LEADER}


def _chosen_to_add(objections: list[Objection], effect: PairingEffect | None) -> dict[Side, Person]:
    """Who was chosen, for a form that an older version opened: its menus are of another type, so Slack empties them."""
    if effect:
        return {Side.MENTOR: effect.after[0].mentor.person, Side.LEADER: effect.after[0].leader.person}
    return {Side.MENTOR: objections[0].mentor, Side.LEADER: objections[0].leader} if objections else {}


def _effect(texts: Texts, effect: PairingEffect | None) -> list[Block]:
    """The scores before and after, pair by pair."""
    if effect is None:
        return []
    lines = []
    for when, pairs in (("before", effect.before), ("after", effect.after)):
        for scored in pairs:
            who = pair_for_hr(texts, scored.mentor.person, scored.leader.person)
            lines.append(
                texts(f"matching.effect.{when}", **who, **fit(texts, scored.score, effect.floor, scored.explanation))
            )
    return [section(Mrkdwn("\n".join([texts("matching.effect.title"), *lines])))]


def objection(texts: Texts, objection: Objection) -> Mrkdwn:
    """A rule by its name, its meaning for these two, and, where possible, the effect of overriding it."""
    rule = shown_rule(objection.rule)
    about = {"mentor": mention(objection.mentor), "leader": mention(objection.leader)}
    name, sentence = texts(f"matching.rules.{rule}.name"), texts(f"matching.rules.{rule}.sentence", **about)
    lifting = "" if objection.final else texts(f"matching.rules.{rule}.lifting")
    return texts("matching.rules.line", name=name, sentence=sentence, lifting=lifting)


def objection_plain(texts: Texts, objections: list[Objection]) -> str:
    """The same for an error at a field."""
    told = []
    for objection in objections:
        rule = shown_rule(objection.rule)
        about = {"mentor": objection.mentor.name, "leader": objection.leader.name}
        name = texts.plain(f"matching.rules.{rule}.name")
        told.append(f"{name}: {texts.plain(f'matching.rules.{rule}.sentence', **about)}")
    return " ".join(dict.fromkeys(told))


def _form(texts: Texts, name: str, blocks: list[Block], callback_id: CallbackId, draft_state: DraftModalState) -> View:
    return form_modal(texts, f"matching.{name}", blocks, callback_id=callback_id, state=draft_state)


def _why(texts: Texts) -> Block:
    """HR's words for the two who are asked."""
    return field(
        "why",
        texts.plain("matching.add.why.label"),
        text_input("why", multiline=True, longest=LONGEST_REASON),
        hint=texts.plain("matching.add.why.hint"),
        optional=True,
    )


def _sure(texts: Texts, objections: list[Objection]) -> list[Block]:
    """The rules that forbid the two; and, if HR may override all of them, a checkbox to confirm that."""
    if not objections:
        return []
    final = [one for one in objections if one.final]
    text = Mrkdwn("\n".join(dict.fromkeys(objection(texts, one) for one in final or objections)))
    if final:
        return [section(texts("matching.rules.stands", rules="")), section(text)]
    sure = checkboxes(SURE, [(SURE, texts.plain("matching.rules.sure.option"))])
    return [
        section(texts("matching.rules.warning")),
        section(text),
        field(SURE, texts.plain("matching.rules.sure.label"), sure, optional=True),
    ]


def _headline(texts: Texts, pair_card: PairCard) -> Mrkdwn:
    who = pair_for_hr(texts, pair_card.mentor.person, pair_card.leader.person)
    verdict = pair_card.mark.verdict if pair_card.mark else None
    if pair_card.pair.excluded:
        state = "matching.draft.forbidden" if verdict == Verdict.FORBIDDEN else out_key(pair_card.confirmation)
        return texts(state or "matching.draft.excluded", **who)
    row = texts(
        "matching.pair.headline",
        **who,
        **fit(texts, pair_card.pair.score, pair_card.programme.floor, pair_card.pair.explanation),
    )
    if verdict == Verdict.LOCKED and pair_card.marked_by and not pair_card.confirmation:
        return Mrkdwn(f"{row}\n{texts('matching.pair.locked', person=mention(pair_card.marked_by))}")
    return row


def place_line(texts: Texts, member: Member) -> Mrkdwn:
    """Who a person is: title, level and department."""
    position = position_of(texts, member.person, member.part)
    who = mention_for_hr(texts, member.person)
    return texts("matching.pair.place", person=who, position=position) if position else who


def _as_mentor(texts: Texts, mentor: Member) -> list[Mrkdwn]:
    """What the mentor wrote for HR when signing up."""
    told = []
    if mentor.part.confidence:
        confidence = texts.plain(f"labels.confidence.s{mentor.part.confidence}")
        told.append(texts("matching.pair.confidence", person=mention(mentor.person), confidence=confidence))
    if mentor.part.motivation:
        told.append(texts("matching.pair.motivation", person=mention(mentor.person), why=mentor.part.motivation))
    return told


def _warnings(texts: Texts, pair_card: PairCard) -> list[Mrkdwn]:
    told = [
        texts("matching.pair.held", person=mention_for_hr(texts, one.person))
        for one in (pair_card.mentor, pair_card.leader)
        if one.part.held_at
    ]
    if not pair_card.pair.excluded and (weak := weak_note(texts, pair_card.pair, pair_card.programme.floor)):
        told.append(weak)
    if lifted := pair_card.pair.explanation.get("lifted"):
        rules = texts.join(texts.plain(f"matching.rules.{rule}.name") for rule in lifted)
        told.append(texts("matching.pair.lifted", rules=rules))
    return told


def _acts(texts: Texts, pair_card: PairCard) -> list[Element]:
    verdict, out = pair_card.mark.verdict if pair_card.mark else None, pair_card.pair.excluded
    held = bool(pair_card.mentor.part.held_at or pair_card.leader.part.held_at)
    if held:
        decisions = []
    elif verdict == Verdict.FORBIDDEN:
        decisions = [Decision.ALLOW]
    elif out:
        decisions = [Decision.FORBID] if pair_card.confirmation else [Decision.PUT_BACK, Decision.FORBID]
    elif pair_card.confirmation:
        decisions = []
    else:
        lock = Decision.UNLOCK if verdict == Verdict.LOCKED else Decision.LOCK
        decisions = [lock, Decision.TAKE_OUT, Decision.FORBID]
    pair_id = pair_card.pair.id
    elements = [
        button(
            texts.plain(f"matching.pair.buttons.{one}"), act_id(one), pair_id, confirm=_sure_of(texts, pair_card, one)
        )
        for one in decisions
    ]
    if pair_card.confirmation and not (out or held):
        elements.append(take_back(texts, pair_card, act_id(Decision.TAKE_OUT)))
    if not out:
        elements.append(button(texts.plain("matching.pair.buttons.swap"), ActionId.MATCH_SWAP, pair_id))
    elements.append(button(texts.plain("matching.pair.buttons.note"), ActionId.MATCH_NOTE, pair_id))
    return [
        *elements,
        *(_hold(texts, one, side) for side, one in ((Side.MENTOR, pair_card.mentor), (Side.LEADER, pair_card.leader))),
    ]


def _sure_of(texts: Texts, pair_card: PairCard, decision: Decision) -> dict[str, Any] | None:
    """Two people lose their partner by it: HR reads who, first. None for a decision that changes nothing for others."""
    if pair_card.pair.excluded or decision not in (Decision.TAKE_OUT, Decision.FORBID):
        return None
    names = {"mentor": pair_card.mentor.person.name, "leader": pair_card.leader.person.name}
    return confirmation_of(texts, f"matching.pair.{decision}", **names)


def _hold(texts: Texts, member: Member, side: Side) -> Element:
    """Hold one of the two back, or let them be paired again."""
    mentors = side is Side.MENTOR
    if member.part.held_at:
        let_in = ActionId.MATCH_LET_IN if mentors else ActionId.MATCH_LET_IN_LEADER
        return button(texts.plain(f"matching.pair.let_in_of.{side}"), let_in, member.part.id)
    hold = ActionId.MATCH_HOLD if mentors else ActionId.MATCH_HOLD_LEADER
    question = confirmation_of(texts, "matching.pair.hold", person=member.person.name)
    return button(texts.plain(f"matching.pair.hold_of.{side}"), hold, member.part.id, confirm=question)


def _others(texts: Texts, pair_card: PairCard, side: Side, *, looking: bool) -> list[Block]:
    """Alternatives for one of the two."""
    stays = pair_card.leader if side is Side.MENTOR else pair_card.mentor
    leaves = pair_card.mentor if side is Side.MENTOR else pair_card.leader
    blocks: list[Block] = [divider(), section(texts(f"matching.pair.others.{side}", person=stays.person.name))]
    for one in pair_card.others[side]:
        row = _other(texts, one, pair_card.programme.floor)
        request = "swap" if one.partners else "choose"
        names = {"person": one.member.person.name, "stays": stays.person.name, "leaves": leaves.person.name}
        # A person with several partners loses the weakest pair.
        names["partner"] = one.partners[0].person.name if one.partners else ""
        confirm = confirmation(
            texts.plain(f"matching.pair.{request}.title"),
            texts.plain(f"matching.pair.{request}.text", **names),
            texts.plain(f"matching.pair.{request}.yes"),
            texts.plain(f"matching.pair.{request}.no"),
        )
        label = texts.plain(f"matching.pair.{request}.button")
        blocks.append(
            section(row, button(label, ActionFamily.MATCH_CHOOSE.of(side), one.member.part.id, confirm=confirm))
        )
    none = context(texts(f"matching.pair.others.{'looking' if looking else 'none'}"))
    return blocks if pair_card.others[side] else [*blocks, none]


def _other(texts: Texts, one: Other, floor: int) -> Mrkdwn:
    partners = texts.join(placed_for_hr(texts, partner) for partner in one.partners)
    person, position = mention_for_hr(texts, one.member.person), position_of(texts, one.member.person, one.member.part)
    place = texts("matching.pair.taken", partners=Mrkdwn(partners)) if one.partners else texts("matching.pair.free")
    return texts("matching.pair.other", person=person, position=position, place=place, **fit(texts, one.score, floor))
