// Choosing who to be, and what one can change about oneself.

import { developerSwitch } from "./developer.js";
import { avatar, byId, h } from "./dom.js";
import { say } from "./words.js";

const ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Singapore", "Asia/Tokyo", "Europe/Amsterdam", "America/New_York"];

/** What the list says of somebody below their name: in words, whether they are a guest or of another company. */
function about(one) {
  if (one.deleted) return say("who.deactivated");
  const kind = one.is_stranger ? say("who.stranger") : one.is_guest ? say("who.guest") : null;
  return [kind, one.title || one.email].filter(Boolean).join(" · ");
}

/** The first page: everybody, with a search. `href(id)` is the address at which one is that person. */
export function drawChooser(state, href, current = null) {
  const search = h("input", { type: "search", class: "text", id: "people-search", placeholder: say("who.search"), "aria-label": say("who.search_label") });
  const list = h(
    "ul",
    { class: "people" },
    state.people.map((one) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: href(one.id), "aria-current": one.id === current ? "true" : null },
          avatar(one.id, one.real_name),
          h("span", {}, h("strong", {}, one.real_name), h("span", { class: "note" }, about(one))),
        ),
      ),
    ),
  );
  const nobody = h("p", { class: "note", role: "status", hidden: true }, say("who.nobody"));
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of list.children) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    nobody.hidden = [...list.children].some((row) => !row.hidden);
  });
  return h("div", { class: "chooser" }, search, list, nobody);
}

/** The dialog behind one's own name. `act(what, body)` does it; `here` says what is open. */
export function openProfile(state, { href, act, leave }) {
  const me = state.me;
  const zones = ZONES.includes(me.tz) ? ZONES : [me.tz, ...ZONES];
  const zone = h(
    "select",
    { class: "select", id: "my-zone", onchange: () => act("timezone", { tz: zone.value }) },
    zones.map((one) => h("option", { value: one, selected: one === me.tz }, one)),
  );
  const active = h(
    "button",
    { type: "button", class: me.deleted ? "button" : "button danger", onclick: () => dialog.close(me.deleted ? "reactivate" : "deactivate") },
    say(me.deleted ? "who.reactivate" : "who.deactivate"),
  );
  const close = h("button", { type: "button", class: "icon", "aria-label": say("page.close"), onclick: () => dialog.close() }, "✕");
  const chooser = drawChooser(state, href, me.id);
  const dialog = h(
    "dialog",
    { class: "modal wide", "aria-labelledby": "profile-title" },
    h("header", {}, h("h2", { id: "profile-title" }, say("who.you_are", { name: me.real_name })), close),
    h(
      "div",
      { class: "modal-body" },
      h("div", { class: "own" }, h("label", { for: "my-zone" }, say("who.zone")), zone, active, leave && h("button", { type: "button", class: "button", onclick: () => dialog.close("leave") }, say("who.leave", { channel: leave.label }))),
      h("h3", { class: "header" }, say("who.another")),
      h("p", { class: "note" }, say("who.other_note")),
      chooser,
      developerSwitch(),
    ),
  );
  chooser.addEventListener("click", (event) => event.target.closest("a") && !event.ctrlKey && !event.metaKey && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    byId("who").focus();
    if (dialog.returnValue === "leave") act("leave", { channel: leave.id });
    else if (dialog.returnValue) act(dialog.returnValue, {});
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
