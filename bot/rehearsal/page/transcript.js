// A rehearsal that is over, by the calendar: what was sent when, to whom, of which kind, and what one should look at.
// The address says what is shown: #rehearsal?view=agenda&day=2027-02-01&person=U0014&kind=poll_mentor&stage=run.

import { getBehaviours, getEntries, getTranscript } from "./api.js";
import { getState } from "/page/api.js";
import { announce, byId, h, replaceKeepingFocus, toast } from "/page/dom.js";
import { drawAgenda, drawMonths } from "./calendar.js";
import { drawFilters } from "./filters.js";
import { drawFindings } from "./findings.js";
import { drawEntry } from "./entries.js";
import { setNames } from "/page/names.js";
import { setViewer } from "/page/time.js";
import { language } from "/page/words.js";

export const ADDRESS = "#rehearsal";
const A_PAGE = 30;
const LISTED = ["view", "day", "person", "kind", "stage", "also", "found", "lang"];

/** Whether an address leads here. */
export const leads = (hash) => hash === ADDRESS || hash.startsWith(`${ADDRESS}?`);

export class Transcript {
  /** `href(place, me)` is the address of a place as a person sees it; null if there are no places. */
  constructor({ href }) {
    this.href = href;
    this.asked = {};
    this.shown = A_PAGE;
    this.node = h("div", { id: "transcript" });
    byId("main").append(this.node);
  }

  async open(hash) {
    const before = this.asked;
    this.asked = Object.fromEntries(new URLSearchParams(hash.slice(ADDRESS.length + 1)));
    if (before.day !== this.asked.day || before.found !== this.asked.found) this.shown = A_PAGE;
    try {
      await this.load();
    } catch (error) {
      return toast(error.message);
    }
    document.body.dataset.screen = "transcript";
    document.title = this.index.title;
    this.draw();
    if (before.day !== this.asked.day && this.asked.day) byId("read")?.focus();
  }

  get language() {
    return this.asked.lang ?? language;
  }

  async load() {
    if (this.loaded === this.language) return;
    const [state, index, behaviours] = await Promise.all([getState(), getTranscript(this.language), getBehaviours(this.language)]);
    this.behaviours = behaviours;
    this.loaded = this.language;
    this.index = index;
    this.kinds = new Map(index.groups.flatMap((group) => Object.entries(group.kinds).map(([kind, name]) => [kind, { name, group }])));
    index.entries.forEach((entry, number) => Object.assign(entry, { number, day: entry.at.slice(0, 10) }));
    byId("workspace-name").textContent = state.workspace.name;
    setNames({ ...state, channels: index.channels });
    setViewer(index.zone);
  }

  /** Go on with other wishes: `null` takes one away. */
  ask(wishes) {
    const asked = { ...this.asked, ...wishes };
    const told = new URLSearchParams(LISTED.filter((key) => asked[key]).map((key) => [key, asked[key]]));
    location.hash = String(told) ? `${ADDRESS}?${told}` : ADDRESS;
  }

  /** The entries that fit the filters, whatever the day. */
  fitting() {
    const { person, kind, stage, also, found } = this.asked;
    const group = kind?.startsWith("group:") ? this.index.groups.find((one) => one.key === kind.slice(6)) : null;
    const finding = found ? new Set(this.index.findings[Number(found)]?.entries ?? []) : null;
    const others = new Set(also?.split(" ") ?? []);
    const isOfKind = (entry) => !kind || (group ? entry.kind in group.kinds : entry.kind === kind);
    const isWanted = (entry) => (entry.kind ? isOfKind(entry) : others.has(entry.what));
    return this.index.entries.filter(
      (entry) => (finding ? finding.has(entry.number) : isWanted(entry)) && (!person || entry.who.includes(person)) && (!stage || entry.stage === stage),
    );
  }

  draw() {
    const { index, asked } = this;
    const { words } = index;
    const fitting = this.fitting();
    const days = Map.groupBy ? Map.groupBy(fitting, (entry) => entry.day) : groupBy(fitting);
    const calendar = asked.view === "agenda" ? drawAgenda(this, days) : drawMonths(this, days);
    const own = new URLSearchParams(location.hash.split("?")[1] ?? "");
    this.node.lang = index.language;
    replaceKeepingFocus(
      this.node,
      h("header", { class: "transcript-head" }, h("h1", {}, index.title), h("p", { class: "note" }, index.intro)),
      drawFindings(this),
      drawFilters(this),
      drawBehaviours(this.behaviours),
      h("div", { class: "transcript-body" }, h("section", { class: "calendar", "aria-label": words.calendar }, calendar), this.list(fitting, days)),
    );
    const said = fitting.length ? words.in_all.replace("{count}", fitting.length) : words.nothing_fits;
    if (this.said !== said && own.size) announce(said);
    this.said = said;
  }

  /** What people read on the chosen day; without one, all that fits. */
  list(fitting, days) {
    const { words } = this.index;
    const { day, found } = this.asked;
    const chosen = day && !found ? (days.get(day) ?? []) : fitting;
    const title = day && !found ? words.chosen_day.replace("{day}", longDay(day, this.index)) : words.in_all.replace("{count}", fitting.length);
    const rows = h("ol", { class: "entries" });
    const more = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.more(rows, more, chosen) }, words.more);
    this.drawn = 0;
    this.fill(rows, more, chosen);
    const none = !chosen.length && h("p", { class: "note" }, day ? words.none : words.nothing_fits);
    return h("section", { id: "read", class: "read", tabindex: "-1", "aria-label": title }, h("div", { class: "read-head" }, h("h2", {}, title), h("button", { type: "button", class: "link", onclick: () => this.back(day) }, words.back)), none, rows, more);
  }

  /** To the calendar again, where one was. */
  back(day) {
    const place = this.node.querySelector(day ? `[data-key="day ${day}"]` : ".calendar button");
    place?.focus();
    place?.scrollIntoView({ block: "center" });
  }

  async more(rows, more, chosen) {
    this.shown += A_PAGE;
    await this.fill(rows, more, chosen);
  }

  async fill(rows, more, chosen) {
    const wanted = chosen.slice(this.drawn, this.shown);
    const numbers = wanted.map((entry) => entry.number);
    more.hidden = chosen.length <= this.shown;
    this.drawn = this.shown;
    if (!numbers.length) return;
    try {
      const { entries } = await getEntries(numbers, this.language);
      rows.append(...entries.map((entry) => drawEntry(this, entry, this.index.entries[entry.number])));
    } catch (error) {
      toast(error.message);
    }
  }
}

/** How each person behaves, closed until HR wants to know. */
function drawBehaviours(behaviours) {
  if (!behaviours) return "";
  const rows = behaviours.people.map((one) => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.behaviour)));
  return h("details", { class: "behaviours" }, h("summary", { "data-key": "behaviours" }, behaviours.title), h("p", { class: "note" }, behaviours.about), h("table", {}, h("tbody", {}, rows)));
}

function groupBy(entries) {
  const days = new Map();
  for (const entry of entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return days;
}

/** “Senin, 1 Februari 2027”. */
export function longDay(day, index) {
  return dateText(day, index, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function dateText(day, index, options) {
  const locale = index.language === "en" ? "en-GB" : index.language;
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(new Date(`${day}T00:00:00Z`));
}
