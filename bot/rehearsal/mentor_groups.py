"""Mentors join a circle and offer to be a buddy, from their Home tab."""

from bot.rehearsal.actor import Actor, offers

BUDDY, CIRCLE = "buddy.open", "circle.open"


async def join_circle(actor: Actor) -> None:
    """Where HR offers circles to mentors."""
    await actor.look_home()
    if offers(actor.person.home, CIRCLE):
        await actor.press(actor.person.home, CIRCLE)
        await actor.press(None, "circle.join")
        await actor.close()


async def offer_to_be_a_buddy(actor: Actor) -> None:
    await actor.look_home()
    if offers(actor.person.home, BUDDY):
        await actor.press(actor.person.home, BUDDY)
        await actor.submit({"offer": ["offer"]})
        await actor.close()
