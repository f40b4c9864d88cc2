"""HR's sheet of nominations, in its file of who takes part."""

from collections.abc import Sequence

from bot.domain.calendar import local
from bot.services.nominations.reading import Nominated
from bot.spreadsheets import Page
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Programme

COLUMNS = ("person", "topic", "reason", "explains", "nominator", "named", "day", "state")


def nominations_page(texts: Texts, programme: Programme, rows: Sequence[Nominated]) -> Page:
    def tick(ticked: bool) -> str:
        return texts.plain("nominations.list.ticked") if ticked else ""

    cells = [
        [
            row.person.name,
            topic_name(texts, row.nomination.topic),
            row.nomination.reason,
            tick(row.nomination.explains),
            row.nominator.name,
            tick(row.nomination.named),
            local(row.nomination.at, programme.zone).date().isoformat(),
            texts.plain(f"invitations.person.states.{row.state}"),
        ]
        for row in rows
    ]
    heads = [texts.plain(f"nominations.list.columns.{one}") for one in COLUMNS]
    return Page(texts.plain("nominations.list.title"), heads, cells)
