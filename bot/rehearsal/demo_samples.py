"""What the demo prepares for the guide's steps besides the main path."""

from collections.abc import Sequence

from bot.domain.circles import LEAST
from bot.rehearsal.actor import Actor
from bot.rehearsal.hr_actions import offer_circles, set_usual_place
from bot.rehearsal.mentor_groups import join_circle, offer_to_be_a_buddy


async def prepare_more(hr: Actor, mentors: Sequence[Actor], place: str) -> None:
    """HR offers circles and sets a usual place. Of `mentors`, who have signed up, three wait for one more in a circle,
    and the last one offers to be a buddy."""
    await offer_circles(hr)
    await set_usual_place(hr, place)
    for actor in mentors[: LEAST - 1]:
        await join_circle(actor)
    await offer_to_be_a_buddy(mentors[-1])
