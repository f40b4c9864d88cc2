"""The help: commands for newcomers, for participants, for HR."""

from bot.services.home.home import Page
from handlers.kit.blocks import Block, Element, actions, button, channel_link, section
from handlers.kit.buttons import join_button, resume_button
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.tables import ParticipantState


def _steps(texts: Texts, page: Page) -> list[Element]:
    """The next step first, in colour."""
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    concern = button(texts.plain("home.common.buttons.concern"), ActionId.CONCERN_OPEN)
    if any(part.state == ParticipantState.PAUSED for part in page.parts):
        steps = [resume_button(texts), home]
    elif page.taking_part or page.hr or not page.to_join:
        steps = [home]
    else:
        steps = [join_button(texts, *page.to_join), home]
    if page.parts and not page.taking_part:
        steps.append(concern)  # it can be why they left
    return [{**steps[0], "style": "primary"}, *steps[1:]]


def help_blocks(texts: Texts, page: Page, unknown: str = "") -> tuple[str, list[Block]]:
    """The fallback text and the blocks of the help; `unknown` is an unknown word."""
    blocks: list[Block] = [section(texts("commands.unknown.body", word=unknown[:50]))] if unknown else []
    if page.taking_part:
        blocks += [section(texts("commands.help.body"))]
    else:
        programme = texts.join([one.name for one in page.to_join]) if page.to_join else ""
        former = bool(page.parts)
        values = {"programme": programme, "guest": page.closed_to_guest, "former": former}
        blocks += [section(texts("commands.help.newcomer", **values))]
    blocks += [actions(*_steps(texts, page))]
    if page.hr:
        channels = dict.fromkeys(channel_link(one.programme.hr_channel) for one in page.hr)
        blocks.append(section(texts("commands.help.hr", channel=texts.join(channels))))
    return texts("commands.help.fallback"), blocks
