// Where one writes: messages, and slash commands with their hints.

import { announce, h, newId } from "./dom.js";
import { count, say } from "./words.js";

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** As Slack sends what a person types: the three signs escaped, addresses as links, "@Full Name" as a mention. */
export function asTyped(text, people = []) {
  let sent = escape(text).replace(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`);
  for (const one of people) sent = sent.replaceAll(`@${one.real_name}`, `<@${one.id}>`);
  return sent;
}

export class Composer {
  /** `write(text)` and `command(line)` do it and answer an outcome. `commands` are {command, description, usage_hint}. */
  constructor(label, { write, command, commands }) {
    this.write = write;
    this.command = command;
    this.commands = commands;
    this.chosen = -1;
    const listId = newId("commands");
    this.input = h("textarea", {
      rows: 1,
      "aria-label": label,
      placeholder: label,
      "aria-autocomplete": "list",
      "aria-controls": listId,
      "data-key": "composer",
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => setTimeout(() => this.offer([]), 150),
      onfocus: () => this.typed(),
    });
    this.list = h("ul", { id: listId, class: "commands", role: "listbox", "aria-label": say("write.commands"), hidden: true });
    this.send = h("button", { type: "button", class: "button primary send", "aria-label": say("write.send"), onclick: () => this.submit() }, "➤");
    this.node = h("div", { class: "composer" }, this.list, h("div", { class: "composer-box" }, this.input, this.send));
  }

  typed() {
    this.input.style.height = "auto";
    const height = this.input.scrollHeight; // nothing while it is not on the page
    if (height) this.input.style.height = `${Math.min(height, 160)}px`;
    this.offer(this.command ? this.matches(this.input.value) : []);
  }

  /** Commands that go on as typed; after a command its words, if its hint is a list of words. */
  matches(text) {
    if (!text.startsWith("/") || text.includes("\n")) return [];
    const [name, ...rest] = text.split(" ");
    if (!rest.length) {
      const found = this.commands().filter((one) => one.command.startsWith(name));
      return found.map((one) => ({ text: `${one.command} `, label: one.command, hint: one.usage_hint, note: one.description }));
    }
    const words = (this.commands().find((one) => one.command === name)?.usage_hint ?? "").split("|").map((word) => word.trim());
    const typed = rest.join(" ").toLowerCase();
    const plain = words.filter((word) => /^[\p{L}-]+$/u.test(word) && word.startsWith(typed) && word !== typed);
    return plain.map((word) => ({ text: `${name} ${word}`, label: `${name} ${word}` }));
  }

  offer(found) {
    if (found.length && !this.found?.length) announce(count("write.found", found.length));
    this.found = found;
    this.chosen = -1;
    this.list.hidden = !found.length;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      ...found.map((one) =>
        h(
          "li",
          { id: newId("command"), role: "option", "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => this.take(one) },
          h("strong", {}, one.label),
          one.hint && h("span", { class: "hint" }, ` ${one.hint}`),
          one.note && h("span", { class: "note" }, one.note),
        ),
      ),
    );
  }

  choose(index) {
    const rows = [...this.list.children];
    this.chosen = (index + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.chosen)));
    this.input.setAttribute("aria-activedescendant", rows[this.chosen].id);
    rows[this.chosen].scrollIntoView({ block: "nearest" });
  }

  take(one) {
    this.input.value = one.text;
    this.input.focus();
    this.typed();
  }

  key(event) {
    if (event.isComposing) return;
    const offering = !this.list.hidden;
    if (offering && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      this.choose(this.chosen < 0 ? (down ? 0 : -1) : this.chosen + (down ? 1 : -1));
    } else if (offering && event.key === "Escape") {
      event.preventDefault();
      this.offer([]);
    } else if (offering && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.take(this.found[Math.max(this.chosen, 0)]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (offering && this.chosen >= 0) this.take(this.found[this.chosen]);
      else this.submit();
    }
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    this.input.value = "";
    this.typed();
    this.node.classList.add("waiting");
    const isCommand = this.command && text.startsWith("/") && !text.includes("\n");
    const outcome = await (isCommand ? this.command(text) : this.write(text));
    this.node.classList.remove("waiting");
    this.busy = false;
    if (!outcome.ok && !this.input.value && !isCommand) this.input.value = text; // what could not be sent is not lost
  }
}
