"""Lists too long for one modal."""

from handlers.views.blocks import Block, View, actions, button, context, modal
from prompts.catalogue import Texts


def paged(
    texts: Texts, title: str, blocks: list[Block], action_id: str, draft_id: int, page: int, size: int, count: int
) -> View:
    """A modal of one page, with buttons to the next and the previous one where there are any."""
    if count > size:
        first, last = page * size + 1, min((page + 1) * size, count)
        blocks.append(context(texts("match.draft.page", first=first, last=last, count=count)))
        turns = [
            button(texts.plain(f"match.draft.buttons.{name}"), f"{action_id}.{name}", to)
            for name, to, there in (("previous", page - 1, page > 0), ("next", page + 1, last < count))
            if there
        ]
        blocks.append(actions(*turns))
    note = f"{draft_id}:{page}"
    return modal(texts.plain(title), blocks, callback_id=action_id, close=texts.plain("notice.close"), note=note)
