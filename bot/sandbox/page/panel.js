// A panel at the side with the button that opens it. One is open at a time.

import { byId, h } from "./dom.js";
import { say } from "./words.js";

let shown = null;

export class Panel {
  /** `name` is the id of the panel, and with "-button" of its button; `opened()` is called when it opens. */
  constructor(name, title, opened, closed = () => {}) {
    this.node = byId(name);
    this.button = byId(`${name}-button`);
    this.opened = opened;
    this.closed = closed;
    this.title = h("h2", {}, title);
    this.body = h("div", { class: "panel-body", tabindex: "0", role: "region", "aria-label": title });
    const close = h("button", { type: "button", class: "icon", "aria-label": say("page.close"), onclick: () => this.close() }, "✕");
    this.node.append(h("header", {}, this.title, close), this.body);
    this.button.addEventListener("click", () => (this.node.hidden ? this.open() : this.close()));
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open() {
    if (shown && shown !== this) shown.set(false);
    shown = this;
    this.set(true);
    this.opened();
  }

  /** Close it for good: the person wants it away. */
  close() {
    if (shown === this) shown = null;
    this.set(false);
    this.closed();
    this.button.focus();
  }

  set(open) {
    this.node.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }
}
