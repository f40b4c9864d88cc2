// The panel with the app's Web API calls: one message looked at closely, faults on purpose, and the last calls.

import { getCalls, getFaults, inspect, setFaults } from "./api.js";
import { calm, h, toast } from "./dom.js";
import { Panel } from "./panel.js";
import { whole } from "./time.js";

const SHOWN = 60;
const FAULTS = {
  slow_reply: "Slow (5 s)",
  ratelimited: "429, too many",
  error_before: "503, not done",
  error_after: "503, yet done",
  lost_reply: "Reply lost",
  late_acceptance: "Done late",
  drop_sockets: "Socket dropped",
};
const SECONDS = 5;

export class Calls {
  constructor() {
    this.panel = new Panel("calls", "Web API calls", () => this.look(true));
    this.list = h("ol", { class: "call-list" });
    this.closely = h("section", { class: "closely", "aria-live": "polite", hidden: true });
    this.faults = h("section", { class: "faults" });
    this.panel.body.append(this.closely, this.faults, this.list);
    this.changed = calm(() => this.look(), 400);
    this.open = new Set();
    this.drawSwitch();
  }

  async look(anew = false) {
    if (!this.panel.isOpen) return;
    this.tellFaults(await getFaults().catch(() => null));
    const { calls } = await getCalls(SHOWN).catch(() => ({ calls: [] }));
    const signature = JSON.stringify(calls.at(-1));
    if (signature === this.signature && !anew) return;
    this.signature = signature;
    this.list.replaceChildren(...calls.reverse().map((call) => this.draw(call)));
    if (!calls.length) this.list.append(h("li", { class: "note" }, "No calls yet."));
  }

  draw(call) {
    const key = `${call.at} ${call.method}`;
    const why = (call.why ?? []).map((one) => h("p", { class: "fault" }, one));
    const json = h("pre", {}, JSON.stringify(call.args, null, 2));
    const what = h("summary", {}, h("code", {}, call.method), " ", h("span", { class: call.ok ? "ok" : "refused" }, call.ok ? "ok" : call.error), h("time", { datetime: call.at }, whole(new Date(call.at))));
    const details = h("details", { open: this.open.has(key), ontoggle: () => (details.open ? this.open.add(key) : this.open.delete(key)) }, what, why, json);
    return h("li", { class: call.ok ? null : "refused" }, details);
  }

  // One message

  /** Show what a message was made by, and how near it is to Slack's limits. */
  async inspect(me, message) {
    const found = await inspect(me, message.channel, message.ts).catch((error) => toast(error.message));
    if (!found) return;
    const away = h("button", { type: "button", class: "link", onclick: () => (this.closely.hidden = true) }, "Away with it");
    const calls = h("ol", { class: "call-list" }, found.calls.map((call) => this.draw(call)));
    this.closely.replaceChildren(
      h("h3", { tabindex: "-1" }, "This message"),
      h("table", { class: "limits" }, h("caption", { class: "visually-hidden" }, "Of what Slack allows"), h("tbody", {}, found.limits.map(drawLimit))),
      found.calls.length ? calls : h("p", { class: "note" }, "Its call is not known: it came over a response_url, or before the last start."),
      h("details", {}, h("summary", {}, "Its JSON"), h("pre", {}, JSON.stringify(found.message, null, 2))),
      away,
    );
    this.closely.hidden = false;
    if (!this.panel.isOpen) this.panel.open();
    this.panel.body.scrollTop = 0;
    this.closely.querySelector("h3").focus();
  }

  // Faults

  drawSwitch() {
    const kind = h("select", { class: "select", id: "fault-kind" }, Object.entries(FAULTS).map(([value, label]) => h("option", { value }, label)));
    const times = h("select", { class: "select", id: "fault-times" }, [["1", "once"], ["5", "5 times"], ["", "always"]].map(([value, label]) => h("option", { value }, label)));
    const method = h("select", { class: "select", id: "fault-method" }, [["chat.postMessage", "messages"], ["*", "any call"]].map(([value, label]) => h("option", { value }, label)));
    const add = () => this.set({ kind: kind.value, method: method.value, times: times.value ? Number(times.value) : null, seconds: SECONDS });
    this.inForce = h("ul", {});
    this.end = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.set({ clear: true }) }, "End all faults");
    const row = (label, control) => h("div", { class: "fault-row" }, h("label", { for: control.id }, label), control);
    this.faults.append(h("details", {}, h("summary", {}, "Faults on purpose"), row("What happens", kind), row("To", method), row("How often", times), h("button", { type: "button", class: "button", onclick: add }, "Switch on")), this.inForce, this.end);
  }

  async set(body) {
    this.tellFaults(await setFaults(body).catch((error) => toast(error.message)));
  }

  tellFaults(told) {
    if (!told) return;
    const line = (one) => h("li", {}, h("strong", {}, FAULTS[one.kind] ?? one.kind), ` · ${one.method} · ${one.struck} of ${one.times ?? "all"}`);
    this.inForce.replaceChildren(...told.faults.map(line));
    this.end.hidden = !told.faults.length;
    this.panel.button.textContent = told.faults.length ? "API · faults" : "API";
  }
}

function drawLimit({ what, used, most }) {
  const number = (value) => value.toLocaleString("en");
  const class_ = used > most ? "over" : used > 0.8 * most ? "near" : null;
  return h("tr", { class: class_ }, h("th", { scope: "row" }, what), h("td", {}, number(used)), h("td", {}, `of ${number(most)}`), h("td", {}, h("meter", { min: 0, max: most, high: 0.8 * most, value: used, "aria-label": what })));
}
