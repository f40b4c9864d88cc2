"""Invitations to sessions by mail, handed to a real SMTP server on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from sqlmodel import select

from bot.cli.doctor.mail import mail_server
from bot.config import Settings
from bot.domain.messages.session_mail import SessionMailRefusedMessage
from bot.domain.messages.sessions import FreshCalendarFilesMessage
from bot.domain.session_mail import Mailing, MailServer, Tls
from bot.mail.smtp import hand_in
from bot.services.session_mail.sending import Outcome
from storage.tables import MailState, Person, SessionMail
from tests.commands.test_settings import GOOD
from tests.processes import HANG
from tests.scenarios.office import Colleague, Office, action_ids, open_office
from tests.scenarios.pairs import book, introduced, more_of, of_kind
from tests.scenarios.sessions.test_calendar_files import set_place

SENDER, BOUNCES = "balik@kantor.example", "email-kembali@kantor.example"


@dataclass
class Post:
    """A mail server, and what it took."""

    taken: list[EmailMessage] = field(default_factory=list)
    returned_to: list[str] = field(default_factory=list)
    """The envelope's sender of each."""
    says: dict[str, str] = field(default_factory=dict)
    """What it answers about a recipient, if not yes."""
    breaks: int = 0
    """So many mails are taken without an answer: the connection ends."""
    port: int = 0

    @property
    def server(self) -> MailServer:
        return MailServer("127.0.0.1", self.port, Tls.NONE)

    async def handle_RCPT(  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.says.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        self.returned_to.append(str(envelope.mail_from))
        if self.breaks:
            self.breaks -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def to(self, name: str) -> list[EmailMessage]:
        """The mails to a colleague, oldest first."""
        return [mail for mail in self.taken if f"{name}@kantor.example" in mail["To"]]


@asynccontextmanager
async def post_office(**options: Any) -> AsyncIterator[Post]:
    post = Post()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop, timeout=HANG, **options), "127.0.0.1", 0)
    async with server:
        post.port = server.sockets[0].getsockname()[1]
        yield post


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as opened:
        yield opened


@pytest.fixture
async def pair(tmp_path: Path, post: Post) -> AsyncIterator[Office]:
    """Sari and Budi, on the Monday on which the first session's window opens, with a mail server."""
    mailing = Mailing(post.server, SENDER, BOUNCES)
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite", mailing=mailing) as office:
        hr = office.hire("Hana HR")
        office.slack.add_member(office.hr_channel, hr.slack.user)
        yield await introduced(office, hr)


def calendar_of(mail: EmailMessage) -> Calendar:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    assert isinstance(calendar, Calendar)
    assert str(calendar["METHOD"]) == part.get_param("method")
    IcsCalendarStream.calendar_from_ics(part.get_content())  # raises CalendarParseError
    return calendar


def event_of(mail: EmailMessage) -> Any:
    (event,) = calendar_of(mail).walk("VEVENT")
    return event


async def settle(office: Office) -> None:
    await office.run(minutes=10)


async def test_a_booked_session_comes_to_both_and_follows_each_change(pair: Office, post: Post) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, budi, "2027-01-12", "10:00")).ok
    await settle(pair)
    for who in ("sari", "budi"):
        (mail,) = post.to(who)
        event = event_of(mail)
        assert str(calendar_of(mail)["METHOD"]) == "REQUEST"
        assert event.decoded("DTSTART") == datetime(2027, 1, 12, 3, tzinfo=UTC)
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
        assert {str(one) for one in event["ATTENDEE"]} == {f"mailto:{name}@kantor.example" for name in ("sari", "budi")}
        assert str(event["ORGANIZER"]) == f"mailto:{SENDER}"
        assert (int(event["SEQUENCE"]), str(event["CLASS"]), str(event["STATUS"])) == (0, "PRIVATE", "CONFIRMED")
        assert event.walk("VALARM")
        assert not any(name in str(event["SUMMARY"]) for name in ("Sari", "Budi", "Tukar")), "a neutral title"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert SENDER in mail["From"]
    assert set(post.returned_to) == {BOUNCES}, "what bounces later goes where the operator reads it"
    uid = str(event_of(post.to("budi")[0])["UID"])

    assert (await book(pair, sari, "2027-01-13", "14:00", reason="other")).ok
    await settle(pair)
    moved = event_of(post.to("budi")[1])
    assert (str(moved["UID"]), moved.decoded("DTSTART").day) == (uid, 13)
    assert int(moved["SEQUENCE"]) > 0

    assert (await budi.click(await budi.open_home(), "session.cancel")).ok
    await budi.slack.close(all=True)
    await settle(pair)
    for who in ("sari", "budi"):
        assert len(post.to(who)) == 3
        off = post.to(who)[2]
        assert str(calendar_of(off)["METHOD"]) == "CANCEL"
        event = event_of(off)
        assert (str(event["UID"]), str(event["STATUS"])) == (uid, "CANCELLED")
        assert int(event["SEQUENCE"]) > int(moved["SEQUENCE"])


