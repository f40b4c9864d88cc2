// The panel with the app's Web API calls: one message looked at closely, faults on purpose, and the last calls.

import { getCalls, getFaults, inspect, setFaults } from "./api.js";
import { BadDay } from "./bad-day.js";
import { calm, h, toast } from "./dom.js";
import { Panel } from "./panel.js";
import { whole } from "./time.js";
import { locale, say } from "./words.js";

const SHOWN = 60;
const FAULTS = ["slow_reply", "ratelimited", "error_before", "error_after", "lost_reply", "late_acceptance", "drop_sockets", "refused"];
const SECONDS = 5;

export class Calls {
  constructor() {
    this.panel = new Panel("calls", say("calls.title"), () => this.look(true));
    this.list = h("ol", { class: "call-list" });
    this.closely = h("section", { class: "closely", "aria-live": "polite", hidden: true });
    this.faults = h("section", { class: "faults" });
    this.badDay = new BadDay();
    this.panel.body.append(this.closely, this.badDay.node, this.faults, h("p", { class: "note calls-intro" }, say("calls.intro")), this.list);
    this.changed = calm(() => this.look(), 400);
    this.open = new Set();
    this.drawSwitch();
  }

  async look(anew = false) {
    if (!this.panel.isOpen) return;
    this.tellFaults(await getFaults().catch(() => null));
    if (anew) await this.badDay.look();
    const { calls } = await getCalls(SHOWN).catch(() => ({ calls: [] }));
    const signature = JSON.stringify(calls.at(-1));
    if (signature === this.signature && !anew) return;
    this.signature = signature;
    this.list.replaceChildren(...calls.reverse().map((call) => this.draw(call)));
    if (!calls.length) this.list.append(h("li", { class: "note" }, say("calls.none")));
  }

  draw(call) {
    const key = `${call.at} ${call.method}`;
    const why = (call.why ?? []).map((one) => h("p", { class: "fault" }, one));
    const json = h("pre", {}, JSON.stringify(call.args, null, 2));
    const what = h("summary", {}, h("code", {}, call.method), " ", h("span", { class: call.ok ? "ok" : "refused" }, call.ok ? say("calls.ok") : say("calls.refused", { error: call.error })), call.fault && h("span", { class: "disturbed" }, say(`fault.${call.fault}`)), h("time", { datetime: call.at }, whole(new Date(call.at))));
    const details = h("details", { open: this.open.has(key), ontoggle: () => (details.open ? this.open.add(key) : this.open.delete(key)) }, what, why, json);
    return h("li", { class: call.ok ? null : "refused" }, details);
  }

  // One message

  /** Show what a message was made by, and how near it is to Slack's limits. */
  async inspect(me, message) {
    const found = await inspect(me, message.channel, message.ts).catch((error) => toast(error.message));
    if (!found) return;
    const away = h("button", { type: "button", class: "link", onclick: () => (this.closely.hidden = true) }, say("calls.away"));
    const calls = h("ol", { class: "call-list" }, found.calls.map((call) => this.draw(call)));
    const head = h("h3", {}, say("calls.call"));
    this.closely.replaceChildren(
      h("h3", { tabindex: "-1" }, say("calls.this")),
      h("table", { class: "limits" }, h("caption", { class: "visually-hidden" }, say("calls.limits")), h("tbody", {}, found.limits.map(drawLimit))),
      ...(found.calls.length ? [head, calls] : [h("p", { class: "note" }, say("calls.unknown"))]),
      h("details", {}, h("summary", {}, say("form.json")), h("pre", {}, JSON.stringify(found.message, null, 2))),
      away,
    );
    this.closely.hidden = false;
    if (!this.panel.isOpen) this.panel.open();
    this.panel.body.scrollTop = 0;
    this.closely.querySelector("h3").focus();
  }

  // Faults

  drawSwitch() {
    const kind = h("select", { class: "select", id: "fault-kind" }, FAULTS.map((value) => h("option", { value }, say(`fault.${value}`))));
    const times = h("select", { class: "select", id: "fault-times" }, [["1", "fault.once"], ["5", "fault.five"], ["", "fault.always"]].map(([value, key]) => h("option", { value }, say(key))));
    const method = h("select", { class: "select", id: "fault-method" }, [["chat.postMessage", "fault.messages"], ["*", "fault.any"]].map(([value, key]) => h("option", { value }, say(key))));
    this.kind = kind;
    this.method = method;
    this.error = h("select", { class: "select", id: "fault-error" });
    const add = () => this.set({ kind: kind.value, method: method.value, times: times.value ? Number(times.value) : null, seconds: SECONDS, ...(kind.value === "refused" ? { error: this.error.value } : {}) });
    this.inForce = h("ul", {});
    this.end = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.set({ clear: true }) }, say("fault.end"));
    const row = (label, control) => h("div", { class: "fault-row" }, h("label", { for: control.id }, label), control);
    this.errorRow = row(say("fault.error"), this.error);
    kind.addEventListener("change", () => this.drawErrors());
    method.addEventListener("change", () => this.drawErrors());
    this.drawErrors();
    this.faults.append(h("details", {}, h("summary", {}, say("fault.title")), h("p", { class: "note" }, say("fault.intro")), row(say("fault.what"), kind), row(say("fault.to"), method), this.errorRow, row(say("fault.often"), times), h("button", { type: "button", class: "button", onclick: add }, say("fault.start"))), this.inForce, this.end);
  }

  /** The errors that Slack documents for the method that is chosen; only a refusal has one. */
  drawErrors() {
    this.errorRow.hidden = this.kind.value !== "refused";
    const errors = this.errors?.[this.method.value] ?? [];
    if (this.error.options.length === errors.length && this.error.options[0]?.value === errors[0]) return;
    this.error.replaceChildren(...errors.map((value) => h("option", { value }, value)));
  }

  /** Every method can be disturbed: their names come with the first answer. */
  drawMethods() {
    const known = new Set([...this.method.options].map((one) => one.value));
    const others = Object.keys(this.errors).filter((one) => !known.has(one));
    this.method.append(...others.map((value) => h("option", { value }, value)));
  }

  async set(body) {
    this.tellFaults(await setFaults(body).catch((error) => toast(error.message)));
  }

  tellFaults(told) {
    if (!told) return;
    this.errors = told.errors;
    this.drawMethods();
    this.drawErrors();
    const line = (one) => h("li", {}, h("strong", {}, say(`fault.${one.kind}`)), one.error && [" ", h("code", {}, one.error)], " · ", say(one.times ? "fault.struck" : "fault.struck_always", one));
    this.inForce.replaceChildren(...told.faults.map(line));
    this.end.hidden = !told.faults.length;
    this.panel.button.textContent = say(told.faults.length ? "calls.button_faults" : "calls.button");
  }
}

function drawLimit({ what, used, most }) {
  const number = (value) => value.toLocaleString(locale);
  const class_ = used > most ? "over" : used > 0.8 * most ? "near" : null;
  return h("tr", { class: class_ }, h("th", { scope: "row" }, say(`limit.${what}`)), h("td", {}, number(used)), h("td", {}, say("calls.of", { most: number(most) })), h("td", {}, h("meter", { min: 0, max: most, high: 0.8 * most, value: used, "aria-label": say(`limit.${what}`) })));
}
