// What one should look at in a rehearsal, with what to do about it.

import { h } from "/page/dom.js";

export function drawFindings(page) {
  const { findings, words } = page.index;
  const numbered = findings.map((one, number) => ({ ...one, number }));
  const toDo = numbered.filter((one) => !one.note);
  const notes = numbered.filter((one) => one.note);
  return h(
    "section",
    { class: "findings", "aria-label": words.look_at },
    h("h2", {}, toDo.length ? `${words.look_at} (${toDo.length})` : words.look_at),
    toDo.length ? h("ul", {}, toDo.map((one) => drawFinding(page, one))) : h("p", {}, words.nothing_found),
    notes.length > 0 && h("details", { open: notes.some((one) => String(one.number) === page.asked.found) }, h("summary", {}, `${words.notes} (${notes.length})`), h("ul", {}, notes.map((one) => drawFinding(page, one)))),
  );
}

function drawFinding(page, one) {
  const { words } = page.index;
  const chosen = page.asked.found === String(one.number);
  const show = () => page.ask({ found: chosen ? null : String(one.number), day: null, person: null, kind: null, stage: null });
  return h(
    "li",
    { class: one.note ? "finding" : "finding warning" },
    h(
      "details",
      { open: chosen },
      h("summary", { "data-key": `about ${one.number}` }, h("strong", {}, one.title), ` · ${one.what}`),
      h(
        "div",
        { class: "do" },
        h("p", {}, h("b", {}, `${words.what_to_do}: `), one.do),
        one.entries.length > 0 && h("button", { type: "button", class: "button", "data-key": `finding ${one.number}`, "aria-pressed": chosen ? "true" : "false", onclick: show }, words.show_them.replace("{count}", one.entries.length)),
      ),
    ),
  );
}
