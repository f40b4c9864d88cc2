"""The form in which a pair's rhythm and format are chosen."""

from bot.domain.programme import Cadence
from bot.domain.signup import FORMATS
from handlers.kit.payload import FormState, Malformed


def rhythm(form: FormState) -> tuple[Cadence, str]:
    """How often and in which form. Both are menus that are filled in. Raises `Malformed`."""
    cadence, form_of_it = form.one("cadence"), form.one("format")
    if cadence not in set(Cadence) or form_of_it not in FORMATS:
        raise Malformed("rhythm")
    return Cadence(cadence), form_of_it
