// The list of a conversation's messages. Only what changed is drawn again, so that focus and scrolling stay.

import { avatar, focusKey, h, icon } from "./dom.js";
import { drawAttachments, drawBlocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";
import { emoji } from "./emoji.js";
import { clockTime, dayKey, dayLine, fromTs, fullTime } from "./time.js";
import { count, say } from "./words.js";

const TOGETHER_SECONDS = 300;

/** A list that is given messages again and again. `press(message, block, element, value)` does what was clicked, `suggest(message, block, element, typed)` asks for options. */
export class MessageList {
  constructor(list, { press, suggest, openThread = null, inspect = null }) {
    this.list = list;
    this.press = press;
    this.suggest = suggest;
    this.openThread = openThread;
    this.inspect = inspect;
    this.shown = new Map();
    this.faults = new Map();
  }

  clear() {
    this.shown.clear();
    this.faults.clear();
    this.list.replaceChildren();
  }

  /** Show these. `firstNew` is the ts under the line “New”; `notices` are the page's own words, at the end. */
  show(messages, { firstNew = null, notices = [] } = {}) {
    const rows = [];
    let day = "";
    let previous = null;
    for (const message of messages) {
      const moment = fromTs(message.ts);
      if (dayKey(moment) !== day) {
        day = dayKey(moment);
        rows.push(this.row(`day ${day}`, dayLine(moment), () => h("li", { class: "day" }, h("span", {}, dayLine(moment)))));
        previous = null;
      }
      if (message.ts === firstNew) {
        rows.push(this.row("new", "", () => h("li", { class: "new-line" }, h("span", {}, say("message.new")))));
        previous = null;
      }
      const follows = previous && goesOn(previous, message);
      const fault = this.faults.get(message.ts);
      const signature = JSON.stringify([message, follows, fault]);
      rows.push(this.row(message.ts, signature, () => this.draw(message, follows, fault)));
      previous = message;
    }
    for (const [index, notice] of notices.entries()) {
      rows.push(this.row(`notice ${index}`, notice.text, () => drawNotice(notice)));
    }
    this.place(rows);
  }

  row(key, signature, draw) {
    const old = this.shown.get(key);
    if (old?.signature === signature) return { key, ...old };
    const node = draw();
    const focused = old?.node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    return { key, signature, node, old: old?.node, focused };
  }

  place(rows) {
    this.shown = new Map(rows.map(({ key, signature, node }) => [key, { signature, node }]));
    const wanted = rows.map((row) => row.node);
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, index) => {
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
    });
    for (const { node, focused } of rows) focusKey(node, focused);
  }

  draw(message, follows, fault) {
    const moment = fromTs(message.ts);
    const time = h("time", { datetime: moment.toISOString(), title: fullTime(moment) }, clockTime(moment));
    const name = h("span", { class: "author" }, message.author);
    const head = h("div", { class: follows ? "head visually-hidden" : "head" }, name, message.from_app && h("span", { class: "badge" }, "APP"), time);
    const body = h("div", { class: "body" }, head, this.content(message), fault && h("p", { class: "fault", role: "alert" }, fault));
    const classes = ["message", follows && "follows", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
    return h("li", { class: classes, "data-ts": message.ts }, follows ? h("span", { class: "gutter", "aria-hidden": "true" }, clockTime(moment)) : avatar(message.user, message.author, message.from_app), body);
  }

  content(message) {
    const surface = {
      state: (block, element) => message.chosen?.[block.block_id]?.[element.action_id],
      error: () => undefined,
      pressed: (block, element, value) => this.act(message, block, element, value),
      suggested: (block, element, typed) => this.suggest(message, block, element, typed),
      changed: (block, element, value, how) => this.changed(message, block, element, value, how),
    };
    const content = [];
    if (message.ephemeral) content.push(h("p", { class: "only-you" }, icon("eye"), ` ${say("message.only_you")}`));
    if (message.blocks?.length) content.push(...drawBlocks(message.blocks, surface));
    else if (message.text) content.push(mrkdwn(message.text));
    content.push(...drawAttachments(message.attachments, surface));
    if (message.edited_ts) content.push(h("span", { class: "note" }, say("message.edited")));
    content.push(...(message.files ?? []).map(drawFile));
    if (message.reactions?.length) content.push(h("div", { class: "reactions" }, message.reactions.map((one) => h("span", {}, `${emoji(one.name) ?? `:${one.name}:`} ${one.count}`))));
    if (this.openThread && !message.ephemeral) content.push(this.threadButton(message));
    if (this.inspect && message.from_app) content.push(this.inspectButton(message));
    return content;
  }

  inspectButton(message) {
    return h("button", { type: "button", class: "inspect-link for-developers", "data-key": `inspect ${message.ts}`, onclick: () => this.inspect(message) }, say("message.inspect"), h("span", { class: "visually-hidden" }, ` ${say("message.inspect_time", { time: clockTime(fromTs(message.ts)) })}`));
  }

  threadButton(message) {
    const replies = message.reply_count ?? 0;
    const label = replies ? count("message.replies", replies) : say("message.thread");
    return h("button", { type: "button", class: replies ? "thread-link" : "thread-link quiet", "data-key": `thread ${message.ts}`, onclick: () => this.openThread(message.ts) }, label);
  }

  /** Dates are typed digit by digit: one choice counts once the person stops. */
  changed(message, block, element, value, how) {
    clearTimeout(this.waiting);
    if (how.text && how.typing) return;
    this.waiting = setTimeout(() => this.act(message, block, element, value), how.typing ? 700 : 0);
  }

  async act(message, block, element, value) {
    this.faults.delete(message.ts);
    const outcome = await this.press(message, block, element, value);
    if (!outcome.ok) this.faults.set(message.ts, outcome.text);
    return outcome;
  }
}

/** Whether a message stands under the one before without its author's name. */
function goesOn(previous, message) {
  const near = Number(message.ts) - Number(previous.ts) < TOGETHER_SECONDS;
  return near && previous.user === message.user && previous.ephemeral === message.ephemeral;
}

function drawNotice(notice) {
  const head = h("div", { class: "head" }, h("span", { class: "author" }, "Slackbot"));
  const body = h("div", { class: "body" }, head, h("p", { class: "only-you" }, icon("eye"), ` ${say("message.only_you")}`), h("div", {}, notice.text));
  return h("li", { class: "message ephemeral" }, avatar("slackbot", "Slackbot"), body);
}

function drawFile(file) {
  const size = file.size > 2048 ? `${Math.round(file.size / 1024)} kB` : say("message.bytes", { count: file.size });
  if (file.mimetype?.startsWith("image/")) {
    const picture = h("img", { src: file.local_url, alt: file.alt_txt || file.title, loading: "lazy" });
    return h("figure", {}, h("figcaption", { class: "note" }, file.title), h("a", { href: file.local_url, target: "_blank", rel: "noopener" }, picture));
  }
  return h("a", { class: "file", href: file.local_url, download: file.name }, icon("file"), h("span", {}, file.title, h("span", { class: "note" }, `${file.filetype} · ${size}`)));
}
