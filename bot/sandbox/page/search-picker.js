// An external select: a button that says what is chosen, and below it a search whose results come from the app.

import { calm, h, newId } from "./dom.js";
import { plainText } from "./mrkdwn.js";
import { closeByLeaving } from "./pickers.js";
import { say } from "./words.js";

const LEAST_TYPED = 3;
const CALM_MS = 250;

export function searchPicker(element, field, chosen, several) {
  const panelId = newId("panel");
  const most = several ? element.max_selected_items ?? Infinity : 1;
  const least = element.min_query_length ?? LEAST_TYPED;
  const empty = plainText(element.placeholder) || say("page.choose");
  const name = newId("choice");
  let picked = [...chosen];
  let told = values();
  let asked = 0;

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
  const note = h("p", { class: "note", role: "status" });
  const search = h("input", { type: "search", class: "text", autocomplete: "off", placeholder: say("form.type"), "aria-label": `${field.label}: ${say("form.search_label")}` });
  const panel = h("div", { id: panelId, class: "panel", hidden: true }, search, note, list);
  const box = h("div", { class: "many-box" }, opener, panel);
  const ask = calm(find, CALM_MS);
  search.addEventListener("input", () => ask());
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());

  function values() {
    return picked.map((option) => option.value).join();
  }

  function tellPicked() {
    const labels = picked.map((option) => plainText(option.text));
    opener.replaceChildren(...(labels.length ? labels.map((label) => h("span", { class: "chip" }, label)) : [h("span", { class: "empty" }, empty)]));
    opener.setAttribute("aria-label", `${field.label}: ${labels.join(", ") || empty}`);
  }

  async function find() {
    const typed = search.value.trim();
    const turn = ++asked;
    if (typed.length < least) {
      draw([], []);
      note.textContent = say("form.least", { least });
      return;
    }
    note.textContent = say("form.loading");
    const outcome = await field.suggested(typed);
    if (turn !== asked || panel.hidden) return;
    note.textContent = outcome.ok ? "" : outcome.text;
    const groups = outcome.option_groups ?? [];
    draw(groups.length ? groups : [{ options: outcome.options ?? [] }], outcome.ok ? [h("li", { class: "note" }, say("form.nothing"))] : []);
  }

  function draw(groups, none) {
    const offered = groups.flatMap((group) => group.options);
    const kept = several ? picked.filter((one) => !offered.some((option) => option.value === one.value)) : [];
    const rows = groups.flatMap((group) => [group.label && group.options.length && h("li", { class: "note" }, plainText(group.label)), ...group.options.map(row)]);
    list.replaceChildren(...kept.map(row), ...(offered.length ? rows.filter(Boolean) : none));
    full();
  }

  function row(option) {
    const checked = picked.some((one) => one.value === option.value);
    const input = h("input", { type: several ? "checkbox" : "radio", name, value: option.value, checked, onchange: () => pick(option, input.checked) });
    const about = option.description && h("span", { class: "note" }, plainText(option.description));
    return h("li", {}, h("label", { class: "choice" }, input, h("span", {}, plainText(option.text), about)));
  }

  function full() {
    if (!several) return;
    for (const input of list.querySelectorAll("input")) input.disabled = !input.checked && picked.length >= most;
  }

  function pick(option, on) {
    const others = several ? picked.filter((one) => one.value !== option.value) : [];
    picked = on ? [...others, option] : others;
    tellPicked();
    full();
    if (!several) {
      close();
      opener.focus();
    } else if (field.tellEach) tell();
  }

  function tell() {
    if (values() === told) return;
    told = values();
    field.changed(several ? picked.map((option) => option.value) : picked[0]?.value ?? null);
  }

  function open() {
    search.value = "";
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    search.focus();
    panel.scrollIntoView({ block: "nearest" });
    find();
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
