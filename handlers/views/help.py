"""What one can type."""

from handlers.views.blocks import Block, context, section
from prompts.catalogue import Texts


def help_blocks(texts: Texts, command: str, unknown: str = "") -> tuple[str, list[Block]]:
    """The fallback text and the blocks of the help; `unknown` is a word that was not understood."""
    text = texts("commands.help.body", command=command)
    blocks: list[Block] = [section(text)]
    if unknown:
        blocks.insert(0, section(texts("commands.unknown.body", word=unknown[:50])))
    blocks.append(context(texts("commands.help.hr", command=command)))
    return text, blocks
