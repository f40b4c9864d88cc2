// The panel with the app's last Web API calls; refused ones are red.

import { getCalls } from "./api.js";
import { byId, calm, h } from "./dom.js";
import { whole } from "./time.js";

const SHOWN = 60;

export class Calls {
  constructor() {
    this.opener = byId("calls-button");
    this.panel = byId("calls");
    this.list = h("ol", { class: "call-list" });
    const close = h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => this.set(false) }, "✕");
    this.panel.append(h("header", {}, h("h2", {}, "Web API calls"), close), this.list);
    this.opener.addEventListener("click", () => this.set(this.panel.hidden));
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.set(false));
    this.changed = calm(() => this.look(), 400);
    this.open = new Set();
  }

  set(shown) {
    this.panel.hidden = !shown;
    this.opener.setAttribute("aria-expanded", String(shown));
    if (shown) this.look();
    else this.opener.focus();
  }

  async look() {
    if (this.panel.hidden) return;
    const { calls } = await getCalls(SHOWN).catch(() => ({ calls: [] }));
    const signature = JSON.stringify(calls.at(-1));
    if (signature === this.signature) return;
    this.signature = signature;
    this.list.replaceChildren(...calls.reverse().map((call) => this.draw(call)));
    if (!calls.length) this.list.append(h("li", { class: "note" }, "No calls yet."));
  }

  draw(call) {
    const key = `${call.at} ${call.method}`;
    const json = h("pre", {}, JSON.stringify(call.args, null, 2));
    const what = h("summary", {}, h("code", {}, call.method), " ", h("span", { class: call.ok ? "ok" : "refused" }, call.ok ? "ok" : call.error), h("time", { datetime: call.at }, whole(new Date(call.at))));
    const details = h("details", { open: this.open.has(key), ontoggle: () => (details.open ? this.open.add(key) : this.open.delete(key)) }, what, json);
    return h("li", { class: call.ok ? null : "refused" }, details);
  }
}
