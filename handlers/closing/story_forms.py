"""The form of a pair's story."""

from bot.domain.sessions import Side
from bot.services.closing.stories import LONGEST, LONGEST_QUOTE, Words
from handlers.kit.payload import FormState

Errors = dict[str, int]
"""block_id → the maximum length of its text."""


def words(form: FormState) -> Words | Errors:
    """The input, or the fields that are empty or too long."""
    bounds = {"tried": LONGEST, "changed": LONGEST, "quote": LONGEST_QUOTE}
    typed = {block: form.one(block) for block in bounds}
    errors = {block: longest for block, longest in bounds.items() if not 0 < len(typed[block]) <= longest}
    said_by = form.one("said_by")
    if said_by not in set(Side):
        errors["said_by"] = 0
    return errors or Words(**typed, said_by=Side(said_by))
