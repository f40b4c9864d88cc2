"""HR wants to approve sign-ups, and approves those that wait."""

from bot.rehearsal.actor import Actor, offers

LIMITS, WAITING, APPROVE = "eligibility.open", "participants.waiting", "participant.approve"
WITHIN = "3"
"""Working days."""


async def want_approval(hr: Actor) -> None:
    """From now on: who has signed up before takes part."""
    await hr.look_home()
    await hr.press(hr.person.home, LIMITS)
    await hr.submit({"approval": WITHIN})
    await hr.submit()
    await hr.close()


async def approve(hr: Actor) -> None:
    """All that the first page of the list shows, if a person waits."""
    await hr.look_home()
    if offers(hr.person.home, WAITING):
        await hr.press(hr.person.home, WAITING)
        await hr.press(None, APPROVE)
        await hr.close()
