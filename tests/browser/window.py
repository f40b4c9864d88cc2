"""A window of the local Slack's page, used as a person uses it: what is seen is pressed."""

from contextlib import AbstractContextManager

from playwright.sync_api import Locator, Page, expect

FORM = "dialog.modal:not(.small)[open]"
WHERE = """node => {
  const at = document.activeElement;
  if (node === at) return "here";
  return node.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING ? "Shift+Tab" : "Tab";
}"""
"""Which key brings the focus nearer to an element."""
LOOKS_FOCUSED = """node => getComputedStyle(node).outlineStyle !== "none"
  || getComputedStyle(node.parentElement).boxShadow !== "none"
"""


class Window:
    """One person's window. `faults` are what the browser complained of."""

    def __init__(self, page: Page, base: str, who: str, *, keys: bool = False) -> None:
        self.page, self.base, self.who = page, base, who
        self.keys = keys
        """Whether everything is done with the keyboard alone."""
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

    def for_developers(self) -> None:
        """Switch on what is for developers, in the dialog behind one's name."""
        expect(self.page.locator("body")).to_have_attribute("data-screen", "workspace")
        self.page.locator("#who").click()
        self.page.locator('[data-key="developer"]').click()
        self.page.keyboard.press("Escape")
        # A dialog tells its end later: until then the place of the keyboard may still move.
        expect(self.page.locator("#who")).to_be_focused()
        expect(self.page.locator("#calls-button")).to_be_visible()

    def element(self, action_id: str) -> Locator:
        """An element by its action id: of the form in front if one is open, else the newest in the conversation."""
        here = self.form if self.form.count() else self.page.locator("#scroll")
        return here.locator(f'[data-key$=" {action_id}"]').last

    def press(self, action_id: str) -> None:
        self.use(self.element(action_id))

    def use(self, target: Locator) -> None:
        """Press something: by a click, or by going there and Enter."""
        if not self.keys:
            return target.click()
        self.reach(target)
        return self.page.keyboard.press("Enter")

    def reach(self, target: Locator) -> None:
        """Go there with Tab, by the shorter way, and see that one is there."""
        expect(target).to_be_attached()
        for _ in range(300):
            where = target.evaluate(WHERE)
            if where == "here":
                assert target.evaluate(LOOKS_FOCUSED), "no visible focus"
                return
            self.page.keyboard.press(where)
        raise AssertionError(f"no way to {target} with Tab")

    def agree(self) -> None:
        """Say yes to the question that stands in front of everything."""
        question = self.page.locator("dialog.small[open]")
        self.use(question.locator("button.primary, button.danger"))
        expect(question).to_have_count(0)

    def type(self, line: str) -> None:
        """Type into the conversation and send it."""
        box = self.page.locator("#bottom textarea")
        if self.keys:
            self.reach(box)
            self.page.keyboard.type(line)
        else:
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
            self.turn(field, value) if self.keys else field.select_option(value)
        elif self.keys:
            self.turn(self.form.locator(f'input[data-key^="{block_id} "][value="{value}"]'), value)
        else:
            self.form.locator(f'input[data-key^="{block_id} "][value="{value}"]').check()

    def turn(self, field: Locator, value: str) -> None:
        """Go through a menu or a few radio buttons with the arrow, until it stands at the value."""
        if field.evaluate("node => node.type") == "radio":
            name = field.get_attribute("name")
            self.reach(self.form.locator(f'input[name="{name}"]:is(:checked, :not(:checked))').first)
            self.page.keyboard.press("Space")
        else:
            self.reach(field)
        for _ in range(30):
            if field.evaluate("(node, value) => node.type === 'radio' ? node.checked : node.value === value", value):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no {value} to be had with the arrow")

    def check(self, box: Locator) -> None:
        """Tick it."""
        if not self.keys:
            return box.check()
        self.reach(box)
        self.page.keyboard.press("Space")
        return expect(box).to_be_checked()

    def tick(self, block_id: str, *values: str) -> None:
        """Some of a list that opens."""
        self.use(self.field(block_id).first)
        for value in values:
            self.check(self.form.locator(f'.panel:visible input[value="{value}"]'))
        self.page.keyboard.press("Escape") if self.keys else self.form.locator(".panel:visible").press("Escape")

    def write(self, block_id: str, text: str) -> None:
        field = self.field(block_id).first
        if not self.keys:
            return field.fill(text)
        self.reach(field)
        self.page.keyboard.press("Control+A")
        return self.page.keyboard.type(text)

    def write_and_keep(self, block_id: str, text: str) -> None:
        """Write, and wait until the local Slack knows of it."""
        with self._answered("fill"):
            self.write(block_id, text)

    def send(self) -> None:
        """Press the form's own button and wait until the app has answered."""
        with self._answered("submit"):
            self.use(self.form.locator('[data-key="modal submit"]'))
        expect(self.page.locator("dialog.waiting")).to_have_count(0)

    def _answered(self, what: str) -> AbstractContextManager[object]:
        return self.page.expect_response(
            lambda one: one.url.endswith("/_local/act") and f'"{what}"' in (one.request.post_data or "")
        )

    def close(self) -> None:
        if self.form.count():
            self.use(self.form.locator('[data-key="modal close"]'))
            expect(self.form).to_have_count(0)

    # Time

    def on_by(self, label: str) -> None:
        """Press one of the clock's buttons and wait until time has gone on."""
        clock = self.page.locator("#clock")
        self.use(clock.locator(f'[data-key="clock.{label}"]'))
        expect(clock).to_have_attribute("aria-busy", "false", timeout=300_000)

    def on_until(self, action_id: str, label: str = "day", times: int = 40) -> None:
        """Press it until somebody is asked something."""
        for _ in range(times):
            if self.element(action_id).count():
                return
            self.on_by(label)
        raise AssertionError(f"nothing with {action_id} came")
