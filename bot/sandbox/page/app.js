// The page: who one is, what is open, what has changed. The address says both: #U0014/C0001/thread.

import * as api from "./api.js";
import { byId, calm, h, seldom, toast } from "./dom.js";
import { Calls } from "./calls.js";
import { Clock } from "./clock.js";
import { Guide } from "./guide.js";
import { Modals } from "./modal.js";
import { setNames } from "./names.js";
import { drawChooser, openProfile } from "./people.js";
import { Place } from "./place.js";
import { Rehearsal } from "./rehearsal.js";
import { allUnread, drawSidebar } from "./sidebar.js";
import { setNow, setViewer } from "./time.js";
import { choose, drawWords, language, LANGUAGES, say, speaksLike } from "./words.js";

const REMEMBERED = "balik.me";
const MESSAGES_A_PAGE = 50;
const A_LOOK_MS = 1500; // between two looks while time goes on: what is played should not wait for the page

class LocalSlack {
  constructor() {
    this.me = null;
    this.place = {};
    this.state = null;
    this.body = null; // the open conversation
    this.said = new Map(); // the page's own words, by conversation
    this.unreadAtOpening = 0;
    this.act = (what, body) => api.act(this.me, what, body);
    this.clock = new Clock(() => this.refresh({ channel: true }));
    this.calls = new Calls();
    this.guide = new Guide({ href: (place, me) => this.href(place, me), move: (body) => this.clock.move(body) });
    this.modals = new Modals({ act: this.act, refresh: () => this.refresh({ channel: true }) });
    this.middle = new Place(this);
    this.rehearsal = new Rehearsal({ href: (place, me) => this.href(place, me) });
    this.soon = calm(() => this.refresh(), 25);
    this.sometimes = seldom(() => this.lookAround(), A_LOOK_MS);
    document.addEventListener("click", (event) => {
      const place = event.target.closest?.("button[data-place]")?.dataset.place;
      if (place) this.go(JSON.parse(place));
    });
    addEventListener("hashchange", () => this.follow());
    document.addEventListener("visibilitychange", () => document.hidden || !this.me || this.refresh({ channel: true }));
    byId("menu").addEventListener("click", () => this.drawer(!document.body.classList.contains("drawer")));
    byId("shade").addEventListener("click", () => this.drawer(false));
    byId("skip").addEventListener("click", () => byId("main").focus());
    this.offerLanguages();
    byId("who").addEventListener("click", () => this.profile());
    document.addEventListener("keydown", (event) => event.key === "Escape" && document.body.classList.contains("drawer") && this.drawer(false));
  }

  /** The other language, at the top of every page. */
  offerLanguages() {
    const button = byId("language");
    const other = Object.keys(LANGUAGES).find((one) => one !== language);
    button.append(h("span", { class: "long" }, LANGUAGES[other]), h("span", { class: "brief", "aria-hidden": "true" }, other.toUpperCase()));
    button.lang = other;
    button.title = `${say("page.language")}: ${LANGUAGES[other]}`;
    button.addEventListener("click", () => choose(other));
  }

  // Where one is

  href(place, me = this.me) {
    const rest = place.home ? "home" : place.messages ? "messages" : [place.channel, place.thread].filter(Boolean).join("/");
    return `#${me}/${rest}`;
  }

  go(place) {
    location.hash = this.href(place);
  }

  async follow() {
    if (Rehearsal.leads(location.hash)) return this.lookBack();
    const [me, where = "", thread = null] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (!me) return this.choose();
    const isOther = me !== this.me;
    if (isOther && !(await this.become(me))) return this.choose();
    this.drawer(false);
    if (!where) return this.go(this.firstPlace());
    if (where === "messages") return this.openMessages();
    const place = where === "home" ? { home: true } : { channel: where, thread };
    const moved = isOther || place.channel !== this.place.channel || place.home !== this.place.home;
    this.place = place;
    if (!moved) return thread ? this.refresh({ channel: true }) : this.draw();
    return this.open();
  }

  /** The conversation one sees first: the first channel that the company shares. */
  firstPlace() {
    const shared = this.state.channels.find((one) => one.kind === "public") ?? this.state.channels[0];
    return shared ? { channel: shared.id } : { home: true };
  }