async def pause(who: Colleague) -> None:
    await who.command("pause")
    assert (await who.submit()).ok


async def leave(who: Colleague) -> None:
    await who.command("leave")
    assert (await who.submit({"reason": "no_time"})).ok


async def end_the_pair(who: Colleague) -> None:
    await who.click(await more_of(who), "part.open")
    assert (await who.submit({"then": "another"})).ok


@pytest.mark.parametrize("calls_off", [pause, leave, end_the_pair])
async def test_a_session_that_is_called_off_leaves_both_calendars(
    pair: Office, post: Post, calls_off: Callable[[Colleague], Awaitable[None]]
) -> None:
    budi = pair.people["budi"]
    assert (await book(pair, budi, "2027-01-20", "10:00")).ok
    await settle(pair)
    await calls_off(budi)
    await settle(pair)
    for name in ("sari", "budi"):
        invited, off = post.to(name)
        assert str(calendar_of(off)["METHOD"]) == "CANCEL"
        first, last = event_of(invited), event_of(off)
        assert (first["UID"], str(last["STATUS"])) == (last["UID"], "CANCELLED")
        assert int(last["SEQUENCE"]) > int(first["SEQUENCE"])
        assert last["ATTENDEE"] == first["ATTENDEE"], "both, as iTIP asks for (RFC 5546, 3.2.5)"


async def test_a_new_place_updates_the_entry(pair: Office, post: Post) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    assert (await book(pair, budi, "2027-01-20", "10:00")).ok
    await settle(pair)
    await set_place(sari, "Room 1", "all")
    await settle(pair)
    for name in ("sari", "budi"):
        first, again = (event_of(mail) for mail in post.to(name))
        assert (first["UID"], first["DTSTART"].dt) == (again["UID"], again["DTSTART"].dt)
        assert (first.get("LOCATION"), str(again["LOCATION"])) == (None, "Room 1")
        assert int(again["SEQUENCE"]) > int(first["SEQUENCE"])
    assert not of_kind(sari, FreshCalendarFilesMessage), "she took no file"


async def test_what_changes_before_it_is_sent_is_one_mail(pair: Office, post: Post) -> None:
    """At night nothing is sent; in the morning, what holds then."""
    budi = pair.people["budi"]
    await pair.run(hours=11)
    for day in ("2027-01-14", "2027-01-15"):
        assert (await book(pair, budi, day, "10:00", **({"reason": "other"} if day.endswith("15") else {}))).ok
        await settle(pair)
    assert post.taken == []
    await pair.run(hours=14)
    for who in ("sari", "budi"):
        (mail,) = post.to(who)
        assert event_of(mail).decoded("DTSTART").day == 15


async def test_a_mail_without_an_answer_is_sent_again_as_the_same(pair: Office, post: Post) -> None:
    post.breaks = 1
    assert (await book(pair, pair.people["budi"], "2027-01-12", "10:00")).ok
    await settle(pair)
    assert len(post.taken) == 3, "one of the two came twice"
    (twice,) = [name for name in ("sari", "budi") if len(post.to(name)) == 2]
    first, again = post.to(twice)
    assert first["Message-ID"] == again["Message-ID"]
    for name in ("UID", "SEQUENCE", "DTSTART"):
        assert event_of(first)[name] == event_of(again)[name]


