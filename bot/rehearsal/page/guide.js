// The guided path, and the other people: letting them act, and what they do.

import { FOLDER_OF_FILES, getGuide, getSimulation, setSimulation, speak } from "./api.js";
import { announce, byId, calm, h, hidden, replaceKeepingFocus, toast } from "/page/dom.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { person, personName } from "/page/names.js";
import { Panel } from "/page/panel.js";
import { clockTime, day } from "/page/time.js";
import { chosenLanguage, count, language, say } from "/page/words.js";

const CLOSED = "local-slack.guide.closed";
const WATCH = [
  ["guide.month", 30],
  ["guide.half_year", 182],
];
const DAY = 86_400;
const SPOKEN = "local-slack.guide.spoken"; // in which language somebody is spoken to, because of the page's

export class Guide {
  /** `offers` says whether there is a guide and a simulation; `href(place, me)` is an address; `move(body)` moves the clock on. */
  constructor(offers, { href, move }) {
    this.offers = offers;
    this.href = href;
    this.move = move;
    this.simulation = null;
    this.path = null;
    this.folds = new Map(); // which steps somebody opened or closed
    const label = say("guide.title");
    byId("calls-button").before(h("button", { id: "guide-button", type: "button", class: "panel-button", "aria-expanded": "false", "aria-controls": "guide" }, label));
    byId("calls").before(h("aside", { id: "guide", class: "panel", "aria-label": label, hidden: true }));
    this.panel = new Panel("guide", say("guide.title"), () => this.look(), () => localStorage.setItem(CLOSED, "yes"));
    this.panel.button.addEventListener("click", () => this.panel.isOpen && localStorage.removeItem(CLOSED));
    this.simulationBox = h("section", { class: "simulation" });
    this.steps = h("section", { class: "path" });
    this.panel.body.append(this.steps, this.simulationBox);
    this.changed = calm(() => this.look(), 300);
  }

  /** Told by the page. It opens by itself once, where there is room. */
  drawn(state) {
    const first = !this.state;
    this.state = state;
    if (!first) return;
    if (this.offers.guide && !localStorage.getItem(CLOSED) && matchMedia("(min-width: 1101px)").matches) this.panel.open();
    else this.look();
  }

  /** First of all: whom one wants to be. */
  async chooser() {
    const { roles } = (this.offers.guide && (await getGuide(language).catch(() => null))) || { roles: [] };
    if (!roles.length) return "";
    const cards = roles.map((one, index) => h("li", {}, h("a", { "data-first": index === 0 ? "" : null, href: this.href({ channel: one.channel }, one.who), "data-key": `role ${one.key}` }, h("strong", {}, one.title), h("span", { class: "note" }, one.text))));
    return h("div", {}, h("ul", { class: "roles" }, cards), h("p", { class: "note" }, say("guide.language_note")), h("h2", { class: "or-anyone" }, say("guide.or_anyone")));
  }

  /** Told by the page. The bot speaks to whom one is in the language that was chosen for the page. */
  joined(state) {
    const chosen = chosenLanguage();
    const key = `${SPOKEN}.${state.me.id}`;
    if (!this.offers.guide || !chosen || sessionStorage.getItem(key) === chosen) return;
    sessionStorage.setItem(key, chosen);
    speak(state.me.id, chosen).catch((error) => toast(error.message));
  }

  async look() {
    if (!this.state) return;
    if (this.offers.simulation) this.take(await getSimulation().catch(() => this.simulation));
    if (this.offers.guide && this.panel.isOpen) this.path = await getGuide(language).catch(() => this.path);
    if (this.panel.isOpen) this.draw();
  }

  take(simulation) {
    this.simulation = simulation;
    this.panel.button.replaceChildren(say("guide.title"), simulation?.on ? h("span", { class: "long" }, ` · ${say("guide.acting")}`) : "");
  }

  draw() {
    if (this.path) this.drawPath();
    if (this.simulation) this.drawSimulation();
  }

  // The path

