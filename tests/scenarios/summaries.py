"""HR's summary in tests: the messages, and the window behind the last one."""

from bot.sandbox import Message
from tests.scenarios.office import Colleague, Office, texts_in


def summaries(office: Office) -> list[Message]:
    return [one for one in office.posted(office.hr_channel) if "summary.whole" in str(one.blocks)]


async def whole(hr: Colleague, office: Office) -> str:
    """Everything in the window that the last summary opens."""
    assert (await hr.click(summaries(office)[-1], "summary.whole")).ok
    return texts_in(hr.modal)
