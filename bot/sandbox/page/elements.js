// Block elements: what one presses, picks and types into.
//
// Each drawer takes (element, field) and answers a node. `field` says what surrounds it:
//   key         names the element on its surface
//   state       what is chosen now, as in Slack's state.values, or undefined
//   label       what a screen reader calls it if no <label> does
//   id          the id a <label> points to
//   group       whether several controls share that label
//   required    whether it must be filled
//   changed(value, {typing})   tell of a choice; `typing` while it may still go on
//   pressed(element, value)    tell of a click; answers a promise
//   suggested(typed)           ask the app for the options of an external select; answers a promise

import { h, newId } from "./dom.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { choosableChannels, choosablePeople, placeOf } from "./names.js";
import { confirmed } from "./confirm.js";
import { inlined } from "./inlined.js";
import { manyPicker, overflowMenu } from "./pickers.js";
import { searchPicker } from "./search-picker.js";
import { fromLocalInput, toLocalInput } from "./time.js";
import { say } from "./words.js";
import { local } from "./workspaces.js";

const ALL_KINDS = ["public", "private", "mpim", "im"];

export function drawElement(element, field) {
  const draw = DRAWERS[element.type];
  return draw ? draw(element, field) : unknown(element, say("form.unknown_element", { type: element.type }));
}

/** What stands where the page cannot show something: that it cannot, and what it is. */
export function unknown(thing, what) {
  const json = h("pre", {}, JSON.stringify(thing, null, 2));
  return h("div", { class: "unknown" }, what, h("details", {}, h("summary", {}, say("form.json")), json));
}

function common(element, field) {
  return {
    id: field.id,
    "data-key": field.key,
    "aria-label": field.id && !field.group ? null : field.label,
    "aria-required": field.required ? "true" : null,
  };
}

// Files

/** Its value is what the local Slack makes files of: [{name, content in base64}]. */
function fileInput(element, field) {
  const names = (field.state?.files ?? []).map((file) => file.name);
  const chosen = h("span", { class: "note" }, names.join(", "));
  const input = h("input", {
    ...common(element, field),
    type: "file",
    accept: (element.filetypes ?? []).map((ending) => `.${ending}`).join(",") || null,
    multiple: (element.max_files ?? 10) > 1 ? true : null,
    onchange: async () => {
      const files = [...input.files];
      chosen.textContent = "";
      field.changed(await Promise.all(files.map(async (file) => ({ name: file.name, content: await base64(file) }))), {});
    },
  });
  return h("div", { class: "files" }, input, chosen);
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// Buttons

function button(element, field) {
  const node = h("button", {
    type: "button",
    class: `button ${element.style ?? ""}`,
    "data-key": field.key,
    "data-place": element.url && placeOf(element.url) ? JSON.stringify(placeOf(element.url)) : null,
    "aria-label": element.accessibility_label ?? null,
    onclick: async () => {
      if (element.confirm && !(await confirmed(element.confirm))) return;
      const outside = element.url && !placeOf(element.url) && /^(https?|mailto|tel):/i.test(element.url);
      if (outside) window.open(element.url, "_blank", "noopener,noreferrer");
      node.classList.add("waiting");
      node.setAttribute("aria-busy", "true");
      await field.pressed(element);
      node.classList.remove("waiting");
      node.removeAttribute("aria-busy");
    },
  });
  node.append(h("span", {}, plainText(element.text)));
  if (element.url) node.append(h("span", { "aria-hidden": "true" }, " ↗"));
  return node;
}

function overflow(element, field) {
  return overflowMenu(element, field, async (value) => {
    if (!element.confirm || (await confirmed(element.confirm))) await field.pressed(element, value);
  });
}

// Choosing one

const options = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options ?? [])];
const optionTag = (option, chosen) => h("option", { value: option.value, selected: option.value === chosen }, plainText(option.text));

function oneOf(element, field, chosen, children) {
  const empty = plainText(element.placeholder) || say("page.choose");
  const tag = h("select", { ...common(element, field), class: "select" }, h("option", { value: "" }, empty), children);
  tag.value = chosen ?? "";
  let last = tag.value;
  tag.addEventListener("change", async () => {
    if (element.confirm && !(await confirmed(element.confirm))) tag.value = last;
    else field.changed((last = tag.value) || null);
  });
  return tag;
}

function staticSelect(element, field) {
  const chosen = field.state?.selected_option?.value;
  const groups = (element.option_groups ?? []).map((group) => {
    const tag = h("optgroup", { label: plainText(group.label) });
    tag.append(...group.options.map((option) => optionTag(option, chosen)));
    return tag;
  });
  return oneOf(element, field, chosen, [...(element.options ?? []).map((option) => optionTag(option, chosen)), ...groups]);
}

const listed = (items, chosen) => items.map((item) => h("option", { value: item.value, selected: item.value === chosen }, item.label));

function usersSelect(element, field) {
  const chosen = field.state?.selected_user;
  return oneOf(element, field, chosen, listed(choosablePeople(), chosen));
}

function channelsSelect(element, field) {
  const chosen = field.state?.selected_channel;
  return oneOf(element, field, chosen, listed(choosableChannels(["public"]), chosen));
}

const kinds = (element) => element.filter?.include ?? ALL_KINDS;

function conversationsSelect(element, field) {
  const chosen = field.state?.selected_conversation;
  return oneOf(element, field, chosen, listed(choosableChannels(kinds(element)), chosen));
}

function radioButtons(element, field) {
  return choices(element, field, "radio", [field.state?.selected_option?.value], (values) => field.changed(values[0] ?? null));
}

