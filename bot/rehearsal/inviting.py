"""HR invites people by name, and they answer."""

from collections.abc import Sequence

from bot.domain.signup import Role
from bot.rehearsal.actor import Actor, offers
from bot.rehearsal.demo_workspace import DemoWorkspace
from bot.sandbox import Message

INVITE, NO, NOMINATIONS = "invite.open", "invitation.no", "nominations.open"


async def invite(hr: Actor, stage: DemoWorkspace, people: Sequence[Actor], role: Role, reason: str) -> None:
    """HR picks people in its list, reads the preview and sends."""
    await hr.command("/mentoring people", stage.hr_channel)
    await hr.press(None, INVITE)
    await hr.submit({"people": [one.id for one in people], "role": role, "reason": reason})
    await hr.submit()
    await hr.close()


def invitation_to(actor: Actor) -> Message | None:
    """The latest invitation in a person's DM; None until there is one."""
    dm = actor.person.dm
    messages = [one for one in actor.person.visible(dm) if offers(one, NO)] if dm else []
    return messages[-1] if messages else None


async def nominate(actor: Actor, colleague: Actor, topic: str, reason: str, *, named: bool) -> None:
    """A person nominates a colleague as a mentor."""
    await actor.command("/mentoring nominate")
    praise = {"topic": topic, "reason": reason, "explains": ["explains"], "named": ["named"] if named else []}
    await actor.submit({"person": colleague.id, **praise})
    await actor.close()


async def read_nominations(hr: Actor, stage: DemoWorkspace) -> None:
    """HR reads the nominations before it creates a draft."""
    await hr.command("/mentoring people", stage.hr_channel)
    await hr.press(None, NOMINATIONS)
    await hr.close()


async def decline(actor: Actor) -> None:
    """The person presses "Not this time", if they were invited."""
    if message := invitation_to(actor):
        await actor.press(message, NO)
