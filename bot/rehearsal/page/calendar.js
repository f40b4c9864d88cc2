// The calendar of a rehearsal: months as tables, or the days in a list. Each day says how much of which kind is sent.

import { h, hidden } from "/page/dom.js";
import { dateText, longDay } from "./transcript.js";

const DAY = 86_400_000;
const SHOWN = 3;

const key = (time) => new Date(time).toISOString().slice(0, 10);
const weekday = (day) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7; // Monday is 0

/** From the first day on which something is sent to the last, whatever the filters. */
function span(index) {
  const days = index.entries.map((entry) => entry.day).concat(index.starts_on);
  return [days.reduce((a, b) => (a < b ? a : b)), days.reduce((a, b) => (a > b ? a : b))];
}

/** How many of each group, the most first: [["Sesi", 4], …]. */
function counted(page, entries, name) {
  const counts = new Map();
  for (const entry of entries) {
    const known = page.kinds.get(entry.kind);
    const label = known ? name(known) : page.index.whats[entry.what];
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

const many = (words, count) => (count === 1 ? words.message_one : words.message_many.replace("{count}", count));

/** What is special about a day: it is off, or something begins or ends. */
function marks(index, day) {
  const found = [];
  if (index.days_off[day]) found.push(index.days_off[day]);
  if (day === index.starts_on) found.push(index.words.starts);
  if (day === index.ends_on) found.push(index.words.ends);
  return found;
}

export function drawMonths(page, days) {
  const [first, last] = span(page.index);
  const months = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = next(month)) months.push(drawMonth(page, days, month));
  return h("div", { class: "months" }, months);
}

function next(month) {
  const [year, number] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

function drawMonth(page, days, month) {
  const { index } = page;
  const begins = Date.parse(`${month}-01T00:00:00Z`);
  const length = Math.round((Date.parse(`${next(month)}-01T00:00:00Z`) - begins) / DAY);
  const all = Array.from({ length }, (_, number) => key(begins + number * DAY));
  const cells = [...Array.from({ length: weekday(all[0]) }, () => null), ...all];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, number) => cells.slice(number * 7, number * 7 + 7));
  const head = Array.from({ length: 7 }, (_, number) => {
    const day = key(Date.parse("2027-01-04T00:00:00Z") + number * DAY);
    return h("th", { scope: "col", abbr: dateText(day, index, { weekday: "long" }) }, dateText(day, index, { weekday: "short" }));
  });
  const special = all.filter((day) => marks(index, day).length && weekday(day) < 5);
  const title = dateText(`${month}-01`, index, { month: "long", year: "numeric" });
  return h(
    "div",
    { class: "month" },
    h(
      "table",
      {},
      h("caption", {}, title),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, weeks.map((week) => h("tr", {}, Array.from({ length: 7 }, (_, number) => drawCell(page, days, week[number] ?? null))))),
    ),
    special.length > 0 && h("ul", { class: "note special" }, special.map((day) => h("li", {}, `${dateText(day, index, { day: "numeric", month: "short" })}: ${marks(index, day).join(", ")}`))),
  );
}

function drawCell(page, days, day) {
  if (!day) return h("td", { class: "beyond" });
  const { index, asked } = page;
  const entries = days.get(day) ?? [];
  const special = marks(index, day);
  const off = day in index.days_off ? "off" : weekday(day) > 4 ? "weekend" : "";
  const number = h("span", { class: "number" }, String(Number(day.slice(8))));
  const classes = [off, special.length > 0 && "special", asked.day === day && "chosen"].filter(Boolean).join(" ");
  if (!entries.length) return h("td", { class: classes || null }, number, special.length > 0 && hidden(special.join(", ")));
  const groups = counted(page, entries, (known) => known.group.name);
  const told = groups.map(([name, count]) => `${name} ${count}`);
  const about = [...special, off === "weekend" && index.words.weekend].filter(Boolean).join(", ");
  const label = [longDay(day, index), many(index.words, entries.length), told.join(", "), about].filter(Boolean).join(". ");
  const lines = groups.slice(0, SHOWN).map(([name, count]) => h("span", { class: "line" }, h("span", { class: "name" }, name), h("b", {}, String(count))));
  const rest = groups.length > SHOWN && h("span", { class: "line" }, `+${groups.length - SHOWN}`);
  const button = h(
    "button",
    { type: "button", "data-key": `day ${day}`, "aria-pressed": asked.day === day ? "true" : "false", title: told.join("\n"), onclick: () => page.ask({ day: asked.day === day ? null : day, found: null }) },
    hidden(label),
    h("span", { class: "seen", "aria-hidden": "true" }, number, h("span", { class: "count" }, String(entries.length)), lines, rest),
  );
  return h("td", { class: classes || null }, button);
}

export function drawAgenda(page, days) {
  const { index, asked } = page;
  const off = Object.keys(index.days_off);
  const filtered = asked.person || asked.kind || asked.stage || asked.found;
  const listed = [...new Set([...days.keys(), ...(filtered ? [] : off), ...(filtered ? [] : [index.starts_on, index.ends_on])])].sort();
  const months = new Map();
  for (const day of listed) months.set(day.slice(0, 7), [...(months.get(day.slice(0, 7)) ?? []), day]);
  return h(
    "div",
    { class: "agenda" },
    [...months].map(([month, listedDays]) => [h("h3", {}, dateText(`${month}-01`, index, { month: "long", year: "numeric" })), h("ol", {}, listedDays.map((day) => drawDay(page, day, days.get(day) ?? [])))]),
  );
}

function drawDay(page, day, entries) {
  const { index, asked } = page;
  const special = marks(index, day);
  const name = dateText(day, index, { weekday: "short", day: "numeric", month: "short" });
  const mark = special.length > 0 && h("span", { class: "mark" }, special.join(", "));
  if (!entries.length) return h("li", { class: "quiet" }, h("b", {}, name), " ", mark);
  const kinds = counted(page, entries, (known) => known.name).map(([kind, count]) => `${kind} ${count}`);
  const press = () => page.ask({ day: asked.day === day ? null : day, found: null });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", "data-key": `day ${day}`, "aria-pressed": asked.day === day ? "true" : "false", onclick: press },
      h("b", {}, name),
      " ",
      h("span", { class: "count" }, many(index.words, entries.length)),
      " ",
      mark,
      h("span", { class: "kinds" }, kinds.join(" · ")),
    ),
  );
}
