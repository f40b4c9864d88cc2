"""Read what a mentor chose about buddies."""

from bot.services.buddies.choices import BuddyWish
from handlers.kit.payload import FormState

ASK, OFFER, HELP = "ask", "offer", "help"
"""The fields, each with one box of the same name."""


def read(form: FormState) -> BuddyWish:
    asks, offers, help_wished = (name in form.many(name) for name in (ASK, OFFER, HELP))
    return BuddyWish(asks, offers, help_wished)
