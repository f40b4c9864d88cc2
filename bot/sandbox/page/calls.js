// The panel with the app's last Web API calls; refused ones are red.

import { getCalls } from "./api.js";
import { calm, h } from "./dom.js";
import { Panel } from "./panel.js";
import { whole } from "./time.js";

const SHOWN = 60;

export class Calls {
  constructor() {
    this.panel = new Panel("calls", "Web API calls", () => this.look());
    this.list = h("ol", { class: "call-list" });
    this.panel.body.append(this.list);
    this.changed = calm(() => this.look(), 400);
    this.open = new Set();
  }

  async look() {
    if (!this.panel.isOpen) return;
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
