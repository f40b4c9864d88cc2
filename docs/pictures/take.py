"""Take the README's pictures again, after a text or the page has changed: `make pictures`.

It starts a demo of its own, then a rehearsal (or takes the address of a demo that has just begun), acts as its people
over the local Slack's own requests (docs/local-slack.md) and photographs the page in the system's Chromium.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
PORT = "8301"
BASE = sys.argv[1] if len(sys.argv) > 1 else f"http://127.0.0.1:{PORT}"
PHONE = {"width": 380, "height": 760}
DESKTOP = {"width": 860, "height": 900}
WIDE = {"width": 1200, "height": 1000}
WITH_GUIDE = {"width": 1240, "height": 720}
"""Wide enough for the guide to open by itself."""


def ask(path: str, body: Any = None) -> Any:
    """An answer of the local Slack; a refusal is an answer too."""
    data = None if body is None else json.dumps(body).encode()
    try:
        return json.load(urlopen(Request(BASE + path, data, {"Content-Type": "application/json"})))
    except HTTPError as refused:
        return json.load(refused)


class Somebody:
    """A person of the demo, by the beginning of their name."""

    def __init__(self, name: str) -> None:
        people = ask("/_local/state")["people"]
        self.id = next(one["id"] for one in people if one["real_name"].startswith(name))

    @property
    def state(self) -> Any:
        return ask(f"/_local/state?as={self.id}")

    def channel(self, label: str) -> str:
        return next(c["id"] for c in self.state["channels"] if label in (c["kind"], c["label"].strip("#")))

    def messages(self, label: str) -> list[Any]:
        return ask(f"/_local/channel?as={self.id}&id={self.channel(label)}&peek=1")["messages"]

    def act(self, do: str, **more: Any) -> None:
        ask("/_local/act", {"as": self.id, "do": do, **more})
        time.sleep(0.4)

    def command(self, word: str, label: str) -> None:
        self.act("command", line=f"/mentoring {word}", channel=self.channel(label))

    def press(self, action: str, label: str = "im") -> bool:
        """Press a button of the newest message that has it."""
        for message in reversed(self.messages(label)):
            for block in message.get("blocks") or []:
                if any(one.get("action_id") == action for one in block.get("elements", [])):
                    on = {"channel": message["channel"], "ts": message["ts"]}
                    self.act("click", on=on, action_id=action, block_id=block["block_id"])
                    return True
        return False

    def has(self, action: str) -> bool:
        dm = any(one["kind"] == "im" for one in self.state["channels"])
        return dm and action in json.dumps(self.messages("im"))

    def options(self, field: str) -> list[str]:
        blocks = self.state["modals"][-1]["blocks"] if self.state["modals"] else []
        return [o["value"] for b in blocks if b.get("block_id") == field for o in b["element"]["options"]]

    def look(self, browser: Browser, place: str, size: Any = PHONE, language: str = "id") -> Page:
        """Where they look: a conversation, or "home"; `language` is the page's own."""
        page = browser.new_page(viewport=size, device_scale_factor=1.25, color_scheme="light", locale="id-ID")
        page.add_init_script(f"localStorage.setItem('local-slack.language', '{language}')")
        if size == WITH_GUIDE:
            page.add_init_script("localStorage.setItem('local-slack.developer', 'yes')")
        page.goto(f"{BASE}/#{self.id}/{place if place == 'home' else self.channel(place)}")
        page.wait_for_timeout(1200)
        return page


def take(page: Page, name: str, top: str = "") -> None:
    """Keep a picture; with `top`, the last message that holds these words begins at its top."""
    if top:
        page.locator(".message", has_text=top).last.evaluate("e => e.scrollIntoView()")
    page.wait_for_timeout(400)
    modal = page.locator("dialog.modal")
    (modal if modal.count() and page.viewport_size == DESKTOP else page).screenshot(path=HERE / f"{name}.png")
    page.close()


def on(days: float) -> None:
    """Move the clock on."""
    ask("/_local/clock", {"advance_seconds": round(days * 86400)})
    time.sleep(1)


def on_until(who: Somebody, action: str) -> None:
    """Half a day at a time, until they have a message with this button."""
    for _ in range(90):
        if who.has(action):
            return
        on(0.5)
    raise SystemExit(f"no message with {action} came")


def sign_up(who: Somebody, about: dict[str, Any], details: dict[str, Any]) -> None:
    who.command("join", "umum")
    for values in (about, details):
        who.act("submit", values=values)
    who.act("close", all=True)


def everybody() -> list[Somebody]:
    """Whoever is in a pair."""
    people = (Somebody(one["real_name"]) for one in ask("/_local/state")["people"])
    return [who for who in people if any(one["kind"] == "mpim" for one in who.state["channels"])]


