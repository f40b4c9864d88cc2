"""The help: commands for newcomers, for participants, for HR."""

from bot.services.home.home import Page
from handlers.kit.blocks import Block, actions, button, channel_link, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts


def help_blocks(texts: Texts, page: Page, unknown: str = "") -> tuple[str, list[Block]]:
    """The fallback text and the blocks of the help; `unknown` is an unknown word."""
    blocks: list[Block] = [section(texts("commands.unknown.body", word=unknown[:50]))] if unknown else []
    if page.taking_part:
        blocks += [section(texts("commands.help.body"))]
        blocks += [actions(button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW))]
    else:
        to_join = page.to_join
        blocks += [section(texts("commands.help.newcomer", programme=to_join.name if to_join else ""))]
        if to_join:
            join = button(texts.plain("home.common.buttons.join"), ActionId.JOIN_OPEN, to_join.id, style="primary")
            blocks += [actions(join)]
    blocks += [
        section(texts("commands.help.hr", channel=channel_link(one.programme.hr_channel))) for one in page.hr[:5]
    ]
    return texts("commands.help.fallback"), blocks
