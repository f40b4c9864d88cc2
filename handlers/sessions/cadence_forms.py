"""The form of a pair's cadence and format."""

from bot.domain.programme import Cadence
from bot.domain.signup import FORMATS
from handlers.kit.payload import FormState, Malformed


def rhythm(form: FormState) -> tuple[Cadence, str]:
    """The chosen cadence and format. Both menus have initial values. Raises `Malformed`."""
    cadence, form_of_it = form.one("cadence"), form.one("format")
    if cadence not in set(Cadence) or form_of_it not in FORMATS:
        raise Malformed("rhythm")
    return Cadence(cadence), form_of_it
