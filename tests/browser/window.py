"""A window of the local Slack's page, used as a person uses it: what is seen is pressed."""

from contextlib import AbstractContextManager

from playwright.sync_api import Locator, Page, expect

FORM = "dialog.modal:not(.small)[open]"


class Window:
    """One person's window. `faults` are what the browser complained of."""

    def __init__(self, page: Page, base: str, who: str) -> None:
        self.page, self.base, self.who = page, base, who
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda one: self.faults.append(one.url) if base not in one.url else None)

    @property
    def form(self) -> Locator:
        return self.page.locator(FORM)

    def go(self, place: str = "") -> None:
        """To a conversation by its name, "home" or "messages"."""
        address = place if place in ("home", "messages") else ""
        self.page.goto(f"{self.base}/#{self.who}/{address}")
        expect(self.page.locator("body")).to_have_attribute("data-screen", "workspace")
        if place and not address:
            self.page.locator("#places a", has_text=place).click()
            expect(self.page.locator("#place-head")).to_contain_text(place)

    def element(self, action_id: str) -> Locator:
        """An element by its action id: of the form in front if one is open, else the newest in the conversation."""
        here = self.form if self.form.count() else self.page.locator("#scroll")
        return here.locator(f'[data-key$=" {action_id}"]').last

    def press(self, action_id: str) -> None:
        self.element(action_id).click()

    def agree(self) -> None:
        """Say yes to the question that stands in front of everything."""
        question = self.page.locator("dialog.small[open]")
        question.locator("button.primary, button.danger").click()
        expect(question).to_have_count(0)

    def type(self, line: str) -> None:
        """Type into the conversation and send it."""
        box = self.page.locator("#bottom textarea")
        box.fill(line)
        box.press("Enter")
        expect(box).to_have_value("")

    # Forms

    def opened(self) -> None:
        expect(self.form).to_be_visible()

    def field(self, block_id: str) -> Locator:
        return self.form.locator(f'[data-key^="{block_id} "]')

    def choose(self, block_id: str, value: str) -> None:
        """One of a menu or of a few."""
        field = self.field(block_id).first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            self.form.locator(f'input[data-key^="{block_id} "][value="{value}"]').check()

    def tick(self, block_id: str, *values: str) -> None:
        """Some of a list that opens."""
        self.field(block_id).first.click()
        for value in values:
            self.form.locator(f'.panel:visible input[value="{value}"]').check()
        self.form.locator(".panel:visible").press("Escape")

    def write(self, block_id: str, text: str) -> None:
        self.field(block_id).first.fill(text)

    def write_and_keep(self, block_id: str, text: str) -> None:
        """Write, and wait until the local Slack knows of it."""
        with self._answered("fill"):
            self.write(block_id, text)

    def send(self) -> None:
        """Press the form's own button and wait until the app has answered."""
        with self._answered("submit"):
            self.form.locator('[data-key="modal submit"]').click()
        expect(self.page.locator("dialog.waiting")).to_have_count(0)

    def _answered(self, what: str) -> AbstractContextManager[object]:
        return self.page.expect_response(
            lambda one: one.url.endswith("/_local/act") and f'"{what}"' in (one.request.post_data or "")
        )

    def close(self) -> None:
        if self.form.count():
            self.form.locator('[data-key="modal close"]').click()
            expect(self.form).to_have_count(0)

    # Time

    def on_by(self, label: str) -> None:
        """Press one of the clock's buttons and wait until time has gone on."""
        clock = self.page.locator("#clock")
        clock.get_by_title(f"On by one {label}").click()
        expect(clock).to_have_attribute("aria-busy", "false", timeout=60_000)

    def on_until(self, action_id: str, label: str = "day", times: int = 40) -> None:
        """Press it until somebody is asked something."""
        for _ in range(times):
            if self.element(action_id).count():
                return
            self.on_by(label)
        raise AssertionError(f"nothing with {action_id} came")
