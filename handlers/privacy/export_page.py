"""A person's data as a self-contained HTML page."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.services.privacy.export import Stored
from handlers.privacy.export_sheet import areas, entries, title
from prompts.catalogue import Texts

_environment = Environment(
    loader=PackageLoader("handlers.privacy", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def page(texts: Texts, stored: Stored) -> str:
    """The whole page in the person's language."""
    when = texts.moment(stored.at, stored.person.zone)
    return _environment.get_template("export_page.html.j2").render(
        language=texts.language,
        title=texts.plain("privacy.export.page.title", name=stored.person.name),
        intro=texts.plain("privacy.export.page.intro", when=when),
        footer=texts.plain("privacy.export.page.footer"),
        empty=texts.plain("privacy.show.empty"),
        areas=[
            {
                "title": title(texts, area),
                "about": _about(texts, area),
                "entries": entries(texts, stored, area),
            }
            for area in areas(stored)
        ],
    )


def _about(texts: Texts, area: str) -> str:
    key = f"privacy.areas.{area}.about"
    return texts.plain(key) if texts.has(key) else ""
