"""What mentors can have beside their pairs, on the Home tab: a buddy and a circle."""

from bot.services.home.home import Enrolment
from handlers.buddies import views as buddies
from handlers.circles import views as circles
from handlers.kit.blocks import Block
from prompts.catalogue import Texts


def support_rows(texts: Texts, part: Enrolment) -> list[Block]:
    """A line each, for every mentor; for circles, if HR offers them."""
    return [
        *([buddies.home_row(texts, part.buddies)] if part.buddies else []),
        *([circles.home_row(texts, part.circle)] if part.circle else []),
    ]
