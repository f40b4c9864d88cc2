// The guided path, and the other people: letting them act, and what they do.

import { getGuide, getStory, setStory } from "./api.js";
import { announce, calm, h, hidden, replaceKeepingFocus, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { person, personName } from "./names.js";
import { Panel } from "./panel.js";
import { clockTime, day } from "./time.js";
import { count, language, say } from "./words.js";

const CLOSED = "balik.guide.closed";
const WATCH = [
  ["guide.month", 30],
  ["guide.half_year", 182],
];
const DAY = 86_400;

export class Guide {
  /** `href(place, me)` is an address; `move(body)` moves the clock on. */
  constructor({ href, move }) {
    this.href = href;
    this.move = move;
    this.story = null;
    this.path = null;
    this.panel = new Panel("guide", say("guide.title"), () => this.look(), () => localStorage.setItem(CLOSED, "yes"));
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

  async look() {
    if (!this.offers) return;
    if (this.offers.story) this.take(await getStory().catch(() => this.story));
    if (this.offers.guide && this.panel.isOpen) this.path = await getGuide(language).catch(() => this.path);
    if (this.panel.isOpen) this.draw();
  }

  take(story) {
    this.story = story;
    this.panel.button.replaceChildren(say("guide.title"), story?.on ? h("span", { class: "long" }, ` · ${say("guide.acting")}`) : "");
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
    if (this.done !== undefined && done > this.done) announce(say("guide.progress", { done, all: steps.length }));
    this.done = done;
    replaceKeepingFocus(
      this.steps,
      h("h3", {}, title),
      h("p", { class: "note" }, next ? intro : end),
      h("p", { class: "note progress" }, say("guide.progress", { done, all: steps.length })),
      h("ol", {}, steps.map((step, index) => this.drawStep(step, index + 1, step === next))),
    );
  }

  drawStep(step, number, isNext) {
    const mark = h("span", { class: "mark", "aria-hidden": "true" }, step.done ? "✓" : number);
    const head = h("summary", {}, mark, h("strong", {}, step.title), step.done && hidden(` ${say("guide.done")}`));
    const body = h("div", { class: "step-body" }, mrkdwn(step.text), this.be(step));
    return h("li", { class: step.done ? "done" : isNext ? "next" : null }, h("details", { open: isNext }, head, body));
  }

  be(step) {
    const me = this.state.me?.id;
    const name = personName(step.who);
    const place = step.channel ? { channel: step.channel } : { messages: true };
    const label = step.who === me ? say("guide.go") : say("guide.be", { name });
    return h("a", { class: "button", href: this.href(place, step.who), "data-key": `be ${step.key}` }, label);
  }

  // The others

  drawOthers() {
    const { on, deeds, recent, played } = this.story;
    const set = async (body) => {
      this.take(await setStory(body).catch((error) => toast(error.message) ?? this.story));
      this.draw();
    };
    const toggle = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(on), "data-key": "story", onclick: () => set({ on: !on }) }, say("guide.let"));
    const mine = played.map((id) => this.drawMine(id, set));
    const watch = WATCH.map(([label, days]) => h("button", { type: "button", class: "button", "data-key": label, onclick: () => this.watch(days) }, say(label)));
    replaceKeepingFocus(
      this.others,
      h("h3", {}, say("guide.others")),
      toggle,
      h("p", { class: "note" }, say(on ? "guide.on" : "guide.off")),
      mine.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, say("guide.yours")), h("ul", { class: "mine" }, mine)),
      h("div", { class: "watch" }, watch),
      recent.length === 0 ? "" : h("div", {}, h("p", { class: "note" }, count("guide.deeds", deeds)), h("ol", { class: "deeds" }, recent.toReversed().map(drawDeed))),
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

function drawDeed({ at, who, what }) {
  const moment = new Date(at);
  return h("li", {}, h("time", { datetime: at }, `${day(moment)} ${clockTime(moment)}`), " ", h("strong", {}, who), " ", what);
}
