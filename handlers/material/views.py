"""HR's list of links and the form for one; the links as pairs see them."""

from collections.abc import Sequence

from bot.domain.material import LONGEST_TITLE, MOST_LINKS, MOST_SHOWN, For, Link
from bot.domain.programme import Theme, topics_for
from bot.domain.sessions import MIDDLE, Pack
from bot.services.material.material import OwnMaterial
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation_of,
    context,
    field,
    form_modal,
    modal,
    section,
    select,
    text_input,
    web_link,
)
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.material.forms import LinkOf
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Programme

SESSIONS = (Pack.CONTRACT, *MIDDLE, Pack.HARVEST)


def listing(texts: Texts, material: OwnMaterial) -> View:
    """Every link with what it is for, and buttons to add and remove."""
    add = button(texts.plain("material.buttons.add"), ActionId.MATERIAL_ADD, material.programme.id, style="primary")
    blocks: list[Block] = [section(texts("material.list.intro", programme=material.programme.name))]
    place = button(texts.plain("sessions.place.default.open"), ActionId.PLACE_DEFAULT, material.programme.id)
    blocks.append(actions(*([add] if len(material.links) < MOST_LINKS else []), place))
    if not material.links:
        blocks.append(section(texts("material.list.none")))
    for link in material.links:
        remove = button(
            texts.plain("material.buttons.remove"),
            ActionId.MATERIAL_REMOVE,
            LinkOf(material.programme.id, link.id),
            confirm=confirmation_of(texts, "material.remove", title=link.title),
        )
        row = texts("material.list.row", link=web_link(link.title, link.url), used=_name(texts, link.used))
        blocks.append(section(row, remove))
    return modal(
        texts.plain("material.list.title"), blocks, callback_id=CallbackId.MATERIAL, close=texts.plain("notice.close")
    )


def form(texts: Texts, programme: Programme) -> View:
    """A title, an address, and which sessions it is for."""
    key = "material.form"
    topics = programme.topics or topics_for(Theme(programme.theme))
    uses = [For(), *(For(pack=pack) for pack in SESSIONS), *(For(topic=topic) for topic in topics)]
    options = [(one.write(), _name(texts, one)) for one in uses]
    blocks = [
        section(texts(f"{key}.intro", programme=programme.name)),
        field(
            "title",
            texts.plain(f"{key}.name.label"),
            text_input("title", placeholder=texts.plain(f"{key}.name.placeholder"), longest=LONGEST_TITLE),
        ),
        field(
            "url",
            texts.plain(f"{key}.url.label"),
            text_input("url", placeholder=texts.plain(f"{key}.url.placeholder")),
            hint=texts.plain(f"{key}.url.hint"),
        ),
        field("used", texts.plain(f"{key}.used.label"), select("used", options, initial=For().write())),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.MATERIAL_FORM, state=OfProgramme(programme.id))


def link_lines(texts: Texts, links: Sequence[Link], *, most: int = MOST_SHOWN) -> list[Block]:
    """The links of a session or a pair; none are no block."""
    if not links:
        return []
    lines = [texts("material.line", link=web_link(one.title, one.url)) for one in links[:most]]
    return [context("\n".join([texts("material.heading"), *lines]))]


def _name(texts: Texts, used: For) -> str:
    if used.topic:
        return texts.plain("material.uses.topic", topic=topic_name(texts, used.topic))
    return (
        texts.plain("material.uses.pack", pack=texts.plain(f"labels.packs.{used.pack}"))
        if used.pack
        else texts.plain("material.uses.all")
    )
