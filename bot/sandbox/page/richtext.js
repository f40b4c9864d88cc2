// rich_text blocks.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelMention, dateNode, link, userMention } from "./mrkdwn.js";

export function richText(block) {
  return h("div", { class: "mrkdwn" }, (block.elements ?? []).map(part));
}

function part(element) {
  const children = element.elements ?? [];
  switch (element.type) {
    case "rich_text_section":
      return h("div", {}, children.map(piece));
    case "rich_text_preformatted":
      return h("pre", {}, children.map(piece));
    case "rich_text_quote":
      return h("blockquote", {}, children.map(piece));
    case "rich_text_list": {
      const list = h(element.style === "ordered" ? "ol" : "ul", { class: `rich indent-${Math.min(element.indent ?? 0, 4)}` });
      if (element.style === "ordered" && element.offset) list.start = element.offset + 1;
      list.append(...children.map((item) => h("li", {}, (item.elements ?? []).map(piece))));
      return list;
    }
    default:
      return h("div", { class: "unknown" }, `(${element.type})`);
  }
}

function piece(element) {
  return styled(bare(element), element.style ?? {});
}

function bare(element) {
  switch (element.type) {
    case "text":
      return h("span", { class: "keep" }, element.text);
    case "link":
      return link(element.url, element.text || element.url);
    case "user":
      return userMention(element.user_id);
    case "channel":
      return channelMention(element.channel_id);
    case "usergroup":
      return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "broadcast":
      return h("span", { class: "mention loud" }, `@${element.range}`);
    case "emoji":
      return h("span", {}, emoji(element.name) ?? `:${element.name}:`);
    case "date":
      return dateNode(`!date^${element.timestamp}^${element.format}${element.url ? `^${element.url}` : ""}`, element.fallback);
    case "color":
      return h("code", {}, element.value);
    default:
      return h("span", { class: "unknown" }, `(${element.type})`);
  }
}

function styled(node, style) {
  const tags = { code: "code", strike: "s", italic: "em", bold: "strong" };
  return Object.entries(tags).reduce((inner, [key, tag]) => (style[key] ? h(tag, {}, inner) : inner), node);
}