  drawPath() {
    const { steps, intro, end, title, trial, more, roles } = this.path;
    const isHr = roles.some((one) => one.key === "hr" && one.who === this.state.me?.id);
    const open = steps.filter((step) => !step.done);
    const next = open.find((step) => !isHr || step.key !== "join") ?? open[0]; // nobody else has to sign up for HR
    const done = steps.filter((step) => step.done).length;
    if (this.done !== undefined && done > this.done) announce(say("guide.progress", { done, all: steps.length }));
    this.done = done;
    replaceKeepingFocus(
      this.steps,
      h("h3", {}, title),
      h("p", { class: "note" }, next ? intro : end),
      h("p", { class: "note progress" }, say("guide.progress", { done, all: steps.length })),
      h("ol", {}, steps.map((step, index) => this.drawStep(step, index + 1, step === next))),
      h("h3", {}, more.title),
      h("ol", {}, more.steps.map((step, index) => this.drawStep(step, index + 1, false))),
      h("h3", {}, trial.title),
      h("ol", {}, trial.steps.map((step, index) => this.drawStep(step, index + 1, false))),
    );
  }

  drawStep(step, number, isNext) {
    const mark = h("span", { class: "mark", "aria-hidden": "true" }, step.done ? "✓" : number);
    const isOpen = this.folds.get(step.key) ?? isNext;
    const head = h("summary", { onclick: () => this.folds.set(step.key, !details.open), "data-key": `step ${step.key}` }, mark, h("strong", {}, step.title), step.done && hidden(` ${say("guide.done")}`));
    const files = step.files.map((one) => h("li", {}, h("a", { href: `${FOLDER_OF_FILES}/${one.path}?language=${language}`, download: one.path }, one.name)));
    const body = h("div", { class: "step-body" }, mrkdwn(step.text), files.length > 0 && h("ul", { class: "files" }, files), this.be(step));
    const details = h("details", { open: isOpen }, head, body);
    return h("li", { class: step.done ? "done" : isNext ? "next" : null }, details);
  }

  be(step) {
    const me = this.state.me?.id;
    const name = personName(step.who);
    const place = step.channel ? { channel: step.channel } : { messages: true };
    const label = step.who === me ? say("guide.go") : say("guide.be", { name });
    return h("a", { class: "button", href: this.href(place, step.who), "data-key": `be ${step.key}` }, label);
  }

  // The simulated users

  drawSimulation() {
    const { on, actions, recent, played } = this.simulation;
    const set = async (body) => {
      this.take(await setSimulation(body).catch((error) => toast(error.message) ?? this.simulation));
      this.draw();
    };
    const toggle = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(on), "data-key": "simulation", onclick: () => set({ on: !on }) }, say("guide.let"));
    const mine = played.map((id) => this.drawMine(id, set));
    const watch = WATCH.map(([label, days]) => h("button", { type: "button", class: "button", "data-key": label, onclick: () => this.watch(days) }, say(label)));
    replaceKeepingFocus(
      this.simulationBox,
      h("h3", {}, say("guide.others")),
      toggle,
      h("p", { class: "note" }, say(on ? "guide.on" : "guide.off")),
      mine.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, say("guide.yours")), h("ul", { class: "mine" }, mine)),
      h("div", { class: "watch" }, watch),
      recent.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, count("guide.actions", actions)), h("ol", { class: "actions-done" }, recent.toReversed().map(drawAction))),
    );
  }

  drawMine(id, set) {
    const isMe = id === this.state.me?.id;
    const hand = h("button", { type: "button", class: "link", "data-key": `hand ${id}`, onclick: () => set({ hand_over: id }) }, say("guide.hand"), hidden(say("guide.hand_for", { name: personName(id) })));
    return person(id) ? h("li", {}, personName(id), isMe ? h("span", { class: "note" }, ` ${say("guide.now")}`) : hand) : "";
  }

  watch(days) {
    if (matchMedia("(max-width: 1100px)").matches) this.panel.close();
    this.move({ advance_seconds: days * DAY });
  }
}

function drawAction({ at, who, what }) {
  const moment = new Date(at);
  return h("li", {}, h("time", { datetime: at }, `${day(moment)} ${clockTime(moment)}`), " ", h("strong", {}, who), " ", what);
}
