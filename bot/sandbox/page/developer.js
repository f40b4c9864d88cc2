// What is for developers (the app's calls, the inspector, faults): hidden until somebody switches it on in this browser.

import { h } from "./dom.js";
import { say } from "./words.js";

const KEY = "local-slack.developer";

const isOn = () => localStorage.getItem(KEY) === "yes";

/** Show or hide it, as it was left. */
export function drawDeveloper() {
  document.body.classList.toggle("developer", isOn());
}

export function developerSwitch() {
  const button = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(isOn()), "data-key": "developer" }, say("developer.switch"));
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, isOn() ? "no" : "yes");
    button.setAttribute("aria-checked", String(isOn()));
    drawDeveloper();
  });
  return h("div", { class: "developer-switch" }, button, h("p", { class: "note" }, say("developer.about")));
}
