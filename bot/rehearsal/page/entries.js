// One entry of a rehearsal as its readers saw it: to be read, not pressed.

import { drawBlocks } from "/page/blocks.js";
import { h } from "/page/dom.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { dateText } from "./transcript.js";

const SURFACE = {
  headings: "h3",
  state: () => undefined,
  error: () => undefined,
  pressed: () => Promise.resolve({ ok: true }),
  changed: () => undefined,
};
const ONLY_DONE = new Set(["action", "refused"]);

/** `entry` is the whole of it, `line` what the index knows. */
export function drawEntry(page, entry, line) {
  const { index } = page;
  const kind = page.kinds.get(line.kind)?.name;
  const day = dateText(line.day, index, { weekday: "short", day: "numeric", month: "short" });
  const head = h("p", { class: "told-head" }, h("time", { datetime: entry.at }, `${day}, ${entry.time}`), ` · ${entry.head}`);
  const about = [kind, index.stages[line.stage]].filter(Boolean).join(" · ");
  const body = h("div", { class: "told-body" }, entry.title && h("h3", {}, entry.title), content(entry));
  for (const control of body.querySelectorAll("button, input, select, textarea")) control.disabled = true;
  return h("li", { class: `told told-${entry.kind}` }, head, h("p", { class: "note" }, about, where(page, entry)), body);
}

function content(entry) {
  if (entry.blocks.length) return drawBlocks(entry.blocks, SURFACE);
  return ONLY_DONE.has(entry.kind) || !entry.text ? [] : mrkdwn(entry.text);
}

/** The way to the conversation in which it stands, as its first reader. */
function where(page, entry) {
  const reader = page.index.people.find((one) => entry.who.includes(one.id));
  if (!page.href || !entry.channel || !reader) return null;
  return [" · ", h("a", { href: page.href({ channel: entry.channel }, reader.id) }, page.index.words.see_as.replace("{name}", reader.name))];
}
