// "Are you sure?", as an app asks it before a click counts.

import { h, newId } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";
import { say } from "./words.js";

/** Ask; answers whether the person agreed. */
export function confirmed(confirm) {
  const title = newId("confirm");
  const body = newId("confirm");
  const yes = h("button", { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}` }, plainText(confirm.confirm) || say("form.yes"));
  const no = h("button", { type: "button", class: "button" }, plainText(confirm.deny) || say("form.cancel"));
  const dialog = h(
    "dialog",
    { class: "modal small", "aria-labelledby": title, "aria-describedby": body, role: "alertdialog" },
    h("header", {}, h("h2", { id: title }, plainText(confirm.title))),
    h("div", { class: "modal-body", id: body }, textObject(confirm.text)),
    h("footer", {}, no, yes),
  );
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((answer) => {
    yes.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}
