"""Texts of certificates and of the messages with them."""

from bot.domain.sessions import Side
from bot.pictures.certificates import Certificate as Written
from bot.services.closing.certificates import Certificate
from bot.slack.gateway import Message
from handlers.closing.manager_note_views import note_button
from handlers.kit.blocks import actions, context, section
from handlers.kit.buttons import certificate_button
from prompts.catalogue import Texts
from prompts.reasons import in_text
from storage.tables import Programme


def written(texts: Texts, certificate: Certificate, company: str) -> Written:
    """The texts of the page."""
    key, programme = "closing.certificate.page", certificate.programme
    return Written(
        programme=programme.name,
        title=texts.plain(f"{key}.title"),
        given_to=texts.plain(f"{key}.given_to"),
        name=certificate.person.name,
        sentence=texts.plain(
            f"{key}.{certificate.side}",
            programme=programme.name,
            company=company,
            theme=texts.plain(f"{key}.themes.{programme.theme}"),
        ),
        practised=_practised(texts, certificate),
        period=texts.plain(f"{key}.period", first=texts.day(certificate.first), last=texts.day(certificate.last)),
        issued=texts.plain(f"{key}.issued", day=texts.day(certificate.issued)),
        signer=certificate.signer,
        signs_as=certificate.signs_as or texts.plain(f"{key}.signs_as", programme=programme.name),
        logo=certificate.design.logo,
        second=certificate.design.second,
        second_as=certificate.design.second_title,
    )


def _practised(texts: Texts, certificate: Certificate) -> str:
    """Topics and skills in one line; empty if there are none."""
    key, practised = "closing.certificate.page", certificate.practised
    if not practised.packs:
        return ""
    skills = texts.join([texts.plain(f"{key}.skills_{certificate.side}.{pack}") for pack in practised.packs])
    topics = in_text(texts, "topics", list(practised.topics)) if practised.topics else ""
    return texts.plain(f"{key}.practised", topics=topics, skills=skills)


def titles(texts: Texts, certificate: Certificate) -> list[str]:
    """The text above the two files."""
    return [
        texts.plain(f"closing.certificate.sent.{kind}", programme=certificate.programme.name)
        for kind in ("picture", "page")
    ]


def sent(texts: Texts, certificate: Certificate, *, may_note: bool = True) -> Message:
    """After the files. `may_note`: there is a manager whom a mentor can have a note sent to."""
    text = texts(
        "closing.certificate.sent.body",
        programme=certificate.programme.name,
        role=texts.plain(f"labels.role_names.{certificate.side}"),
    )
    if certificate.side is not Side.MENTOR or not may_note:
        return Message(text, [section(text)])
    note = [context(texts("closing.manager_note.offer")), actions(note_button(texts, certificate.programme.id))]
    return Message(text, [section(text), *note])


def picture_sent(texts: Texts, certificate: Certificate) -> Message:
    """After the picture, if the workspace takes no other files."""
    text = texts("closing.certificate.failed.picture_only", programme=certificate.programme.name)
    return Message(text, [section(text), actions(certificate_button(texts, certificate.programme.id))])


def as_text(texts: Texts, certificate: Certificate, company: str) -> Message:
    """In place of the files, if the workspace takes none: what is written on them."""
    page = written(texts, certificate, company)
    text = texts(
        "closing.certificate.failed.as_text",
        title=page.title,
        name=page.name,
        sentence=page.sentence,
        practised=page.practised,
        period=page.period,
        signed=", ".join(
            part for part in (page.signer, page.signs_as, page.second, page.second_as, page.issued) if part
        ),
    )
    return Message(text, [section(text), actions(certificate_button(texts, certificate.programme.id))])


def sample_titles(texts: Texts, programme: Programme) -> list[str]:
    """The text above the two files of a sample."""
    return [
        texts.plain(f"closing.certificate.design.sample.{kind}", programme=programme.name)
        for kind in ("picture", "page")
    ]


def sample(texts: Texts, programme: Programme, result: str) -> Message:
    """After the files of a sample: sent, forbidden or failed."""
    text = texts(f"closing.certificate.design.sample.{result}", programme=programme.name)
    return Message(text, [section(text)])


def failed(texts: Texts, certificate: Certificate) -> Message:
    text = texts("closing.certificate.failed.body", programme=certificate.programme.name)
    return Message(text, [section(text), actions(certificate_button(texts, certificate.programme.id))])
