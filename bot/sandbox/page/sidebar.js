// The list at the side: channels, direct messages, the app.

import { avatar, byId, h, icon, replaceKeepingFocus } from "./dom.js";
import { personName } from "./names.js";
import { say } from "./words.js";

/** `here` is what is open: {channel} or {home: true}. `href(place)` is the address of a place. */
export function drawSidebar(state, here, href) {
  const app = state.workspace.app;
  const byRecent = (a, b) => Number(b.last_ts) - Number(a.last_ts) || a.label.localeCompare(b.label);
  const byName = (a, b) => a.label.localeCompare(b.label);
  const channels = state.channels.filter((one) => ["public", "private"].includes(one.kind)).sort(byName);
  const groups = state.channels.filter((one) => one.kind === "mpim").sort(byRecent);
  const dm = state.channels.find((one) => one.kind === "im");
  const others = [...state.joinable].sort(byName);

  const line = (place, icon, label, { unread = 0, current = false, quiet = false } = {}) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: href(place), class: [unread && "unread", quiet && "quiet"].filter(Boolean).join(" ") || null, "aria-current": current ? "page" : null, "data-key": JSON.stringify(place) },
        icon,
        h("span", { class: "label" }, label),
        unread > 0 && h("span", { class: "count" }, String(unread), h("span", { class: "visually-hidden" }, ` ${say("page.unread")}`)),
      ),
    );
  const sign = (text) => h("span", { class: "sign", "aria-hidden": "true" }, text);
  const section = (title, rows) => rows.length > 0 && h("section", {}, h("h2", {}, title), h("ul", {}, rows));
  const room = (one, more = {}) =>
    line({ channel: one.id }, sign(one.kind === "private" ? icon("lock") : "#"), one.name, { unread: one.unread, current: here.channel === one.id, ...more });
  const group = (one) => {
    const people = one.members.filter((id) => id !== state.me.id && id !== app.bot_user);
    const names = people.map(personName).join(", ");
    return line({ channel: one.id }, sign(String(people.length)), names, { unread: one.unread, current: here.channel === one.id });
  };
  const atApp = here.home || (dm && here.channel === dm.id);
  const appPlace = dm?.unread ? { channel: dm.id } : app.home_tab ? { home: true } : dm ? { channel: dm.id } : { messages: true };

  replaceKeepingFocus(
    byId("places"),
    section(say("side.channels"), channels.map((one) => room(one))) || "",
    section(say("side.groups"), groups.map(group)) || "",
    section(say("side.apps"), [line(appPlace, avatar(app.bot_user, app.name, true), app.name, { unread: dm?.unread ?? 0, current: atApp })]) || "",
    section(say("side.others"), others.map((one) => room(one, { quiet: true }))) || "",
  );
}

/** How many unread messages there are in all, for the title and the menu button. */
export const allUnread = (state) => state.channels.reduce((sum, one) => sum + one.unread, 0);
