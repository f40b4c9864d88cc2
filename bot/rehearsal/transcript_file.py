"""The transcript as a file: the page that shows a rehearsal, with its scripts and everything they ask for inside.

It needs nothing but a browser. What the scripts would ask a server for stands in the file as JSON, by its address
(`bot/sandbox/page/inlined.js`).
"""

import json
import re
from base64 import b64encode
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from jinja2 import Environment, FileSystemLoader

from bot.rehearsal.page_extension import FOLDER, NAME
from bot.rehearsal.playback import Playback
from bot.sandbox.local_json import state_view
from bot.sandbox.local_routes import PAGE

Json = dict[str, Any]

HERE = Path(__file__).parent
PAGE_ADDRESS, OUR_ADDRESS = "/page", f"/page/extensions/{NAME}"
STYLES = (*(PAGE / f"{name}.css" for name in ("style", "messages", "forms", "panels")), FOLDER / "transcript.css")
FIRST = f"{OUR_ADDRESS}/file.js"
"""The script that shows the page."""
IMPORT = re.compile(r'(?<= from )"([^"]+)"')


def write_transcript(path: Path, playback: Playback) -> None:
    """Write the file to `path`, in the language of the rehearsal."""
    language = playback.record["language"]
    index = playback.index(language)
    entries = playback.entries(range(len(index["entries"])), language)
    index["languages"] = {language: index["languages"][language]}
    ours = f"/_local/extensions/{NAME}"
    files: dict[str, Any] = {
        "/_local/state?": state_view(playback.slack, None),
        f"{ours}/transcript": index,
        f"{ours}/transcript/entries": entries,
        **_words(),
        **_pictures(playback, entries),
    }
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("transcript.html.j2")
    html = page.render(
        language=language,
        title=index["title"],
        styles=[style.read_text("utf-8") for style in STYLES],
        scripts={_bare(address): _as_data("text/javascript", text.encode()) for address, text in _scripts().items()},
        files=files,
        first=_bare(FIRST),
        no_script=index["words"]["no_script"],
    )
    path.write_text(html, "utf-8")


def _scripts() -> dict[str, str]:
    """Every script that the first one needs, by its address; each imports the others by their bare addresses."""
    found: dict[str, str] = {}
    wanted = [FIRST]
    while wanted:
        address = wanted.pop()
        if address in found:
            continue
        text = _file(address).read_text("utf-8")
        wanted += [_resolved(address, name) for name in IMPORT.findall(text)]
        found[address] = IMPORT.sub(partial(_bare_import, address), text)
    return dict(sorted(found.items()))


def _bare_import(importer: str, name: re.Match[str]) -> str:
    return f'"{_bare(_resolved(importer, name[1]))}"'


def _resolved(importer: str, name: str) -> str:
    return normpath(join(dirname(importer), name))


def _bare(address: str) -> str:
    """An address as an import map takes it from a script that has no address itself."""
    return address.removeprefix("/")


def _file(address: str) -> Path:
    ours = address.removeprefix(f"{OUR_ADDRESS}/")
    return FOLDER / ours if ours != address else PAGE / address.removeprefix(f"{PAGE_ADDRESS}/")


def _words() -> Json:
    return {
        f"{address}/words/{path.name}": json.loads(path.read_text("utf-8"))
        for address, folder in ((PAGE_ADDRESS, PAGE), (OUR_ADDRESS, FOLDER))
        for path in sorted((folder / "words").glob("*.json"))
    }


def _pictures(playback: Playback, entries: list[Json]) -> Json:
    """The pictures that are in messages, each once, as addresses that hold them."""
    ids = {block["slack_file"]["id"] for entry in entries for block in entry["blocks"] if "slack_file" in block}
    files = (playback.slack.workspace.files[file_id] for file_id in sorted(ids & playback.slack.workspace.files.keys()))
    return {f"/_local/files/{file.id}": _as_data("image/png", file.content) for file in files if file.content}


def _as_data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"
