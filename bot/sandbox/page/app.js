// The page: who one is, what is open, what has changed. The address says both: #U0014/C0001/thread.

import * as api from "./api.js";
import { developerSwitch, drawDeveloper } from "./developer.js";
import { byId, calm, h, seldom, toast } from "./dom.js";
import { Calls } from "./calls.js";
import { Clock } from "./clock.js";
import { Modals } from "./modal.js";
import { setNames } from "./names.js";
import { drawChooser, openProfile } from "./people.js";
import { Place } from "./place.js";
import { allUnread, drawSidebar } from "./sidebar.js";
import { setNow, setViewer } from "./time.js";
import { drawWorkspaces, keyOf } from "./workspaces.js";
import { choose, drawWords, language, LANGUAGES, say, speaksLike } from "./words.js";

const REMEMBERED = keyOf("local-slack.me");
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
    this.modals = new Modals({ act: this.act, refresh: () => this.refresh({ channel: true }) });
    this.middle = new Place(this);
    this.extensions = [];
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

  /** Load what is added to this page; then go where the address says. Of an extension all is optional:
   *    leads(hash), open(hash)   whether an address is its own, and showing it
   *    chooser(state)            answers what stands in the list of people
   *    start                     its address, to go to instead of that list
   *    joined(state)             somebody was chosen
   *    drawn(state)              the workspace was drawn
   *    changed()                 something has changed
   *    banner                    what is said at the top of the workspace
   */
  async begin() {
    const state = await api.getState().catch(() => null);
    for (const name of state?.workspace.extensions ?? []) {
      const { extend } = await import(`/page/extensions/${name}/main.js`);
      this.extensions.push(await extend(this));
    }
    return this.follow();
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
    const other = this.extensions.find((one) => one.leads?.(location.hash));
    if (other) return this.leave(other);
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

  /** Be nobody, and look at an extension. */
  leave(extension) {
    this.stopListening?.();
    this.me = null;
    return extension.open(location.hash);
  }

  async choose() {
    this.stopListening?.();
    this.me = null;
    const state = await api.getState().catch((error) => toast(error.message));
    if (!state) return;
    const start = this.extensions.find((one) => one.start)?.start;
    if (start) return location.replace(start);
    this.clock.told({ now: state.workspace.now, movable: state.workspace.clock_movable });
    document.title = state.workspace.name;
    drawWorkspaces(state);
    const last = localStorage.getItem(REMEMBERED);
    byId("chooser").replaceChildren(
      h("h1", {}, say("who.title", { workspace: state.workspace.name })),
      h("p", { class: "note" }, say("who.intro")),
      ...(await Promise.all(this.extensions.map((one) => one.chooser?.(state) ?? ""))),
      drawChooser(state, (id) => this.href({}, id), last),
      developerSwitch(),
    );
    document.body.dataset.screen = "chooser";
    (byId("chooser").querySelector("[data-first]") ?? byId("people-search")).focus();
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
    this.tell("changed");
    this.tell("joined", state);
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
    this.tell("changed");
    return change.kind !== "extension" && this.soon();
  }

  /** Tell each extension of something. */
  tell(what, ...about) {
    for (const one of this.extensions) one[what]?.(...about);
  }

  lookAround() {
    this.calls.changed();
    this.tell("changed");
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
    drawWorkspaces(state);
    byId("who-name").textContent = state.me.real_name;
    byId("menu").dataset.unread = unread || "";
    byId("menu").setAttribute("aria-label", unread ? say("page.menu_unread", { count: unread }) : say("page.menu"));
    drawSidebar(state, place, (to) => this.href(to));
    this.middle.draw();
    this.modals.show(state.modals);
    this.clock.tick();
    this.tell("drawn", state);
    this.drawBanner();
  }

  drawBanner() {
    const app = this.state?.workspace.app;
    const added = this.extensions.find((one) => one.banner)?.banner;
    const text = this.isUp === false ? say("page.no_connection") : added ? added : app && !app.installed ? say("page.app_not_installed", { app: app.name }) : app && !app.connected ? say("page.app_away", { app: app.name }) : "";
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
drawDeveloper();
new LocalSlack().begin();
