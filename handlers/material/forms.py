"""HR's form for a link."""

from dataclasses import dataclass

from bot.domain.material import LONGEST_TITLE, LONGEST_URL, For, checked_url
from handlers.kit.button_value import ButtonValue, Row
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, Malformed

GROUP = "material.form.errors"


@dataclass(frozen=True)
class LinkOf(ButtonValue):
    """A link of a programme: `12:3`."""

    programme_id: Row
    link_id: Row


@dataclass(frozen=True)
class NewLink:
    title: str
    url: str
    used: For


def link(form: FormState) -> NewLink | Invalid:
    title, typed = " ".join(form.one("title").split()), form.one("url").strip()
    codes = {}
    if not title or len(title) > LONGEST_TITLE:
        codes["title"] = "title"
    try:
        url = checked_url(typed)
    except ValueError:
        url, codes["url"] = "", "url"
    if len(url) > LONGEST_URL:
        codes["url"] = "long"
    if codes:
        return Invalid.below(GROUP, codes)
    try:
        return NewLink(title, url, For.read(form.one("used")))
    except ValueError as error:
        raise Malformed("used") from error