def book(pairs: list[Somebody]) -> None:
    """The first time that suits both, picked by whoever of the two comes first."""
    for who in pairs:
        who.press("session.book")
        if slots := who.options("suggestion"):
            who.act("submit", values={"suggestion": slots[0]})
        who.act("close", all=True)


def agree(pairs: list[Somebody]) -> None:
    """Most pairs write their agreement down and sign it."""
    day = (datetime.fromisoformat(ask("/_local/clock")["now"]) + timedelta(days=90)).date().isoformat()
    terms = {"goal1": "Membaca dasbor sendiri", "measure1": "Setiap Senin, tanpa bertanya", "by1": day}
    for who in pairs[: len(pairs) * 2 // 5]:
        who.press("agreement.open")
        who.act("submit", values=terms | {"books": "in_turn", "mentor_called": "Kak", "mentee_called": "Pak"})
        who.act("close", all=True)
    on(1)
    for who in pairs:
        who.press("agreement.sign")


def answer(pairs: list[Somebody]) -> None:
    """Most people answer, each as they see it."""
    for number, who in enumerate(pairs):
        if number % 6:
            who.press("poll.met.yes")
            who.press(f"poll.useful.{3 + number % 3}")
            who.press(f"poll.own.{4 + number % 2}")


def main(browser: Browser) -> None:
    sari, rudi, dewi = Somebody("Sari"), Somebody("Rudi"), Somebody("Dewi")
    take(sari.look(browser, "umum", WITH_GUIDE), "page")
    take(sari.look(browser, "umum"), "announcement")
    page = sari.look(browser, "umum")
    page.get_by_role("button", name="Ikut program").click()
    page.locator(".modal .choice input").first.check()
    take(page, "join")
    sari.act("close", all=True)
    offers = {"role": "mentor", "level": "specialist", "department": "Pemasaran", "manager": Somebody("Ratna").id}
    sari_tells = {"interests": ["coffee", "running"], "confidence": "4"}
    sign_up(sari, offers | {"offers": ["social_media", "tiktok_marketing"]}, sari_tells)
    known = {"skill_data_dashboards": "2", "skill_ai_tools": "1"}
    wishes = {"role": "mentee", "level": "manager", "department": "Produk", "manager": Somebody("Agus").id}
    sign_up(rudi, wishes | {"wishes": ["data_dashboards", "ai_tools"]}, {"address": "bapak", "language": "en"} | known)

    dewi.command("match", "hr-mentoring")
    while not dewi.press("match.pairs", "hr-mentoring"):
        time.sleep(1)
    take(dewi.look(browser, "hr-mentoring", DESKTOP), "draft")
    dewi.act("close", all=True)
    dewi.press("match.release", "hr-mentoring")
    dewi.act("click", action_id="gate.waive.sponsor")
    dewi.act("submit")
    dewi.act("close", all=True)
    on_until(sari, "session.book")
    on_until(rudi, "session.book")
    take(rudi.look(browser, "im", language="en"), "introduction", "Your mentor")
    page = rudi.look(browser, "im", WITH_GUIDE, "en")
    page.locator(".inspect-link").last.focus()
    page.keyboard.press("Enter")
    take(page, "inspector")

    on(1)
    pairs = everybody()
    book(pairs)
    take(sari.look(browser, "home"), "home")
    agree(pairs)
    on_until(sari, "pack.open")
    take(sari.look(browser, "im"), "pack", "Bahan")
    on_until(sari, "poll.met.yes")
    sari.press("poll.met.yes")
    take(sari.look(browser, "im"), "poll", "Bagaimana sesi")
    on(3)
    answer(pairs)
    on(4)
    dewi.command("summary", "hr-mentoring")
    time.sleep(6)
    take(dewi.look(browser, "hr-mentoring", DESKTOP), "summary", "ringkasan")


def rehearsal(browser: Browser) -> None:
    """The calendar of a rehearsal, with what people read on one day."""
    page = browser.new_page(viewport=WIDE, color_scheme="light", locale="en-GB")
    page.goto(f"{BASE}/#rehearsal?day=2027-03-01")
    page.locator(".told").first.wait_for()
    page.locator("#main").evaluate("e => e.scrollTo(0, 0)")
    take(page, "rehearsal")


@contextmanager
def served(*command: str) -> Iterator[None]:
    """Something fresh while the pictures are taken, unless an address was given."""
    if len(sys.argv) > 1:
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        line = [sys.executable, "-m", "bot", *command, folder, "--port", PORT]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1]) as process:
            try:
                next(told for told in process.stdout or () if PORT in told)
                yield
            finally:
                process.terminate()


if __name__ == "__main__":
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served("demo", "--folder"):
            main(chromium)
        if len(sys.argv) < 2:
            with served("rehearse", "--serve", "--months", "2", "--out"):
                rehearsal(chromium)
