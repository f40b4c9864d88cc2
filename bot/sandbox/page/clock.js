// The local Slack's clock: what time it is there, and moving it on.

import { getClock, moveClock } from "./api.js";
import { announce, byId, h, toast } from "./dom.js";
import { inline } from "./mrkdwn.js";
import { clockTime, day, now, setNow, weekday, whole, year } from "./time.js";
import { count, language, say } from "./words.js";

const HOUR = 3600;
const STEPS = [
  ["clock.hour", HOUR],
  ["clock.day", 24 * HOUR],
  ["clock.week", 7 * 24 * HOUR],
];

export class Clock {
  /** `moved()` is called when the clock has been moved on. */
  constructor(moved) {
    this.moved = moved;
    this.time = h("time", { class: "now" });
    this.strip = byId("clock-move");
    this.progress = h("progress", { max: 1, value: 0, "aria-label": say("clock.progress") });
    this.seen = h("span", { class: "seen" });
    this.stop = h("button", { type: "button", class: "button", onclick: () => this.halt() }, say("clock.stop"));
    this.strip.append(this.progress, this.seen, this.stop);
    this.buttons = STEPS.map(([key, seconds]) => h("button", { type: "button", title: say(`${key}_title`), "data-key": key, onclick: () => this.move({ advance_seconds: seconds }) }, h("span", { class: "long" }, say(key)), h("span", { class: "brief" }, say(`${key}_brief`))));
    this.next = h("button", { type: "button", hidden: true, onclick: () => this.toNext() }, h("span", { class: "long" }, say("clock.next")), h("span", { class: "brief" }, say("clock.next_brief")));
    byId("clock").replaceChildren(this.time, h("div", { class: "steps", role: "group", "aria-label": say("clock.move") }, this.buttons, this.next));
    setInterval(() => this.tick(), 1000);
    setInterval(() => document.hidden || this.moving || this.look(), 15_000);
  }

  tick() {
    const moment = now();
    this.time.dateTime = moment.toISOString();
    this.time.replaceChildren(h("span", { class: "long" }, `${weekday(moment)}, `), day(moment), h("span", { class: "long" }, `, ${year(moment)}`), " ", h("span", { class: "hour" }, clockTime(moment)));
  }

  async look() {
    const told = await getClock().catch(() => null);
    if (told) this.told(told);
  }

  told(clock) {
    setNow(clock.now);
    this.tick();
    const busy = Boolean(this.moving || clock.moving_to);
    for (const button of [...this.buttons, this.next]) button.disabled = busy || clock.movable === false;
    this.nextAt = clock.next;
    this.next.hidden = !clock.next;
    if (clock.next) this.next.title = say("clock.next_title", { what: clock.next_what?.[language] ?? say("clock.next_some"), when: whole(new Date(clock.next)) });
    if (clock.moving_to && !this.moving) this.follow(Date.parse(clock.moving_to));
    return clock;
  }

  /** To the next thing due; what should be done by now is being done while a second goes by. */
  toNext() {
    const soonest = now().getTime() + 1000;
    return this.move(Date.parse(this.nextAt) > soonest ? { to: this.nextAt } : { advance_seconds: 1 });
  }

  async move(body) {
    const from = now().getTime();
    const target = body.to ? Date.parse(body.to) : from + body.advance_seconds * 1000;
    this.moving = true;
    this.draw(0);
    const done = moveClock(body).catch((error) => toast(error.message));
    const watching = this.watch(from, target);
    const clock = await done;
    this.moving = false;
    await watching;
    if (clock?.now) this.told(clock);
    else await this.look();
    this.draw(null);
    await this.moved();
    announce(say("clock.is", { now: this.time.textContent }));
  }

  async watch(from, target) {
    while (this.moving) {
      await new Promise((wake) => setTimeout(wake, 250));
      const clock = this.moving && (await getClock().catch(() => null));
      if (clock && this.moving) {
        this.told(clock);
        this.draw((Date.parse(clock.now) - from) / (target - from));
        this.tell(clock);
      }
    }
  }

  /** Another window moves the clock. */
  async follow(target) {
    this.moving = true;
    const from = Date.parse((await getClock().catch(() => null))?.moving_from) || now().getTime();
    this.draw(0);
    for (let clock = { moving_to: true }; clock?.moving_to; ) {
      await new Promise((wake) => setTimeout(wake, 400));
      clock = await getClock().catch(() => null);
      if (clock) setNow(clock.now);
      this.tick();
      this.draw((now() - from) / (target - from));
      if (clock) this.tell(clock);
    }
    this.moving = false;
    this.draw(null);
    await this.look();
  }

  /** What is being played: how many messages came, and the last of them. */
  tell({ played, stopping }) {
    this.stop.disabled = Boolean(stopping);
    this.stop.textContent = say(stopping ? "clock.stopping" : "clock.stop");
    if (!played) return;
    const { messages, last } = played;
    this.seen.replaceChildren(h("strong", {}, count("clock.messages", messages)), ...(last ? [` · ${last.author} → ${last.place}: `, ...inline(last.text)] : []));
  }

  async halt() {
    this.stop.disabled = true;
    await moveClock({ stop: true }).catch((error) => toast(error.message));
  }

  draw(part) {
    if (part !== null && this.strip.hidden) {
      this.seen.replaceChildren(say("clock.playing"));
      this.stop.disabled = false;
    }
    this.strip.hidden = part === null;
    this.progress.value = Math.min(1, Math.max(0, part ?? 0));
    for (const button of [...this.buttons, this.next]) button.disabled = part !== null;
    byId("clock").setAttribute("aria-busy", String(part !== null));
  }
}
