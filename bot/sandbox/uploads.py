"""Files that people put into a form."""

import base64
import binascii
from typing import Any

from .forms import FormError
from .model import File, Json, micros
from .workspace import Workspace

MOST_FILES = 10
FORBIDDEN = "Your workspace does not allow these files to be uploaded."


def given(space: Workspace, user: str, element: Json, value: Any) -> list[Json]:
    """The file objects for what a person gave: ids of files of theirs, or new ones as {"name", "content"}.

    `content` is bytes, or base64 from the page. Refused is what Slack's client would not take.
    """
    items = [value] if isinstance(value, dict | str) else list(value or [])
    if len(items) > element.get("max_files", MOST_FILES):
        raise FormError(f"at most {element.get('max_files', MOST_FILES)} files")
    files = [_file(space, user, item) for item in items]
    if space.uploads == "none" or (space.uploads == "images" and not all(file.is_image for file in files)):
        raise FormError(FORBIDDEN)
    for file in files:
        ending = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else ""
        if element.get("filetypes") and ending not in element["filetypes"]:
            raise FormError(f"only files of these types: {', '.join(element['filetypes'])}")
    for file in files:
        space.files[file.id] = file
    return [space.file_json(file) for file in files]


def _file(space: Workspace, user: str, item: Any) -> File:
    if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]:
        content = _bytes(item.get("content"))
        now = micros(space.now()) // 1_000_000
        return File(space.new_id("F"), item["name"], len(content), user, now, content=content, complete=True)
    known = space.files.get(item["id"] if isinstance(item, dict) and "id" in item else str(item))
    if known is None or known.user != user:
        raise FormError("no such file of this person's")
    return known


def _bytes(content: Any) -> bytes:
    try:
        found = content if isinstance(content, bytes) else base64.b64decode(str(content), validate=True)
    except (binascii.Error, ValueError):
        raise FormError("the content of a file is base64") from None
    if not found:
        raise FormError("the file is empty")
    return found
