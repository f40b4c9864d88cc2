"""External selects: their options come from the app, which is asked while a person types."""

from . import interactions
from .delivery import Reply
from .forms import EXTERNAL, LEAST_TYPED, FormError, Place, options_of
from .hub import Hub
from .kit.elements import SUGGESTED
from .kit.spec import Report
from .model import Json, Message, SlackError, View


async def ask(
    slack: Hub, user: str, target: Message | View, place: Place, typed: str
) -> tuple[Reply, list[Json] | None]:
    """What the app answers to `typed`, and its options; None if it did not answer in time, or not as Slack takes it.

    Raises `FormError` where Slack's client does not ask.
    """
    if place.element["type"] not in EXTERNAL:
        raise FormError(f"a {place.element['type']} has no search")
    if len(typed) < (least := place.element.get("min_query_length", LEAST_TYPED)):
        raise FormError(f"the app is asked from {least} characters on")
    reply = await slack.deliveries.ask("interactive", interactions.suggestion(slack, user, target, place, typed))
    if not reply.acked:
        return reply, None
    body = reply.payload if isinstance(reply.payload, dict) else {}
    try:
        with slack.recorded("options", body):
            _check(body)
    except SlackError:
        return reply, None
    options = options_of(body)
    known = target.offered.setdefault(place.key, [])
    known += [one for one in options if one not in known]
    return reply, options


def with_offered(target: Message | View, place: Place) -> Json:
    """The element with the options that its person was shown, and those that are chosen."""
    state = target.values.get(place.block["block_id"], {}).get(place.element["action_id"], {})
    chosen = [one for one in (state.get("selected_option"), *state.get("selected_options", [])) if one]
    return {**place.element, "options": [*chosen, *target.offered.get(place.key, [])]}


def _check(body: Json) -> None:
    report = Report("modal", lambda _: True)
    SUGGESTED.check(body, "/options", report)
    if report.faults:
        raise SlackError("invalid_options", *report.faults)
