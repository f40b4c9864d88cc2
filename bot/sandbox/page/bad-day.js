// The switch "As on a bad day", and what is difficult while it is on.

import { getBadDay, setBadDay } from "./api.js";
import { announce, h, toast } from "./dom.js";
import { say } from "./words.js";

export class BadDay {
  constructor() {
    this.box = h("input", { type: "checkbox", role: "switch", id: "bad-day", "aria-describedby": "bad-day-intro", onchange: () => this.set(this.box.checked) });
    this.state = h("span", { class: "note", "aria-hidden": "true" }, say("bad.off"));
    this.list = h("ul", { id: "bad-day-list" });
    const row = h("p", { class: "bad-day-row" }, this.box, h("label", { for: "bad-day" }, say("bad.switch")), this.state);
    this.node = h("section", { class: "bad-day" }, h("h3", {}, say("bad.title")), h("p", { class: "note", id: "bad-day-intro" }, say("bad.intro")), row, this.list);
  }

  async look() {
    this.tell(await getBadDay().catch(() => null));
  }

  async set(on) {
    this.box.disabled = true;
    const told = await setBadDay(on).catch((error) => toast(error.message));
    this.box.disabled = false;
    this.box.focus();
    if (!told) this.box.checked = !on;
    this.tell(told);
    if (told) announce([`${say("bad.title")}: ${this.state.textContent}`, ...this.lines(told)].join(". "));
  }

  tell(told) {
    if (!told) return;
    this.box.checked = told.on;
    this.state.textContent = say(told.on ? "bad.on" : "bad.off");
    this.list.replaceChildren(...this.lines(told).map((line) => h("li", {}, line)));
  }

  /** What is difficult, a sentence each. */
  lines(told) {
    const named = (key, names) => (names.length ? [say(key, { names: names.join(", ") })] : []);
    return [
      ...named("bad.guests", told.guests),
      ...named("bad.strangers", told.strangers),
      ...named("bad.shared", told.shared),
      ...named("bad.restricted", told.restricted),
      ...(told.unheard ? [say("bad.unheard")] : []),
      ...(told.history ? [say("bad.history", told.history)] : []),
    ];
  }
}
