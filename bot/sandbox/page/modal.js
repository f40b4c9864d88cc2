// The modal in front: what it asks, what is filled in, and what the app says to that.

import { announce, byId, calm, h, newId, replaceKeepingFocus } from "./dom.js";
import { drawBlocks, showError } from "./blocks.js";
import { plainText } from "./mrkdwn.js";
import { say } from "./words.js";

/** Shows a person's stack of modals. `act(what, body)` does something and answers its outcome; `refresh()` looks again. */
export class Modals {
  constructor({ act, refresh }) {
    this.act = act;
    this.refresh = refresh;
    this.dialog = null;
    this.view = null;
    this.dirty = new Map(); // "block_id.action_id" → value not told yet
    this.sending = Promise.resolve();
    this.send = calm(() => this.fill(), 300);
  }

  /** Show the top of the stack, or nothing. */
  show(stack) {
    const view = stack.at(-1) ?? null;
    if (!view) return this.hide();
    const known = this.view?.id === view.id;
    if (known && this.view.hash === view.hash && this.depth === stack.length) return undefined;
    if (!known) this.dirty.clear();
    // An update that asks something else is read from its start, like a new form.
    const same = known && this.view.blocks[0]?.block_id === view.blocks[0]?.block_id;
    this.view = view;
    this.depth = stack.length;
    this.errors = {};
    return this.draw(same);
  }

  hide() {
    if (!this.view) return;
    this.view = null;
    this.dirty.clear();
    this.dialog?.close();
  }

