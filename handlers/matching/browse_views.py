"""A draft's pairs, or its unmatched people, page by page: by name, department, quality or state."""

from bot.domain.participants import department_key
from bot.services.matching.draft_pages import DraftPart, DraftSearch, Listing, Row
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    divider,
    field,
    modal,
    section,
    select,
    text_input,
)
from handlers.kit.buttons import page_turns
from handlers.kit.hr_people import pair_for_hr
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.matching.confirmation_views import out_key, short_state
from handlers.matching.draft_views import fit, weak_note
from handlers.matching.modal_state import LONGEST_WORDS, DraftModalState
from handlers.matching.pair_views import place_line
from handlers.matching.unmatched_views import left_rows, write_all
from prompts.catalogue import Mrkdwn, Texts
from prompts.reasons import checked, reasons
from storage.tables import Verdict

A_PAGE = 10
ALL = "-"
MOST_DEPARTMENTS = 99


def listing(texts: Texts, listing: Listing, alert: str = "") -> View:
    """The list, with fields to search for others on top."""
    look, draft_id = listing.look, listing.draft.id
    blocks: list[Block] = [section(alert)] if alert else []
    blocks += [
        field(
            "words",
            texts.plain("matching.browse.words.label"),
            text_input(
                "words",
                initial=look.words,
                placeholder=texts.plain("matching.browse.words.placeholder"),
                longest=LONGEST_WORDS,
            ),
            optional=True,
        ),
        actions(_show(texts, listing), *_departments(texts, listing)) | {"block_id": "look"},
    ]
    if look.show is DraftPart.LEFT:
        blocks += left_rows(texts, listing) + (write_all(texts, listing) if listing.count > 1 else [])
    else:
        blocks += _pairs(texts, listing)
    if not listing.count:
        blocks.append(
            section(
                texts(
                    f"matching.browse.nothing.{look.show}" if look == DraftSearch(look.show) else "matching.browse.none"
                )
            )
        )
    blocks += page_turns(texts, ActionFamily.MATCH_PAGE, look.page, listing.count, A_PAGE)
    log = button(texts.plain("matching.log.button"), ActionId.MATCH_LOG, listing.draft.programme_id)
    blocks.append(actions(button(texts.plain("matching.add.button"), ActionId.MATCH_ADD, draft_id), log))
    return modal(
        texts.plain("matching.draft.title"),
        blocks,
        callback_id=CallbackId.MATCH_BROWSE,
        submit=texts.plain("matching.browse.submit"),
        close=texts.plain("notice.close"),
        state=DraftModalState(draft_id, look),
    )


def _show(texts: Texts, listing: Listing) -> Element:
    options = [(one.value, texts.plain(f"matching.browse.show.{one}")) for one in DraftPart]
    return select(ActionId.MATCH_SHOW, options, initial=listing.look.show)


def _departments(texts: Texts, listing: Listing) -> list[Element]:
    if not listing.departments:
        return []
    options = [(department_key(name), name) for name in listing.departments[:MOST_DEPARTMENTS]]
    everywhere = (ALL, texts.plain("matching.browse.every_department"))
    return [select(ActionId.MATCH_DEPARTMENT, [everywhere, *options], initial=listing.look.department or ALL)]


def _pairs(texts: Texts, listing: Listing) -> list[Block]:
    made_sure = dict.fromkeys(checked(texts, one.pair.explanation) for one in listing.rows if not one.pair.excluded)
    # Properties of all of them are shown once: on a phone, ten times is two screens more.
    common = next(iter(made_sure)) if len(made_sure) == 1 else ""
    blocks: list[Block] = [context(" ".join(filter(None, (texts("matching.browse.intro"), common))))]
    for one in listing.rows if listing.rows else []:
        blocks += _pair(texts, one, listing.programme.floor, known=common)
    return blocks if listing.rows else []


def _pair(texts: Texts, one: Row, floor: int, *, known: str) -> list[Block]:
    """A pair: people, quality, reasons, what was checked unless it is `known`, and HR's decisions."""
    pair = one.pair
    who = pair_for_hr(texts, one.mentor.person, one.leader.person)
    places = Mrkdwn("\n".join(place_line(texts, each) for each in (one.mentor, one.leader)))
    open_it = button(texts.plain("matching.browse.open"), ActionId.MATCH_OPEN, pair.id)
    if pair.excluded:
        state = "matching.draft.forbidden" if one.verdict == Verdict.FORBIDDEN else out_key(one.confirmation)
        return [section(texts(state or "matching.draft.excluded", **who), open_it), context(places), divider()]
    row = texts("matching.draft.row", **who, **fit(texts, pair.score, floor, pair.explanation))
    why = reasons(texts, pair.explanation, "hr", mentor=one.mentor.person.name, leader=one.leader.person.name)
    made_sure = checked(texts, pair.explanation)
    notes = [
        short_state(texts, one.confirmation)
        or (texts("matching.browse.locked") if one.verdict == Verdict.LOCKED else ""),
        texts("matching.browse.noted") if one.noted else "",
        weak_note(texts, pair, floor),
        made_sure if made_sure != known else "",
    ]
    note = " ".join(filter(None, notes))
    shown = [context(each) for each in (places, note) if each]
    return [section(f"{row}\n{why}", open_it), *shown, divider()]