  async open() {
    const { me, place } = this;
    this.body = null;
    this.limit = MESSAGES_A_PAGE;
    this.homeFault = null;
    this.unreadAtOpening = this.state.channels.find((one) => one.id === place.channel)?.unread ?? 0;
    this.middle.opened();
    this.middle.draw();
    if (place.home) await this.openHome();
    else await this.refresh({ channel: true });
    if (me !== this.me || place !== this.place) return; // one has gone elsewhere meanwhile
    if (place.channel && place.channel === this.dm?.id) this.act("messages"); // the app hears that it is looked at
    if (!place.home && !this.body) this.go(this.firstPlace());
  }

  async openHome() {
    this.homeWaiting = true;
    await this.refresh();
    const outcome = await this.act("home");
    this.homeWaiting = false;
    await this.refreshHome(outcome.ok ? null : outcome.text);
  }

  async refreshHome(fault) {
    this.homeFault = fault;
    await this.refresh();
  }

  get dm() {
    return this.state.channels.find((one) => one.kind === "im");
  }

  /** The app's messages; its DM with this person begins when they look for the first time. */
  async openMessages() {
    if (!this.dm) {
      const outcome = await this.act("messages");
      if (!outcome.ok) toast(outcome.text);
      await this.refresh();
    }
    if (this.dm) location.replace(this.href({ channel: this.dm.id }));
  }

  // Who one is

  /** Nobody in particular, looking at a story that is over. */
  lookBack() {
    this.stopListening?.();
    this.me = null;
    return this.rehearsal.open(location.hash);
  }

  async choose() {
    this.stopListening?.();
    this.me = null;
    const state = await api.getState().catch((error) => toast(error.message));
    if (!state) return;
    if (state.workspace.transcript) return location.replace("#rehearsal");
    this.clock.told({ now: state.workspace.now, movable: state.workspace.clock_movable });
    document.title = state.workspace.name;
    const last = localStorage.getItem(REMEMBERED);
    byId("chooser").replaceChildren(
      h("h1", {}, say("who.title", { workspace: state.workspace.name })),
      h("p", { class: "note" }, say("who.intro")),
      await this.start(state),
      drawChooser(state, (id) => this.href({}, id), last),
    );
    document.body.dataset.screen = "chooser";
    byId("people-search").focus();
  }

  /** Where the guided path begins, for whoever does not know whom to be. */
  async start(state) {
    const { steps } = (state.workspace.guide && (await api.getGuide(language).catch(() => null))) || { steps: [] };
    const step = steps.find((one) => !one.done);
    const name = state.people.find((one) => one.id === step?.who)?.real_name;
    if (!name) return "";
    return h("p", { class: "start" }, h("a", { class: "button primary", href: this.href(step.channel ? { channel: step.channel } : {}, step.who) }, say("who.start", { name })));
  }

  async become(me) {
    this.stopListening?.();
    const state = await api.getState(me).catch((error) => void toast(error.message));
    if (!state) return false;
    if (speaksLike(state.me.locale)) {
      location.reload();
      return new Promise(() => {}); // the page begins anew, in their language
    }
    this.me = me;
    this.modals.hide();
    this.take(state);
    localStorage.setItem(REMEMBERED, me);
    document.body.dataset.screen = "workspace";
    this.stopListening = api.listen(me, (change) => this.heard(change), (up) => this.connected(up));
    this.clock.look();
    this.guide.changed();
    this.rehearsal.offered(state.workspace).then(() => this.drawBanner());
    return true;
  }

  profile() {
    const channel = this.body?.channel;
    const leave = channel && ["public", "private"].includes(channel.kind) && channel.member ? channel : null;
    const act = async (what, body) => {
      const outcome = await this.act(what, body);
      if (!outcome.ok) toast(outcome.text);
      await this.refresh({ channel: true });
      if (what === "leave" && !this.body) this.go(this.firstPlace());
    };
    openProfile(this.state, { href: (id) => this.href({}, id), act, leave });
  }

  // What changes

