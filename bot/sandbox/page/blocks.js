// Blocks of messages, modals and the Home tab.
//
// `surface` is where they stand:
//   state(block, element)                what is chosen there, or undefined
//   error(block)                         what is wrong with that field, or undefined
//   pressed(block, element, value)       a click
//   suggested(block, element, typed)     a search in an external select; answers a promise of the outcome
//   changed(block, element, value, how)  a choice; `how.typing` while it may still go on

import { h, newId } from "./dom.js";
import { drawElement, picture, unknown } from "./elements.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { say } from "./words.js";

export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => {
    const draw = DRAWERS[block.type];
    const node = draw ? draw(block, surface) : unknown(block, say("form.unknown_block", { type: block.type }));
    node.classList.add("block");
    return node;
  });
}

/** What an element starts with, as Slack's state. */
function initial(element) {
  const state = {};
  for (const [key, value] of Object.entries(element)) {
    if (key === "initial_value") Object.assign(state, { value, rich_text_value: value });
    else if (key.startsWith("initial_")) state[key.replace("initial", "selected")] = value;
  }
  return state;
}

function field(block, element, surface, more = {}) {
  return {
    key: `${block.block_id} ${element.action_id}`,
    state: surface.state(block, element) ?? initial(element),
    label: plainText(element.placeholder) || plainText(block.text) || plainText(element.text) || say("page.choose"),
    pressed: (one, value) => surface.pressed(block, one, value),
    suggested: (typed) => surface.suggested(block, element, typed),
    changed: (value, how) => surface.changed(block, element, value, how ?? {}),
    ...more,
  };
}

function section(block, surface) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(textObject(block.text));
  if (block.fields) body.append(h("div", { class: "fields" }, block.fields.map((text) => textObject(text))));
  if (!block.accessory) return h("div", {}, body);
  const accessory = drawElement(block.accessory, field(block, block.accessory, surface));
  return h("div", { class: "section" }, body, h("div", { class: "accessory" }, accessory));
}

function actions(block, surface) {
  return h("div", { class: "actions" }, block.elements.map((element) => drawElement(element, field(block, element, surface))));
}

function context(block) {
  return h("div", { class: "context" }, block.elements.map((element) => drawElement(element, {})));
}

function header(block, surface) {
  return h(surface.headings ?? "h2", { class: "header" }, plainText(block.text));
}

function image(block) {
  const shown = picture(block);
  const title = block.title && h("figcaption", {}, textObject(block.title));
  if (shown) return h("figure", {}, title, h("a", { href: shown.src, target: "_blank", rel: "noopener" }, shown));
  return h("figure", { class: "unknown" }, title, say("message.elsewhere", { what: block.alt_text }));
}

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function input(block, surface) {
  const element = block.element;
  const id = newId("field");
  const group = GROUPS.has(element.type);
  const more = { id, group, required: !block.optional, label: plainText(block.label), tellEach: !block.dispatch_action };
  const control = drawElement(element, field(block, element, surface, more));
  const mark = block.optional ? h("span", { class: "note" }, ` ${say("page.optional")}`) : h("span", { class: "required", title: say("page.required") }, " *");
  const hint = block.hint && h("p", { class: "note", id: newId("hint") }, textObject(block.hint));
  const error = h("p", { class: "error", id: newId("error"), hidden: true });
  const box = h(
    group ? "fieldset" : "div",
    { class: "input", "data-block": block.block_id },
    group ? h("legend", {}, plainText(block.label), mark) : h("label", { for: id }, plainText(block.label), mark),
    control,
    error,
    hint,
  );
  const described = [error.id, hint?.id].filter(Boolean).join(" ");
  (group ? box : (control.querySelector?.(`#${id}`) ?? control)).setAttribute("aria-describedby", described);
  showError(box, surface.error(block));
  return box;
}

/** Show what is wrong with a field, or with `undefined` that nothing is. */
export function showError(box, text) {
  const place = box.querySelector(":scope > .error");
  place.hidden = !text;
  place.textContent = text ?? "";
  box.classList.toggle("wrong", Boolean(text));
  for (const control of box.querySelectorAll("input, select, textarea, button.many")) {
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function table(block) {
  const cell = (one) => (one.type === "rich_text" ? richText(one) : String(one.text ?? ""));
  const align = (index) => `align-${block.column_settings?.[index]?.align ?? "left"}`;
  const row = (cells, tag) => h("tr", {}, cells.map((one, index) => h(tag, { class: align(index), scope: tag === "th" ? "col" : null }, cell(one))));
  const [head, ...rest] = block.rows ?? [];
  return h("div", { class: "table", tabindex: "0", role: "group", "aria-label": say("message.table") }, h("table", {}, h("thead", {}, head && row(head, "th")), h("tbody", {}, rest.map((cells) => row(cells, "td")))));
}

function markdown(block) {
  return h("div", {}, h("div", { class: "keep" }, block.text), h("p", { class: "note" }, say("message.markdown")));
}

const DRAWERS = {
  section,
  header,
  divider: () => h("hr"),
  context,
  actions,
  image,
  input,
  table,
  markdown,
  rich_text: (block) => h("div", {}, richText(block)),
};

/** Attachments of the old kind: a bar at the side, and what they say. */
export function drawAttachments(attachments, surface) {
  return (attachments ?? []).map((one) =>
    h(
      "div",
      { class: "attachment" },
      one.pretext && mrkdwn(one.pretext),
      one.title && h("strong", {}, one.title),
      one.text && mrkdwn(one.text),
      drawBlocks(one.blocks, surface),
    ),
  );
}
