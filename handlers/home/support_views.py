"""What mentors can have beside their pairs, on the Home tab: a buddy."""

from bot.services.home.home import Enrolment
from handlers.buddies import views as buddies
from handlers.kit.blocks import Block
from prompts.catalogue import Texts


def support_rows(texts: Texts, part: Enrolment) -> list[Block]:
    """A line each, for every mentor."""
    return [buddies.home_row(texts, part.buddies)] if part.buddies else []
