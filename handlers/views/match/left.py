"""The people without a partner, each with the cause and what would help."""

from collections.abc import Sequence

from bot.domain.sessions import Side
from bot.services.reviewing import LeftOver
from handlers.views.blocks import View, mention, section
from handlers.views.match.pages import paged
from prompts.catalogue import Texts
from prompts.reasons import in_text

LEFT_PAGE = "match.left_page"
"""Value: the page."""
LEFT_A_PAGE = 25


def left_page(texts: Texts, draft_id: int, page: int, left: Sequence[LeftOver]) -> View:
    """Some of the people without a partner, each with the cause and what would help."""
    shown = left[page * LEFT_A_PAGE : (page + 1) * LEFT_A_PAGE]
    blocks = [section(_left_row(texts, one)) for one in shown] or [section(texts("match.draft.nobody_left"))]
    return paged(texts, "match.draft.left_title", blocks, LEFT_PAGE, draft_id, page, LEFT_A_PAGE, len(left))


def _left_row(texts: Texts, one: LeftOver) -> str:
    part = one.participant
    topics = [each["topic"] for each in (part.wishes if one.side == Side.MENTEE else part.offers)]
    cause = texts(f"match.leftover.cause.{one.cause}", topics=in_text(texts, "topics", topics))
    return texts(
        "match.draft.left_row",
        person=mention(one.person),
        role=texts.plain(f"labels.role_names.{one.side}"),
        cause=cause,
        help=texts(f"match.leftover.help.{one.help}"),
    )
