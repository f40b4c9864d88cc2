"""HR's additions to the certificates of a programme: the company's logo and a second signature."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.closing import CertificateSampleMessage
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from storage.outbox import outgoing
from storage.queries import person_by_slack
from storage.tables import CertificateDesign, Person, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Design:
    """As a certificate shows it; empty what HR did not add."""

    logo: bytes = b""
    second: str = ""
    second_title: str = ""


@dataclass(frozen=True)
class SecondSigner:
    """As HR enters it. `person` is a Slack id; `name` counts if there is none."""

    person: str = ""
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class DesignOverview:
    """What HR's form begins with."""

    programme: Programme
    has_logo: bool
    second: SecondSigner


async def design_of(session: AsyncSession, programme_id: int) -> Design:
    row = await _row(session, programme_id)
    if row is None:
        return Design()
    person = await session.get(Person, row.second_id) if row.second_id else None
    name = person.name if person and not person.erased_at else row.second_name
    return Design(b64decode(row.logo), name, row.second_title if name else "")


async def read_design(store: Store, hr: HrCaller) -> DesignOverview:
    """Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        row = await _row(work.session, programme.id)
        if row is None:
            return DesignOverview(programme, False, SecondSigner())
        person = await work.session.get(Person, row.second_id) if row.second_id else None
        slack_id = person.slack_id if person and not person.erased_at else ""
        return DesignOverview(programme, bool(row.logo), SecondSigner(slack_id, row.second_name, row.second_title))


async def save_design(store: Store, hr: HrCaller, logo: bytes | None, second: SecondSigner) -> DesignOverview:
    """Store a logo (None: as it is, b"": none) and the second signer. Certificates made from now on have them.

    Raises `Rejected`: programme_ended, unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        person = await person_by_slack(work.session, hr.team_id, second.person) if second.person else None
        if second.person and person is None:
            raise Rejected("unknown_person")
        row = await _row(work.session, programme.id)
        if row is None:
            row = CertificateDesign(team_id=programme.team_id, programme_id=programme.id, changed_at=hr.now)
            work.session.add(row)
        if logo is not None:
            row.logo = b64encode(logo).decode()
        row.second_id, row.second_name, row.second_title = person.id if person else None, second.name, second.title
        row.changed_at = hr.now
        await audit(work, hr, "certificate_changed", {})
        await work.commit()
        return DesignOverview(programme, bool(row.logo), second)


async def ask_for_sample(store: Store, hr: HrCaller) -> bool:
    """Send the caller a certificate with their own name as a sample; False if one is on its way."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr)
        person = await person_by_slack(work.session, hr.team_id, hr.slack_id)
        message = CertificateSampleMessage(at=f"{hr.now:%Y-%m-%dT%H:%M}")
        new = await work.send(outgoing(message, hr.team_id, programme.id, person_id=person.id if person else None))
        await work.commit()
    return new


async def take_over_design(work: UnitOfWork, programme: Programme) -> None:
    """A new programme begins with the additions of the one that it follows."""
    row = await _row(work.session, programme.follows_id) if programme.follows_id else None
    if row is None:
        return
    kept = ("team_id", "logo", "second_id", "second_name", "second_title")
    values = {name: getattr(row, name) for name in kept}
    work.session.add(CertificateDesign(programme_id=programme.id, changed_at=work.now, **values))


async def _row(session: AsyncSession, programme_id: int) -> CertificateDesign | None:
    statement = select(CertificateDesign).where(CertificateDesign.programme_id == programme_id)
    return (await session.exec(statement)).first()
