// The page's own words, by language: words/en.json and words/id.json, with the same keys.

import { inlined } from "./inlined.js";

const CHOSEN = "local-slack.language"; // what somebody chose for this browser
const CURRENT = "local-slack.language.now"; // what this window speaks
const LOCALES = { id: "id-ID", en: "en-GB" };
export const LANGUAGES = { id: "Bahasa Indonesia", en: "English" };

const known = (tag) => Object.keys(LANGUAGES).find((one) => (tag ?? "").toLowerCase().startsWith(one));
const texts = Object.fromEntries(Object.keys(LANGUAGES).map((one) => [one, {}]));

/** Add the words in a folder: words/<language>.json. */
export async function addWords(folder) {
  const read = async (path) => inlined(path) ?? (await fetch(path)).json();
  await Promise.all(Object.keys(LANGUAGES).map(async (one) => Object.assign(texts[one], await read(`${folder}/words/${one}.json`))));
}

await addWords("/page");

/** The page's language: its only one, else the one chosen, else that of the person one is, else the browser's. */
export const language = known(document.documentElement.dataset.language) ?? known(localStorage.getItem(CHOSEN)) ?? known(sessionStorage.getItem(CURRENT)) ?? known(navigator.language) ?? "en";
export const locale = LOCALES[language];
const plural = new Intl.PluralRules(locale);
document.documentElement.lang = language;

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A text by its key, with values for its {names}. */
export const say = (key, values = {}) => filled(texts[language][key] ?? key, values);

/** A text that depends on how many: `key`.one or `key`.other. */
export const count = (key, number, values = {}) => say(`${key}.${language === "id" ? "other" : plural.select(number)}`, { count: number, ...values });

/** What the local Slack says, in this page's language, if it is one of the sentences it is known to say. */
export function heard(text) {
  for (const [key, one] of Object.entries(texts.en)) {
    const values = key.startsWith("server.") && matched(one, text ?? "");
    if (values) return say(key, values);
  }
  return text;
}

function matched(pattern, text) {
  const names = [];
  const source = pattern.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, (_, name) => names.push(name) && "(.+?)");
  const found = new RegExp(`^${source}$`, "u").exec(text);
  return found && Object.fromEntries(names.map((name, index) => [name, found[index + 1]]));
}

/** Speak as the person one is reads, unless a language was chosen; whether the page has to be drawn anew for that. */
export function speaksLike(tag) {
  sessionStorage.setItem(CURRENT, known(tag) ?? language);
  return !localStorage.getItem(CHOSEN) && (known(tag) ?? language) !== language;
}

/** The language that somebody chose for this browser, if any. */
export const chosenLanguage = () => known(localStorage.getItem(CHOSEN)) ?? null;

/** Choose for good. Nothing is lost: what is open is in the address, and what is half filled in is told already. */
export function choose(one) {
  localStorage.setItem(CHOSEN, one);
  location.reload();
}

/** The words that stand in index.html. */
export function drawWords() {
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(node.dataset.sayLabel));
}
