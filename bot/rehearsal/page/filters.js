// What of a rehearsal is shown: whose, of which kind, of which stage, and as what kind of calendar.

import { h, newId } from "/page/dom.js";

export function drawFilters(page) {
  const { index, asked } = page;
  const { words } = index;
  const people = index.people.map((one) => [one.id, one.name]);
  const kinds = index.groups.map((group) => h("optgroup", { label: group.name }, option(`group:${group.key}`, `${group.name} …`, asked.kind), Object.entries(group.kinds).map(([kind, name]) => option(kind, name, asked.kind))));
  const also = new Set(asked.also?.split(" ") ?? []);
  const others = Object.entries(index.whats).filter(([what]) => index.entries.some((entry) => !entry.kind && entry.what === what));
  const tick = (what) => {
    const wanted = others.map(([one]) => one).filter((one) => (one === what) !== also.has(one));
    page.ask({ also: wanted.join(" ") || null });
  };
  const filtered = asked.person || asked.kind || asked.stage || asked.also || asked.found || asked.day;
  return h(
    "form",
    { class: "filters", role: "search", "aria-label": words.filters, onsubmit: (event) => event.preventDefault() },
    choice(page, "person", words.person, [option("", words.everybody, asked.person ?? ""), people.map(([id, name]) => option(id, name, asked.person))]),
    choice(page, "kind", words.kind, [option("", words.every_kind, asked.kind ?? ""), kinds]),
    choice(page, "stage", words.stage, [option("", words.every_stage, asked.stage ?? ""), Object.entries(index.stages).map(([stage, name]) => option(stage, name, asked.stage))]),
    choice(page, "view", words.view, [option("", words.month, asked.view ?? ""), option("agenda", words.agenda, asked.view)]),
    Object.keys(index.languages).length > 1 && choice(page, "lang", words.language, Object.entries(index.languages).map(([code, name]) => option(code, name, index.language))),
    h(
      "fieldset",
      { class: "also" },
      h("legend", {}, words.what),
      others.map(([what, name]) => h("label", {}, h("input", { type: "checkbox", "data-key": `also ${what}`, checked: also.has(what), onchange: () => tick(what) }), ` ${what === "message" ? words.answers : name}`)),
    ),
    page.href && asked.person && h("a", { href: page.href({}, asked.person), class: "button" }, words.see_as.replace("{name}", index.people.find((one) => one.id === asked.person)?.name ?? "")),
    filtered && h("button", { type: "button", class: "button", "data-key": "clear", onclick: () => page.ask({ person: null, kind: null, stage: null, also: null, found: null, day: null }) }, words.clear),
  );
}

function choice(page, key, label, options) {
  const id = newId("filter");
  const select = h("select", { id, class: "select", "data-key": `filter ${key}`, onchange: () => page.ask({ [key]: select.value || null, found: null }) }, options);
  return h("div", { class: "filter" }, h("label", { for: id }, label), select);
}

const option = (value, text, chosen) => h("option", { value, selected: value === chosen }, text);