// Choosing some

function checkboxes(element, field) {
  const chosen = (field.state?.selected_options ?? []).map((option) => option.value);
  return choices(element, field, "checkbox", chosen, (values) => field.changed(values));
}

function choices(element, field, type, chosen, tell) {
  const name = newId("choice");
  const ticked = () => [...box.querySelectorAll("input:checked")].map((input) => input.value);
  let last = chosen;
  const changed = async () => {
    if (element.confirm && !(await confirmed(element.confirm))) {
      for (const input of box.querySelectorAll("input")) input.checked = last.includes(input.value);
    } else tell((last = ticked()));
  };
  const box = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": field.group ? null : field.label });
  options(element).forEach((option, index) => {
    const key = `${field.key} ${index}`;
    const input = h("input", { type, name, value: option.value, checked: chosen.includes(option.value), "data-key": key, onchange: changed });
    const note = option.description && h("span", { class: "note" }, textObject(option.description));
    box.append(h("label", { class: "choice" }, input, h("span", {}, textObject(option.text), note)));
  });
  return box;
}

const items = (element) =>
  options(element).map((option) => ({ value: option.value, label: plainText(option.text), note: plainText(option.description) }));

const many = (list, chosen) => (element, field) =>
  manyPicker(element, { ...field, ...common(element, field) }, list(element), chosen(field.state ?? {}) ?? []);

// Options that the app has: asked for while one types

const chosenOptions = (state) => state?.selected_options ?? (state?.selected_option ? [state.selected_option] : []);

function external(several) {
  return (element, field) => searchPicker(element, { ...field, ...common(element, field) }, chosenOptions(field.state), several);
}

// Dates and times

/** Native pickers tell of each digit typed: wait until one stops, and take no year like 0002. */
function picker(type, stateKey, read = (text) => text, show = (value) => value) {
  return (element, field) => {
    const input = h("input", { ...common(element, field), type, class: "text", value: show(field.state?.[stateKey]) ?? "" });
    input.addEventListener("change", async () => {
      if (input.value && type !== "time" && Number(input.value.slice(0, 4)) < 1970) return;
      if (element.confirm && !(await confirmed(element.confirm))) input.value = show(field.state?.[stateKey]) ?? "";
      else field.changed(input.value ? read(input.value) : null, { typing: true });
    });
    return input;
  };
}

// Typing

function textInput(type) {
  return (element, field) => {
    const multiline = element.multiline === true;
    const input = h(multiline ? "textarea" : "input", {
      ...common(element, field),
      ...(multiline ? { rows: 4 } : { type }),
      class: "text",
      placeholder: plainText(element.placeholder) || null,
      maxlength: element.max_length ?? (type === "text" ? 3000 : null),
      minlength: element.min_length ?? null,
      inputmode: type === "number" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
      step: type === "number" && element.is_decimal_allowed ? "any" : null,
      min: element.min_value ?? null,
      max: element.max_value ?? null,
      autofocus: element.focus_on_load === true,
      value: field.state?.value ?? "",
    });
    const told = () => input.value || null;
    input.addEventListener("input", () => field.changed(told(), { typing: true, text: true }));
    input.addEventListener("change", () => field.changed(told(), { text: true }));
    if (!element.max_length) return input;
    const left = h("span", { class: "left" });
    const count = () => (left.textContent = `${input.value.length} / ${element.max_length}`);
    input.addEventListener("input", count);
    count();
    return h("div", { class: "counted" }, input, left);
  };
}

function richTextInput(element, field) {
  const said = (field.state?.rich_text_value?.elements ?? []).flatMap((part) => part.elements ?? []).map((piece) => piece.text ?? "");
  return textInput("text")({ ...element, multiline: true }, { ...field, state: { value: said.join("") } });
}

function image(element) {
  return picture(element) ?? h("span", { class: "note" }, element.alt_text);
}

/** A picture kept by the local Slack; one from elsewhere is named, not loaded: the page fetches nothing from outside. */
export function picture(block) {
  const id = block.slack_file?.id ?? /files-pri\/[^/]*-(F\w+)\//.exec(block.slack_file?.url ?? block.image_url ?? "")?.[1];
  if (!id) return null;
  const address = local(`/_local/files/${encodeURIComponent(id)}`);
  return h("img", { src: inlined(address) ?? address, alt: block.alt_text ?? "", loading: "lazy" });
}

const DRAWERS = {
  button,
  overflow,
  image,
  static_select: staticSelect,
  users_select: usersSelect,
  channels_select: channelsSelect,
  conversations_select: conversationsSelect,
  radio_buttons: radioButtons,
  checkboxes,
  multi_static_select: many(items, (state) => state.selected_options?.map((option) => option.value)),
  multi_users_select: many(choosablePeople, (state) => state.selected_users),
  multi_channels_select: many(() => choosableChannels(["public"]), (state) => state.selected_channels),
  multi_conversations_select: many((element) => choosableChannels(kinds(element)), (state) => state.selected_conversations),
  external_select: external(false),
  multi_external_select: external(true),
  datepicker: picker("date", "selected_date"),
  timepicker: picker("time", "selected_time"),
  datetimepicker: picker("datetime-local", "selected_date_time", fromLocalInput, (unix) => unix && toLocalInput(unix)),
  plain_text_input: textInput("text"),
  number_input: textInput("number"),
  email_text_input: textInput("email"),
  url_text_input: textInput("url"),
  rich_text_input: richTextInput,
  file_input: fileInput,
  mrkdwn: (element) => mrkdwn(element.text),
  plain_text: (element) => textObject(element),
};
