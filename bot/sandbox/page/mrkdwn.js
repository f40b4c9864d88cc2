// Slack's mrkdwn as elements.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channel, channelName, isPerson, personName, placeOf } from "./names.js";
import { datePattern } from "./time.js";
import { say } from "./words.js";

const before = "(?<![\\p{L}\\p{N}])";
const after = "(?![\\p{L}\\p{N}])";
const span = (mark) => `${before}[${mark}](?=[^\\s${mark}])([^${mark}\\n]*[^\\s${mark}])[${mark}]${after}`;
const INLINE = new RegExp(
  ["`([^`\\n]+)`", "<([^<>\\n]+)>", span("*"), span("_"), span("~"), ":([a-z0-9_+\\-]+):", "(https?://[^\\s<>|]*[^\\s<>|.,;:!?)'\"])"].join("|"),
  "gu",
);

const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A text as mrkdwn: code blocks, quotes, lists, and what stands in lines. */
export function mrkdwn(text) {
  const box = h("div", { class: "mrkdwn" });
  String(text ?? "").split(/```/).forEach((piece, index, all) => {
    if (index % 2 && index < all.length - 1) box.append(h("pre", {}, decode(piece.replace(/^\n|\n$/g, ""))));
    else box.append(...lines(index % 2 ? `\`\`\`${piece}` : piece));
  });
  return box;
}

function lines(text) {
  const found = [];
  let quote = null;
  for (const line of text.replace(/^\n|\n$/g, "").split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) found.push((quote = h("blockquote")));
      quote.append(oneLine(quoted[1]));
    } else {
      quote = null;
      found.push(oneLine(line));
    }
  }
  return text === "" ? [] : found;
}

function oneLine(line) {
  if (line.trim() === "") return h("div", { class: "gap" });
  const item = /^\s*(•|◦|-|\d{1,2}[.)])\s+(.*)$/.exec(line);
  if (item) return h("div", { class: "item" }, h("span", { class: "bullet" }, item[1] === "-" ? "•" : item[1]), h("span", {}, inline(item[2])));
  return h("div", {}, inline(line));
}

/** The nodes of one line. */
export function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, angle, bold, italic, strike, name, url] = match;
    nodes.push(decode(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code !== undefined) nodes.push(h("code", {}, decode(code)));
    else if (angle !== undefined) nodes.push(reference(angle));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic)));
    else if (strike !== undefined) nodes.push(h("s", {}, inline(strike)));
    else if (name !== undefined) nodes.push(emoji(name) ?? whole);
    else nodes.push(link(decode(url), decode(url)));
  }
  nodes.push(decode(text.slice(end)));
  return nodes.filter((node) => node !== "");
}

function reference(angle) {
  const bar = angle.indexOf("|");
  const target = bar < 0 ? angle : angle.slice(0, bar);
  const label = bar < 0 ? "" : angle.slice(bar + 1);
  if (target.startsWith("@")) return userMention(target.slice(1), decode(label));
  if (target.startsWith("#")) return channelMention(target.slice(1), decode(label));
  if (target.startsWith("!date^")) return dateNode(target, decode(label));
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${decode(label) || target.slice(1).split("^")[0]}`);
  return link(decode(target), label ? inline(label) : decode(target));
}

export function userMention(id, fallback = "") {
  return h("span", { class: "mention" }, `@${isPerson(id) ? personName(id) : fallback || id}`);
}

export function channelMention(id, fallback = "") {
  const name = `#${fallback || channelName(id)}`;
  return channel(id) ? h("button", { type: "button", class: "mention", "data-place": JSON.stringify({ channel: id }) }, name) : h("span", { class: "mention" }, name);
}

export function dateNode(target, fallback) {
  const [, unix, pattern = "", url = ""] = target.split("^");
  const text = datePattern(unix, pattern, fallback || say("message.date"));
  return url ? link(url, text) : h("time", { title: fallback || null }, text);
}

/** A link, if it leads where a link in a message may lead; else only its text. */
export function link(url, label) {
  const place = placeOf(url);
  if (place) return h("button", { type: "button", class: "link", "data-place": JSON.stringify(place) }, label === url ? channel(place.channel)?.label ?? label : label);
  if (!/^(https?:|mailto:|tel:|slack:)/i.test(url)) return h("span", {}, label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A text object: plain_text as it is, but for emoji; mrkdwn as mrkdwn. */
export function textObject(text, { block = true } = {}) {
  if (text?.type === "mrkdwn") return mrkdwn(text.text);
  return h(block ? "div" : "span", { class: "plain" }, plainText(text));
}

/** What a text object says, in one string. */
export function plainText(text) {
  const said = String(text?.text ?? "");
  return text?.emoji === false ? said : said.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}
