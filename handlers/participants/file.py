"""HR's list of who takes part as a workbook: one row per person, and nothing that a person said in private."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.invitations.states import Invited
from bot.services.nominations.reading import Nominated
from bot.services.participants.listing import Listed, ListRow, Partner
from bot.services.participants.pairs import PairRow
from bot.spreadsheets import Cell, Page, write_xlsx
from handlers.kit.eligibility import limit_names
from handlers.kit.hr_people import over_text
from handlers.kit.positions import level_name
from handlers.nominations.sheet import nominations_page
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Programme

COLUMNS = (
    "name",
    "email",
    "account",
    "stage",
    "role",
    "title",
    "level",
    "department",
    "offers",
    "wishes",
    "mentors",
    "leaders",
    "held",
    "planned",
    "joined",
    "unfit",
    "invited",
    "reminded",
    "invitation",
)


PAIR_COLUMNS = ("mentor", "leader", "introduced", "state")


def participants_file(
    texts: Texts,
    programme: Programme,
    rows: Sequence[ListRow],
    pairs: Sequence[PairRow],
    nominated: Sequence[Nominated],
    at: datetime,
) -> bytes:
    """The workbook: people, pairs, and nominations if there are any; `at` is the programme's local time."""
    heads = [texts.plain(f"participants.file.columns.{one}") for one in COLUMNS]
    page = Page(texts.plain("participants.list.title"), heads, [_row(texts, programme, one) for one in rows])
    heads = [texts.plain(f"participants.file.pairs.columns.{one}") for one in PAIR_COLUMNS]
    both = Page(texts.plain("participants.file.pairs.title"), heads, [_pair(texts, programme, one) for one in pairs])
    more = [nominations_page(texts, programme, nominated)] if nominated else []
    return write_xlsx([page, both, *more], programme.name, at)


def _pair(texts: Texts, programme: Programme, row: PairRow) -> list[Cell]:
    day = local(row.pair.introduced_at, programme.zone).date().isoformat()
    over = over_text(texts, programme, row.over) if row.over else texts.plain("participants.file.pairs.under_way")
    return [row.mentor.person.name, row.leader.person.name, day, over]


def _row(texts: Texts, programme: Programme, row: ListRow) -> list[Cell]:
    person, part = row.person, row.part if isinstance(row, Listed) else None
    return [
        person.name,
        person.email or "",
        texts.plain(f"participants.account.{'guest' if person.is_guest else 'member'}"),
        texts.plain(f"participants.stages.{row.stage}"),
        texts.plain(f"participants.roles.{row.role}"),
        person.title,
        level_name(texts, row.level),
        row.department,
        "; ".join(topic_name(texts, one["topic"]) for one in part.offers) if part else "",
        "; ".join(topic_name(texts, one["topic"]) for one in part.wishes) if part else "",
        _names(row.partners, Side.MENTOR),
        _names(row.partners, Side.LEADER),
        sum(one.held for one in row.partners),
        sum(one.planned for one in row.partners),
        part.joined_at.date().isoformat() if part else "",
        limit_names(texts, row.unmet) if isinstance(row, Listed) and row.unmet else "",
        *_invitation(texts, programme, row.invited),
    ]


def _invitation(texts: Texts, programme: Programme, invited: Invited | None) -> list[Cell]:
    """When HR's invitation and its reminder arrived, and its state."""
    if invited is None:
        return ["", "", ""]
    days = [local(at, programme.zone).date().isoformat() if at else "" for at in (invited.sent_at, invited.reminded_at)]
    return [*days, texts.plain(f"invitations.person.states.{invited.state}")]


def _names(partners: Sequence[Partner], side: Side) -> str:
    return "; ".join(one.person.name for one in partners if one.side is side)
