// Two controls that HTML has none for: choosing several of many, and the "…" menu.

import { h, newId } from "./dom.js";
import { plainText } from "./mrkdwn.js";
import { say } from "./words.js";

const SEARCH_FROM = 9;

/** Several of a list: a button that says what is chosen, and below it a list with ticks. */
export function manyPicker(element, field, items, chosen) {
  const panelId = newId("panel");
  const known = new Map(items.map((item) => [item.value, item]));
  let picked = [...chosen];
  let told = picked.join();
  const most = element.max_selected_items ?? Infinity;
  const empty = plainText(element.placeholder) || say("page.choose");

  const opener = h("button", {
    type: "button",
    class: "select many",
    id: field.id,
    "data-key": field.key,
    "aria-expanded": "false",
    "aria-controls": panelId,
    onclick: () => (panel.hidden ? open() : close()),
  });
  const list = h("ul", { class: "ticks" });
  const search = h("input", { type: "search", class: "text", placeholder: say("form.search"), "aria-label": say("form.search_label"), oninput: () => narrow() });
  const limit = h("p", { class: "note", hidden: true }, say("form.most", { most }));
  const panel = h("div", { id: panelId, class: "panel", hidden: true }, items.length >= SEARCH_FROM && search, limit, list);
  const box = h("div", { class: "many-box" }, opener, panel);

  function tellPicked() {
    const chips = picked.map((value) => h("span", { class: "chip" }, known.get(value)?.label ?? value));
    opener.replaceChildren(...(chips.length ? chips : [h("span", { class: "empty" }, empty)]));
    const words = picked.map((value) => known.get(value)?.label ?? value).join(", ") || empty;
    opener.setAttribute("aria-label", `${field.label}: ${words}`);
  }

  function draw() {
    list.replaceChildren(
      ...items.map((item) => {
        const input = h("input", { type: "checkbox", value: item.value, checked: picked.includes(item.value), onchange: () => tick(item.value, input.checked) });
        return h("li", {}, h("label", { class: "choice" }, input, h("span", {}, item.label, item.note && h("span", { class: "note" }, item.note))));
      }),
    );
    if (!items.length) list.append(h("li", { class: "note" }, say("form.nothing")));
    full();
  }

  function full() {
    limit.hidden = most === Infinity;
    for (const input of list.querySelectorAll("input")) input.disabled = !input.checked && picked.length >= most;
  }

  function tick(value, on) {
    picked = on ? [...picked, value] : picked.filter((one) => one !== value);
    tellPicked();
    full();
    if (field.tellEach) tell();
  }

  function tell() {
    if (picked.join() === told) return;
    told = picked.join();
    field.changed(picked);
  }

  function narrow() {
    const wanted = search.value.trim().toLowerCase();
    for (const row of list.children) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }

  function open() {
    draw();
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    (panel.querySelector("input:not([disabled])") ?? opener).focus();
    panel.scrollIntoView({ block: "nearest" });
  }

  function close() {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    tell();
  }

  closeByLeaving(box, opener, () => !panel.hidden, close);
  tellPicked();
  return box;
}

/** The "…" menu of an overflow element. */
export function overflowMenu(element, field, choose) {
  const menuId = newId("menu");
  const opener = h("button", {
    type: "button",
    class: "button overflow",
    "data-key": field.key,
    "aria-label": say("page.more", { what: field.label }),
    "aria-expanded": "false",
    "aria-controls": menuId,
    onclick: () => set(menu.hidden),
  }, "⋯");
  const menu = h("div", { id: menuId, class: "menu", hidden: true });
  menu.append(
    ...(element.options ?? []).map((option) =>
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            set(false);
            opener.focus();
            if (/^https?:/i.test(option.url ?? "")) window.open(option.url, "_blank", "noopener,noreferrer");
            choose(option.value);
          },
        },
        plainText(option.text),
        option.description && h("span", { class: "note" }, plainText(option.description)),
      ),
    ),
  );
  const box = h("div", { class: "menu-box" }, opener, menu);
  function set(shown) {
    menu.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
    if (shown) menu.firstElementChild?.focus();
  }
  closeByLeaving(box, opener, () => !menu.hidden, () => set(false));
  return box;
}

/** Escape closes it and goes back to its button; so does going elsewhere, without the going back. */
export function closeByLeaving(box, opener, isOpen, close) {
  box.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    if (event.key === "Tab") setTimeout(() => isOpen() && !box.contains(document.activeElement) && close());
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
    opener.focus();
  });
  const outside = (event) => {
    if (!box.isConnected) document.removeEventListener("pointerdown", outside);
    else if (isOpen() && !box.contains(event.target)) close();
  };
  document.addEventListener("pointerdown", outside);
}
