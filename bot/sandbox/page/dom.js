// Making elements. Text always becomes text nodes: nothing a person or an app wrote is ever read as HTML.

import { say } from "./words.js";

/** h("button", {class: "x", onclick: f}, "text", node, null): an element with its properties and children. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "selected") node[key] = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;
/** An id that no other element has, for labels and descriptions. */
export const newId = (prefix = "n") => `${prefix}-${++lastId}`;

/** Text that only a screen reader reads. */
export const hidden = (text) => h("span", { class: "visually-hidden" }, text);

/** Replace what is in `parent`; the element with the same data-key has the focus again afterwards. */
export function replaceKeepingFocus(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...children);
  focusKey(parent, key);
}

export function focusKey(parent, key) {
  if (key === undefined) return;
  parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Say something to a screen reader. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** A short note in the corner; faults stay until they are dismissed. */
export function toast(text, { fault = true } = {}) {
  const note = h("div", { class: fault ? "toast fault" : "toast", role: fault ? "alert" : "status" }, h("span", {}, text));
  note.append(h("button", { class: "icon", "aria-label": say("page.dismiss"), onclick: () => note.remove() }, "✕"));
  byId("toasts").append(note);
  if (!fault) setTimeout(() => note.remove(), 4000);
}

/** Call `work` once things have been calm for `ms`. `.flush()` calls it now if a call is waiting. */
export function calm(work, ms) {
  let timer = null;
  const run = () => {
    clearTimeout(timer);
    timer = null;
    return work();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  later.flush = () => (timer === null ? undefined : run());
  return later;
}

/** Call `work` at once, but not again before `ms` have gone by: then once more if it was wanted meanwhile. */
export function seldom(work, ms) {
  let resting = false;
  let wanted = false;
  const go = () => {
    wanted = resting;
    if (resting) return;
    resting = true;
    work();
    setTimeout(() => {
      resting = false;
      if (wanted) go();
    }, ms);
  };
  return go;
}

const SHAPES = {
  lock: "M5 8V6a3 3 0 0 1 6 0v2m-7 0h8v6H4z",
  eye: "M1 8s3-5 7-5 7 5 7 5-3 5-7 5-7-5-7-5zm7-2a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  file: "M4 1h5l4 4v10H4zm5 0v4h4",
};

/** A small drawing beside words that say the same. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "drawing");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A letter tile in place of a photo. */
export function avatar(id, name, isApp = false) {
  const letters = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const colour = [...id].reduce((sum, letter) => sum + letter.codePointAt(0) * 7, 0) % 8;
  return h("span", { class: isApp ? "avatar app" : `avatar colour-${colour}`, "aria-hidden": "true" }, isApp ? name[0] : letters);
}