  heard(change) {
    if (!change.channel || change.channel === this.place.channel) this.channelIsOld = true;
    if (change.kind === "user") this.peopleAreOld = true;
    if (change.kind === "closed") this.connected(false);
    if (change.kind === "clock") this.clock.look();
    if (this.clock.moving) return this.sometimes();
    this.calls.changed();
    this.guide.changed();
    return change.kind !== "story" && this.soon();
  }

  lookAround() {
    this.calls.changed();
    this.guide.changed();
    this.refresh();
  }

  /** Show more of what was said before. */
  async older() {
    this.limit += 2 * MESSAGES_A_PAGE;
    await this.refresh({ channel: true });
  }

  connected(up) {
    this.isUp = up;
    this.peopleAreOld = true;
    if (up) this.refresh({ channel: true });
    this.drawBanner();
  }

  /** Look again; answers once what is shown is no older than the call. `channel`: the open conversation too. */
  refresh({ channel = false } = {}) {
    this.channelIsOld ||= channel;
    if (this.running) {
      this.again = true;
      return this.running;
    }
    const look = async () => {
      do {
        this.again = false;
        await this.load();
      } while (this.again);
    };
    this.running = look().finally(() => (this.running = null));
    return this.running;
  }

  async load() {
    const { me, place } = this;
    if (!me) return;
    try {
      let body = place.channel ? this.body : null;
      if (place.channel && (this.channelIsOld || !body)) {
        this.channelIsOld = false;
        body = await api.getChannel(me, place.channel, { limit: this.limit, thread: place.thread, peek: document.hidden }).catch(() => null);
      }
      const known = this.state?.me?.id === me && !this.peopleAreOld ? this.state.people : null;
      this.peopleAreOld = false;
      const state = await api.getState(me, !known);
      state.people ??= known;
      if (me !== this.me) return;
      if (place.channel === this.place.channel) this.body = body;
      this.take(state);
      this.draw();
    } catch {
      this.connected(false);
    }
  }

  take(state) {
    this.state = state;
    setNow(state.workspace.now);
    setViewer(state.me.tz);
    setNames(state);
  }

  draw() {
    const { state, place } = this;
    const unread = allUnread(state);
    document.title = `${unread ? `(${unread}) ` : ""}${state.me.real_name} · ${state.workspace.name}`;
    byId("workspace-name").textContent = state.workspace.name;
    byId("who-name").textContent = state.me.real_name;
    byId("menu").dataset.unread = unread || "";
    byId("menu").setAttribute("aria-label", unread ? say("page.menu_unread", { count: unread }) : say("page.menu"));
    drawSidebar(state, place, (to) => this.href(to));
    this.middle.draw();
    this.modals.show(state.modals);
    this.clock.tick();
    this.guide.offered(state);
    this.drawBanner();
  }

  drawBanner() {
    const app = this.state?.workspace.app;
    const text = this.isUp === false ? say("page.no_connection") : this.rehearsal.banner ? this.rehearsal.banner : app && !app.connected ? say("page.app_away", { app: app.name }) : "";
    byId("banner").textContent = text;
    byId("banner").hidden = !text;
  }

  // What one does

  async press(message, block, element, value) {
    const on = { channel: message.channel, ts: message.ts };
    const body = { on, action_id: element.action_id, block_id: block.block_id };
    const outcome = await this.act("click", value === undefined ? body : { ...body, value });
    if (!outcome.ok) this.middle.messages.faults.set(message.ts, outcome.text);
    await this.refresh({ channel: true });
    return outcome;
  }

  commands() {
    const app = this.state.workspace.app;
    return app.command_hints ?? app.commands.map((command) => ({ command, description: "", usage_hint: "" }));
  }

  /** Words of the page itself in the open conversation, as Slackbot's there. */
  notice(text) {
    const key = `${this.me} ${this.place.channel}`;
    this.said.set(key, [...(this.said.get(key) ?? []), { text }].slice(-3));
  }

  notices() {
    return this.said.get(`${this.me} ${this.place.channel}`) ?? [];
  }

  drawer(shown) {
    document.body.classList.toggle("drawer", shown);
    byId("menu").setAttribute("aria-expanded", String(shown));
    if (shown) byId("places").querySelector("[aria-current], a")?.focus();
  }
}

drawWords();
new LocalSlack().follow();