  draw(same) {
    const dialog = this.ensureDialog();
    const view = this.view;
    const scrolled = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
    const title = newId("title");
    const close = h("button", { type: "button", class: "icon", "aria-label": say("page.close"), "data-key": "modal close", onclick: () => this.close(true) }, "✕");
    const back = this.depth > 1 && h("button", { type: "button", class: "icon", "aria-label": say("form.back"), onclick: () => this.close(false) }, "‹");
    const body = h("div", { class: "modal-body" }, drawBlocks(view.blocks, this.surface()));
    this.banner = h("p", { class: "fault banner", role: "alert", hidden: true });
    this.submitButton = view.submit && h("button", { type: "submit", class: "button primary", "data-key": "modal submit" }, h("span", {}, plainText(view.submit)));
    const cancel = h("button", { type: "button", class: "button", "data-key": "modal cancel", onclick: () => this.close(false) }, plainText(view.close) || say(view.submit ? "form.cancel" : "page.close"));
    const form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.submit(event) },
      h("header", {}, back, h("h2", { id: title, tabindex: "-1", "data-key": "modal title" }, plainText(view.title)), close),
      body,
      this.banner,
      h("footer", {}, cancel, this.submitButton),
    );
    form.addEventListener("keydown", (event) => {
      // Enter in a one-line field sends the form only where Slack's does not lose what is half done.
      if (event.key === "Enter" && event.target.matches("input[type=search], input[type=checkbox], input[type=radio]")) event.preventDefault();
    });
    dialog.setAttribute("aria-labelledby", title);
    replaceKeepingFocus(dialog, form);
    if (!dialog.open) dialog.showModal();
    body.scrollTop = same ? scrolled : 0;
    if (!same) this.focusFirst(form);
    if (same) announce(say("form.changed"));
  }

  focusFirst(form) {
    const first = form.querySelector("[autofocus]") ?? form.querySelector(".modal-body input:not([type=hidden]), .modal-body select, .modal-body textarea, .modal-body .many");
    (first ?? form.querySelector("h2")).focus({ preventScroll: true });
  }

  ensureDialog() {
    if (this.dialog) return this.dialog;
    this.opener = document.activeElement;
    this.dialog = h("dialog", { class: "modal" });
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault(); // Escape is told to the app first
      this.close(false);
    });
    this.dialog.addEventListener("close", () => {
      this.dialog?.remove();
      this.dialog = null;
      const opener = this.opener?.isConnected ? this.opener : byId("main");
      opener.focus({ preventScroll: true });
    });
    document.body.append(this.dialog);
    return this.dialog;
  }

  surface() {
    return {
      headings: "h3",
      state: (block, element) => this.stateOf(block, element),
      error: (block) => this.errors[block.block_id],
      pressed: (block, element, value) => this.click(block, element, value),
      suggested: (block, element, typed) => this.suggest(block, element, typed),
      changed: (block, element, value, how) => this.changed(block, element, value, how),
    };
  }

  /** What the local Slack knows; text typed since then is newer. */
  stateOf(block, element) {
    const known = this.view.state?.values?.[block.block_id]?.[element.action_id];
    const key = `${block.block_id}.${element.action_id}`;
    if (!this.dirty.has(key) || !("value" in (known ?? {}))) return known;
    return { ...known, value: this.dirty.get(key) };
  }

  changed(block, element, value, how) {
    const box = this.dialog?.querySelector(`[data-block="${CSS.escape(block.block_id)}"]`);
    if (box && this.errors[block.block_id]) {
      delete this.errors[block.block_id];
      showError(box, undefined);
    }
    if (block.type === "input" && !block.dispatch_action) {
      this.dirty.set(`${block.block_id}.${element.action_id}`, value);
      return this.send();
    }
    if (how.text && how.typing) return undefined;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.click(block, element, value), how.typing ? 700 : 0);
    return undefined;
  }

  /** Tell the local Slack what was filled in, so that an update of the form or a reload keeps it. */
  fill() {
    const values = Object.fromEntries(this.dirty);
    if (!this.view || !this.dirty.size) return this.sending;
    const view = this.view;
    this.sending = this.act("fill", { values }).then(({ errors = {} }) => {
      const refused = view.blocks.filter((block) => errors[block.block_id]).map((block) => `${block.block_id}.${block.element.action_id}`);
      for (const [key, value] of Object.entries(values)) {
        // What was refused is told again with the submission, and refused at its field then.
        if (!refused.includes(key) && this.dirty.get(key) === value) this.dirty.delete(key);
      }
    });
    return this.sending;
  }

  async click(block, element, value) {
    await this.send.flush();
    await this.sending;
    if (!this.view) return undefined;
    const body = { on: { view: this.view.id }, action_id: element.action_id, block_id: block.block_id };
    const outcome = await this.act("click", value === undefined ? body : { ...body, value });
    if (!outcome.ok) this.say(outcome.text);
    await this.refresh();
    return outcome;
  }

  async suggest(block, element, typed) {
    await this.send.flush();
    await this.sending;
    return this.act("suggest", { on: { view: this.view.id }, action_id: element.action_id, block_id: block.block_id, typed });
  }

  async submit(event) {
    event.preventDefault();
    if (!this.submitButton || this.busy) return;
    this.wait(true);
    await this.send.flush();
    await this.sending;
    const values = Object.fromEntries(this.dirty);
    const outcome = await this.act("submit", { values });
    const errors = outcome.errors ?? {};
    const before = this.view;
    await this.refresh();
    this.wait(false);
    if (this.view !== before) return;
    this.errors = errors;
    for (const box of this.dialog?.querySelectorAll("[data-block]") ?? []) showError(box, errors[box.dataset.block]);
    this.dialog?.querySelector(".wrong :is(input, select, textarea, button.many)")?.focus();
    const elsewhere = Object.entries(errors).filter(([id]) => !this.dialog?.querySelector(`[data-block="${CSS.escape(id)}"]`));
    const words = [outcome.text, ...elsewhere.map(([, text]) => text)].filter(Boolean).join(" ");
    this.say(outcome.ok ? "" : words);
  }

  wait(on) {
    this.busy = on;
    this.dialog?.classList.toggle("waiting", on);
    if (this.submitButton) this.submitButton.classList.toggle("waiting", on);
    if (this.submitButton) this.submitButton.setAttribute("aria-busy", String(on));
    if (on) this.say("");
  }

  say(text) {
    if (!this.banner) return;
    this.banner.textContent = text ?? "";
    this.banner.hidden = !text;
  }

  async close(all) {
    if (this.busy) return;
    await this.act("close", { all });
    await this.refresh();
  }
}