async def test_an_address_that_is_refused_is_told_once(pair: Office, post: Post) -> None:
    sari, budi = pair.people["sari"], pair.people["budi"]
    post.says["sari@kantor.example"] = "550 no such mailbox"
    assert (await book(pair, budi, "2027-01-12", "10:00")).ok
    await settle(pair)
    assert (await book(pair, budi, "2027-01-13", "10:00", reason="other")).ok
    await settle(pair)
    await pair.run(hours=1)
    (told,) = of_kind(sari, SessionMailRefusedMessage)
    assert "calendar.file" in action_ids(told)
    assert (await sari.click(told, "calendar.file")).ok
    assert of_kind(budi, SessionMailRefusedMessage) == []
    assert [len(post.to(name)) for name in ("sari", "budi")] == [0, 2]


async def test_a_server_that_is_away_loses_nothing(pair: Office, post: Post) -> None:
    post.says = {f"{name}@kantor.example": "451 try again later" for name in ("sari", "budi")}
    assert (await book(pair, pair.people["budi"], "2027-01-20", "10:00")).ok
    await pair.run(hours=2)
    assert post.taken == []
    post.says = {}
    await pair.run(hours=2)
    assert [len(post.to(name)) for name in ("sari", "budi")] == [1, 1]
    async with pair.balik.store.read(pair.clock) as work:
        states = [mail.state for mail in (await work.session.exec(select(SessionMail))).all()]
    assert states == [MailState.SENT, MailState.SENT]


async def test_a_name_cannot_add_a_header(pair: Office, post: Post) -> None:
    async with pair.balik.store.write(pair.clock) as work:
        person = (await work.session.exec(select(Person).where(Person.slack_id == pair.people["budi"].id))).one()
        person.name = "Budi\r\nBcc: lain@kantor.example"
        await work.commit()
    assert (await book(pair, pair.people["sari"], "2027-01-12", "10:00")).ok
    await settle(pair)
    assert all(mail["Bcc"] is None for mail in post.taken)
    assert post.to("budi")


# The connection


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key with a self-signed certificate of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize("known", [True, False])
async def test_the_servers_certificate_is_verified(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    offered.load_cert_chain(certificate)
    async with post_office(tls_context=offered, require_starttls=True) as post:
        outcome, error = await hand_in(MailServer("localhost", post.port, Tls.STARTTLS), a_mail(), HANG)
    assert outcome is (Outcome.SENT if known else Outcome.UNCLEAR), error
    assert len(post.taken) == known


async def test_nothing_is_sent_where_tls_is_not_offered() -> None:
    async with post_office() as post:
        outcome, _ = await hand_in(MailServer("127.0.0.1", post.port, Tls.STARTTLS), a_mail(), HANG)
    assert outcome is Outcome.UNCLEAR
    assert post.taken == []


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, "sari@kantor.example", "Sesi"
    mail.set_content("Halo")
    return mail


async def test_doctor_signs_in_and_sends_nothing() -> None:
    async with post_office() as post:
        url = {"SMTP_URL": f"smtp://127.0.0.1:{post.port}?tls=none", "BALIK_MAIL_FROM": SENDER}
        found = await mail_server(Settings.read(GOOD | url))
        assert found.well, found.line
        assert found.line.endswith(f"returned mail goes to {SENDER}")
        found = await mail_server(Settings.read(GOOD | url | {"BALIK_MAIL_BOUNCES": BOUNCES}))
        assert found.line.endswith(f"returned mail goes to {BOUNCES}")
    assert post.taken == []
    found = await mail_server(Settings.read(GOOD | url | {"SMTP_URL": f"smtp://127.0.0.1:{post.port}"}))
    assert not found.well
    assert found.cure
    assert (await mail_server(Settings.read(GOOD))).well
