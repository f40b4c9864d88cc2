// The middle of the page: a conversation or the app's Home tab, and the thread beside it.

import { getMembers } from "./api.js";
import { announce, avatar, byId, h, icon } from "./dom.js";
import { asTyped, Composer } from "./composer.js";
import { HomeTab } from "./home.js";
import { MessageList } from "./messages.js";
import { inline } from "./mrkdwn.js";
import { personName } from "./names.js";
import { count, say } from "./words.js";

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";

/** Draws what is open. `slack` is the page's one object: its state, and what can be done. */
export class Place {
  constructor(slack) {
    this.slack = slack;
    const suggest = (message, block, element, typed) => slack.act("suggest", { on: { channel: message.channel, ts: message.ts }, action_id: element.action_id, block_id: block.block_id, typed });
    const press = (message, block, element, value) => slack.press(message, block, element, value);
    const inspect = (message) => slack.calls.inspect(slack.me, message);
    this.messages = new MessageList(byId("messages"), { press, suggest, inspect, openThread: (ts) => slack.go({ channel: slack.place.channel, thread: ts }) });
    this.thread = new MessageList(byId("thread-messages"), { press, suggest, inspect });
    this.home = new HomeTab(byId("home"), { act: slack.act, refresh: (fault) => slack.refreshHome(fault) });
    this.scroll = byId("scroll");
    this.scroll.addEventListener("load", () => this.stuck && this.toEnd(), true); // pictures make it longer
    this.scroll.addEventListener("scroll", () => (this.stuck = this.atEnd()));
    byId("older").addEventListener("click", () => this.older());
    this.composer = this.makeComposer(say("place.write"), () => slack.place.channel, null);
    this.reply = this.makeComposer(say("place.reply"), () => slack.place.channel, () => slack.place.thread);
    byId("thread-bottom").append(this.reply.node);
    byId("thread-close").addEventListener("click", () => slack.go({ channel: slack.place.channel }));
    byId("thread").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) slack.go({ channel: slack.place.channel });
    });
  }

  makeComposer(label, channel, thread) {
    const slack = this.slack;
    const write = async (text) => {
      const outcome = await slack.act("say", { channel: channel(), text: asTyped(text, slack.state.people), thread_ts: thread?.() });
      if (!outcome.ok) slack.notice(outcome.text);
      this.stuck = true;
      await slack.refresh({ channel: true });
      return outcome;
    };
    const command = async (line) => {
      const outcome = thread ? { ok: false, text: say("place.no_thread_commands", { command: line.split(" ")[0] }) } : await slack.act("command", { line, channel: channel() });
      if (!outcome.ok) slack.notice(outcome.text);
      this.stuck = true;
      await slack.refresh({ channel: true });
      return outcome;
    };
    return new Composer(label, { write, command, commands: () => (thread ? [] : slack.commands()) });
  }

  /** Something else is open now. */
  opened() {
    this.messages.clear();
    this.thread.clear();
    this.firstNew = undefined;
    this.lastSeen = null;
    this.stuck = true;
    this.threadOpen = null;
    this.composer.input.value = "";
    this.composer.typed();
    byId("messages").hidden = true;
    byId("home").hidden = true;
    byId("bottom").replaceChildren();
    this.drawn = null;
  }

  /** More of what was said before; what was in sight stays where it is. */
  async older() {
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.stuck = false;
    await this.slack.older();
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
  }

  draw() {
    const { place, body } = this.slack;
    byId("older").hidden = Boolean(place.home) || !body?.older;
    byId("home").hidden = !place.home;
    byId("messages").hidden = Boolean(place.home) || !body;
    if (place.home) this.drawHome();
    else if (body) this.drawChannel(body);
    this.drawThread(body);
  }

  drawHome() {
    const { state } = this.slack;
    this.head(state.workspace.app.name, { isApp: true, tab: "home" });
    this.home.show(state.home, { waiting: this.slack.homeWaiting, fault: this.slack.homeFault });
    byId("bottom").replaceChildren();
  }

  drawChannel({ channel, messages }) {
    const { state } = this.slack;
    const app = state.workspace.app;
    if (channel.kind === "im") this.head(app.name, { isApp: true, tab: "messages" });
    else this.head(channel.kind === "mpim" ? this.groupName(channel) : channel.label, { channel });
    this.drawBottom(channel);
    const top = messages.filter((message) => !isReply(message));
    this.markNew(top);
    const wasAtEnd = this.stuck;
    this.messages.show(top, { firstNew: this.firstNew, notices: this.slack.notices() });
    if (wasAtEnd) this.toEnd();
    this.tell(top);
  }

  groupName(channel) {
    const { state } = this.slack;
    const others = channel.members.filter((id) => id !== state.me.id && id !== state.workspace.app.bot_user);
    return [...others.map(personName), state.workspace.app.name].join(", ");
  }

  /** The first message that was unread when the conversation was opened. */
  markNew(messages) {
    if (this.firstNew !== undefined) return;
    const unread = this.slack.unreadAtOpening;
    const others = messages.filter((message) => message.user !== this.slack.me);
    this.firstNew = unread > 0 && unread < others.length ? (others.at(-unread)?.ts ?? null) : null;
  }

  tell(messages) {
    const last = messages.at(-1);
    if (this.lastSeen && last && last.ts > this.lastSeen && last.user !== this.slack.me) announce(`${last.author}: ${last.text.slice(0, 200)}`);
    this.lastSeen = last?.ts ?? "0";
  }

  head(title, { channel = null, isApp = false, tab = null } = {}) {
    const { state, slack } = { state: this.slack.state, slack: this.slack };
    const signature = JSON.stringify([title, channel?.topic, channel?.ext_shared, channel?.posting, channel?.member_count, tab, state.channels.length]);
    if (this.headSignature === signature && this.drawn) return;
    this.headSignature = signature;
    this.drawn = true;
    const tabs = isApp && [
      ["home", say("place.home"), { home: true }],
      ["messages", say("place.messages"), slack.dm ? { channel: slack.dm.id } : { messages: true }],
    ];
    byId("place-head").replaceChildren(
      h("h1", {}, isApp && avatar(state.workspace.app.bot_user, title, true), title, channel?.kind === "private" && h("span", { class: "note" }, icon("lock"), ` ${say("place.private")}`)),
      channel?.topic ? h("p", { class: "note topic" }, inline(channel.topic)) : "",
      channel?.ext_shared ? h("p", { class: "note" }, say("place.shared")) : "",
      channel && channel.posting !== "everyone" ? h("p", { class: "note" }, say("place.restricted")) : "",
      tabs ? h("nav", { class: "tabs", "aria-label": title }, tabs.map(([key, label, place]) => h("a", { href: slack.href(place), "aria-current": key === tab ? "page" : null }, label))) : "",
      channel ? drawMembers(slack.me, channel) : "",
    );
  }

  drawBottom(channel) {
    const { state, slack } = { state: this.slack.state, slack: this.slack };
    const { member } = channel;
    const bottom = byId("bottom");
    const closed = state.me.deleted ? say("place.deactivated") : channel.archived ? say("place.archived") : channel.kind === "im" && !state.workspace.app.can_write_to ? say("place.closed") : "";
    const mode = closed || (member ? "composer" : "join");
    if (bottom.dataset.mode === mode + channel.id && bottom.children.length) return;
    bottom.dataset.mode = mode + channel.id;
    const label = say("place.message", { to: channel.kind === "mpim" ? this.groupName(channel) : channel.label });
    this.composer.input.setAttribute("aria-label", label);
    this.composer.input.placeholder = label;
    const join = async () => {
      await slack.act("join", { channel: channel.id });
      await slack.refresh({ channel: true });
    };
    if (mode === "composer") bottom.replaceChildren(this.composer.node);
    else if (mode === "join") bottom.replaceChildren(h("div", { class: "bar" }, say("place.looking", { channel: channel.label }), h("button", { type: "button", class: "button primary", onclick: join }, say("place.join"))));
    else bottom.replaceChildren(h("p", { class: "bar" }, closed));
  }

  drawThread(body) {
    const ts = this.slack.place.thread;
    const panel = byId("thread");
    const messages = (ts && body?.messages.filter((message) => message.ts === ts || message.thread_ts === ts)) || [];
    panel.hidden = !messages.length;
    if (panel.hidden) return;
    byId("thread-bottom").hidden = !body.channel.member;
    const scroll = byId("thread-scroll");
    const toEnd = this.threadOpen !== ts || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
    this.thread.show(messages);
    if (this.threadOpen !== ts) {
      this.threadOpen = ts;
      this.reply.input.value = "";
      this.reply.input.focus();
    }
    if (toEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 60;
  }

  toEnd() {
    this.scroll.scrollTop = this.slack.place.home ? 0 : this.scroll.scrollHeight;
  }
}

/** Who is in a conversation: a page of them, and more on demand. */
function drawMembers(me, channel) {
  const list = h("ul", {}, channel.members.map((id) => h("li", {}, personName(id))));
  const add = async () => {
    const { members, next } = await getMembers(me, channel.id, list.querySelectorAll("li").length);
    list.append(...members.map((id) => h("li", {}, personName(id))));
    more.hidden = next === null;
  };
  const more = h("button", { type: "button", class: "link", hidden: channel.members.length >= channel.member_count, onclick: add }, say("place.more"));
  return h("details", { class: "members" }, h("summary", {}, count("place.members", channel.member_count)), h("div", { class: "members-list" }, list, more));
}
