// Which of several workspaces is shown: the address says it, ?workspace=T1002#U20001.

import { byId, h } from "./dom.js";
import { say } from "./words.js";

const shown = new URLSearchParams(location.search).get("workspace");

/** What this browser remembers of this workspace. */
export const keyOf = (name) => (shown ? `${name}.${shown}` : name);

/** The address of a request to the workspace that is shown. */
export function local(path) {
  if (!shown) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ workspace: shown })}`;
}

/** At the top: the other workspaces, if there are any. */
export function drawWorkspaces(state) {
  const select = byId("workspace");
  const others = state.workspaces ?? [];
  select.hidden = others.length < 2;
  byId("workspace-name").hidden = !select.hidden;
  const key = JSON.stringify(others);
  if (select.hidden || select.dataset.drawn === key) return;
  select.dataset.drawn = key;
  const name = (one) => (one.installed ? one.name : say("page.not_installed", { workspace: one.name }));
  select.replaceChildren(...others.map((one) => h("option", { value: one.id, selected: one.id === state.workspace.team_id }, name(one))));
  select.onchange = () => location.assign(`/?${new URLSearchParams({ workspace: select.value })}`);
}
