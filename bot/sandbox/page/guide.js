// The guided path, and the other people: letting them act, and what they do.

import { getGuide, getStory, setStory } from "./api.js";
import { announce, calm, h, hidden, replaceKeepingFocus, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { person, personName } from "./names.js";
import { Panel } from "./panel.js";
import { clockTime, day } from "./time.js";

const CLOSED = "balik.guide.closed";
const LANGUAGE = "balik.guide.language";
const LANGUAGES = [
  ["id", "Bahasa Indonesia"],
  ["en", "English"],
];
const WATCH = [
  ["Watch a month", 30],
  ["Watch six months", 182],
];
const DAY = 86_400;

export class Guide {
  /** `href(place, me)` is an address; `move(body)` moves the clock on. */
  constructor({ href, move }) {
    this.href = href;
    this.move = move;
    this.story = null;
    this.path = null;
    this.panel = new Panel("guide", "Guide", () => this.look(), () => localStorage.setItem(CLOSED, "yes"));
    this.panel.button.addEventListener("click", () => this.panel.isOpen && localStorage.removeItem(CLOSED));
    this.others = h("section", { class: "others" });
    this.steps = h("section", { class: "path" });
    this.panel.body.append(this.steps, this.others);
    this.changed = calm(() => this.look(), 300);
  }

  /** What there is to show: told by the workspace. It opens by itself once, where there is room. */
  offered(state) {
    this.state = state;
    const { story, guide } = state.workspace;
    const first = !this.offers;
    this.offers = { story, guide };
    this.panel.button.hidden = !(story || guide);
    if (!first || this.panel.button.hidden) return;
    if (guide && !localStorage.getItem(CLOSED) && matchMedia("(min-width: 1101px)").matches) this.panel.open();
    else this.look();
  }

  get language() {
    return localStorage.getItem(LANGUAGE) ?? (navigator.language.startsWith("id") ? "id" : "en");
  }

  async look() {
    if (!this.offers) return;
    if (this.offers.story) this.take(await getStory().catch(() => this.story));
    if (this.offers.guide && this.panel.isOpen) this.path = await getGuide(this.language).catch(() => this.path);
    if (this.panel.isOpen) this.draw();
  }

  take(story) {
    this.story = story;
    this.panel.button.textContent = story?.on ? "Guide · others act" : "Guide";
  }

  draw() {
    if (this.path) this.drawPath();
    if (this.story) this.drawOthers();
  }

  // The path

  drawPath() {
    const { steps, intro, end, title } = this.path;
    const next = steps.find((step) => !step.done);
    const done = steps.filter((step) => step.done).length;
    if (this.done !== undefined && done > this.done) announce(`${done} / ${steps.length}`);
    this.done = done;
    this.steps.lang = this.language;
    replaceKeepingFocus(
      this.steps,
      h("h3", {}, title),
      h("p", { class: "note" }, next ? intro : end),
      h("ol", {}, steps.map((step, index) => this.drawStep(step, index + 1, step === next))),
      this.languages(),
    );
  }

  drawStep(step, number, isNext) {
    const mark = h("span", { class: "mark", "aria-hidden": "true" }, step.done ? "✓" : number);
    const head = h("summary", {}, mark, h("strong", {}, step.title), step.done && hidden(" (done)"));
    const body = h("div", { class: "step-body" }, mrkdwn(step.text), this.be(step));
    return h("li", { class: step.done ? "done" : isNext ? "next" : null }, h("details", { open: isNext }, head, body));
  }

  be(step) {
    const me = this.state.me?.id;
    const name = personName(step.who);
    const place = step.channel ? { channel: step.channel } : { messages: true };
    const label = step.who === me ? "Go there" : `Be ${name}`;
    return h("a", { class: "button", href: this.href(place, step.who), lang: "en", "data-key": `be ${step.key}` }, label);
  }

  languages() {
    const choose = (code) => {
      localStorage.setItem(LANGUAGE, code);
      this.look();
    };
    const button = ([code, label]) => h("button", { type: "button", class: "link", lang: code, "aria-pressed": String(code === this.language), "data-key": `language ${code}`, onclick: () => choose(code) }, label);
    return h("p", { class: "languages", role: "group", "aria-label": "Language of the guide" }, LANGUAGES.map(button));
  }

  // The others

  drawOthers() {
    const { on, deeds, recent, played } = this.story;
    const set = async (body) => {
      this.take(await setStory(body).catch((error) => toast(error.message) ?? this.story));
      this.draw();
    };
    const toggle = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(on), "data-key": "story", onclick: () => set({ on: !on }) }, "Let the others act");
    const mine = played.map((id) => this.drawMine(id, set));
    const watch = WATCH.map(([label, days]) => h("button", { type: "button", class: "button", "data-key": label, onclick: () => this.watch(days) }, label));
    replaceKeepingFocus(
      this.others,
      h("h3", {}, "The others"),
      toggle,
      h("p", { class: "note" }, on ? "They sign up, book, meet and answer by their character, within seconds, and while time goes on. HR drafts and releases, unless you are HR." : "Everybody waits for you. Switched on, the others act by their character, and you play only yourself."),
      mine.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, "Nobody acts for the people you have been:"), h("ul", { class: "mine" }, mine)),
      h("div", { class: "watch" }, watch),
      recent.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, `${deeds} deeds so far. The last:`), h("ol", { class: "deeds" }, recent.toReversed().map(drawDeed))),
    );
  }

  drawMine(id, set) {
    const isMe = id === this.state.me?.id;
    const hand = h("button", { type: "button", class: "link", "data-key": `hand ${id}`, onclick: () => set({ hand_over: id }) }, "Let them act", hidden(` for ${personName(id)}`));
    return person(id) ? h("li", {}, personName(id), isMe ? h("span", { class: "note" }, " (you, now)") : hand) : "";
  }

  watch(days) {
    if (matchMedia("(max-width: 1100px)").matches) this.panel.close();
    this.move({ advance_seconds: days * DAY });
  }
}

function drawDeed({ at, who, what }) {
  const moment = new Date(at);
  return h("li", {}, h("time", { datetime: at }, `${day(moment)} ${clockTime(moment)}`), " ", h("strong", {}, who), " ", what);
}
