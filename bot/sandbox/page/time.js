// Moments as a person reads them in their own time zone, by the local Slack's clock.

import { locale, say } from "./words.js";

let zone = "Asia/Jakarta";
let ahead = 0; // milliseconds between the local Slack's clock and this machine's

export function setViewer(tz) {
  zone = tz || "UTC";
}

export function setNow(iso) {
  ahead = Date.parse(iso) - Date.now();
}

export const now = () => new Date(Date.now() + ahead);

const formats = new Map();
function format(moment, options) {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key).format(moment);
}

/** "2026-11-22" there. */
export function dayKey(moment) {
  const parts = partsOf(moment);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

function partsOf(moment) {
  const options = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en-CA", options).formatToParts(moment);
  return Object.fromEntries(parts.map((part) => [part.type, part.value]));
}

export const clockTime = (moment) => format(moment, { hour: "numeric", minute: "2-digit" });
export const fullTime = (moment) => format(moment, { dateStyle: "full", timeStyle: "short" });
export const weekday = (moment) => format(moment, { weekday: "short" });
export const day = (moment) => format(moment, { day: "numeric", month: "short" });
export const whole = (moment) => `${weekday(moment)}, ${day(moment)}, ${clockTime(moment)}`;
export const year = (moment) => format(moment, { year: "numeric" });
export const fromTs = (ts) => new Date(Number(ts) * 1000);

/** How far a day is from today: 0, 1, -1 … */
function daysAway(moment) {
  return Math.round((Date.parse(dayKey(moment)) - Date.parse(dayKey(now()))) / 86_400_000);
}

function pretty(moment, otherwise) {
  return { "-1": say("message.yesterday"), 0: say("message.today"), 1: say("message.tomorrow") }[daysAway(moment)] ?? otherwise;
}

/** "Today", "Yesterday" or the whole day, for the line between two days. */
export function dayLine(moment) {
  const text = pretty(moment, format(moment, { weekday: "long", day: "numeric", month: "long", year: "numeric" }));
  return text[0].toUpperCase() + text.slice(1);
}

function ago(moment) {
  const seconds = (moment - now()) / 1000;
  const units = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(locale).format(Math.round(seconds / size), unit);
}

const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const middle = { year: "numeric", month: "long", day: "numeric" };
const short = { year: "numeric", month: "short", day: "numeric" };
const TOKENS = {
  date_num: dayKey,
  date: (m) => format(m, middle),
  date_short: (m) => format(m, short),
  date_long: (m) => format(m, long),
  date_pretty: (m) => pretty(m, format(m, middle)),
  date_short_pretty: (m) => pretty(m, format(m, short)),
  date_long_pretty: (m) => pretty(m, format(m, long)),
  time: clockTime,
  time_secs: (m) => format(m, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** The text of <!date^unix^pattern|fallback>. */
export function datePattern(unix, pattern, fallback) {
  const moment = new Date(Number(unix) * 1000);
  if (!/^-?\d+$/.test(unix) || Number.isNaN(moment.getTime())) return fallback;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (TOKENS[token]) return TOKENS[token](moment);
    known = false;
    return whole;
  });
  return known ? text : fallback;
}

/** Unix time to what <input type="datetime-local"> takes, and back, in the viewer's zone. */
export function toLocalInput(unix) {
  const parts = partsOf(new Date(unix * 1000));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

export function fromLocalInput(text) {
  const wanted = Date.parse(`${text}:00Z`);
  if (Number.isNaN(wanted)) return null;
  const wall = (ms) => Date.parse(`${toLocalInput(ms / 1000)}:00Z`);
  let guess = wanted;
  for (let step = 0; step < 3; step += 1) guess += wanted - wall(guess); // settles at once, but near a clock change
  return Math.round(guess / 1000);
}

export const zoneName = () => zone;
