"""HR's window for certificates: the logo, the second signature, and what was saved."""

from dataclasses import dataclass

from bot.pictures.logos import MOST_BYTES
from bot.services.closing.certificate_design import DesignOverview, SecondSigner
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    field,
    form_modal,
    modal,
    notice,
    section,
    text_input,
    user_select,
)
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import FormState, at
from prompts.catalogue import Texts

KEY = "closing.certificate.design"
LOGO, REMOVE = "logo", "remove"
FILE_TYPES = ["png", "jpg", "jpeg"]
LONGEST = {"name": 80, "title": 80}
MEGABYTES = MOST_BYTES // 1_000_000


@dataclass(frozen=True)
class Given:
    """What HR entered, without the picture itself. `file`: its id; ""."""

    second: SecondSigner
    file: str = ""
    remove: bool = False


def read(state: FormState) -> Given | Invalid:
    """Read the form."""
    files = at(state.element(LOGO), "files") or []
    file = str(at(files[0], "id") or "") if isinstance(files, list) and files else ""
    name, title = (" ".join(state.typed(one).split()) for one in LONGEST)
    person = state.one("person")
    wrong = {one: "too_long" for one, text in zip(LONGEST, (name, title), strict=True) if len(text) > LONGEST[one]}
    if title and not (name or person):
        wrong["name"] = "name"
    if name and person:
        wrong["name"] = "both"
    if wrong:
        return Invalid.too_long(f"{KEY}.errors", wrong, LONGEST)
    return Given(SecondSigner(person, name, title), file, REMOVE in state.many(REMOVE))


def form(texts: Texts, overview: DesignOverview, typed: Given | None = None, wrong: str = "") -> View:
    """The form, filled in with what is stored or was `typed`; above it what is `wrong` with the picture."""
    second = typed.second if typed else overview.second
    logo = {"type": "file_input", "action_id": LOGO, "filetypes": FILE_TYPES, "max_files": 1}
    blocks: list[Block] = [section(f"*{wrong}*")] if wrong else []
    blocks.append(section(texts(f"{KEY}.intro", programme=overview.programme.name, logo=overview.has_logo)))
    hint = texts.plain(f"{KEY}.logo.hint", megabytes=MEGABYTES)
    blocks.append(field(LOGO, texts.plain(f"{KEY}.logo.label"), logo, hint=hint, optional=True))
    if overview.has_logo:
        boxes = [(REMOVE, texts.plain(f"{KEY}.remove.option"))]
        element = checkboxes(REMOVE, boxes, initial=[REMOVE] if typed and typed.remove else [])
        blocks.append(field(REMOVE, texts.plain(f"{KEY}.remove.label"), element, optional=True))
    inputs = {
        "person": user_select("person", initial=second.person, placeholder=texts.plain(f"{KEY}.person.placeholder")),
        "name": text_input("name", initial=second.name, longest=LONGEST["name"]),
        "title": text_input("title", initial=second.title, longest=LONGEST["title"]),
    }
    blocks += [
        field(name, texts.plain(f"{KEY}.{name}.label"), element, hint=texts.plain(f"{KEY}.{name}.hint"), optional=True)
        for name, element in inputs.items()
    ]
    blocks.append(actions(_sample(texts, overview)))
    state = OfProgramme(overview.programme.id)
    return form_modal(texts, KEY, blocks, callback_id=CallbackId.CERTIFICATE_FORM, state=state)


def busy(texts: Texts) -> View:
    """While the picture is checked."""
    return notice(texts, texts(f"{KEY}.wait"))


def saved(texts: Texts, overview: DesignOverview) -> View:
    second = bool(overview.second.person or overview.second.name)
    text = texts(f"{KEY}.saved", programme=overview.programme.name, logo=overview.has_logo, second=second)
    blocks = [section(text), actions(_sample(texts, overview))]
    title, close = texts.plain(f"{KEY}.modal.title"), texts.plain("notice.close")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=close)


def _sample(texts: Texts, overview: DesignOverview) -> Block:
    return button(texts.plain(f"{KEY}.sample.button"), ActionId.CERTIFICATE_SAMPLE, overview.programme.id)
