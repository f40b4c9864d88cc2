// The app's Home tab.

import { calm, h, replaceKeepingFocus } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { say } from "./words.js";

export class HomeTab {
  constructor(box, { act, refresh }) {
    this.box = box;
    this.act = act;
    this.refresh = refresh;
    this.values = {};
    this.fill = calm(() => this.act("fill", { on: "home", values: this.values }), 300);
  }

  show(view, { waiting, fault }) {
    const signature = JSON.stringify([view?.hash, view?.id, waiting && !view, fault]);
    if (signature === this.signature) return;
    this.signature = signature;
    this.values = {};
    const empty = waiting ? say("place.home_waiting") : say("place.home_empty");
    const content = view ? drawBlocks(view.blocks, this.surface(view)) : [h("p", { class: "note" }, empty)];
    replaceKeepingFocus(this.box, fault ? h("p", { class: "fault", role: "alert" }, fault) : "", ...content);
  }

  surface(view) {
    return {
      headings: "h2",
      state: (block, element) => view.state?.values?.[block.block_id]?.[element.action_id],
      error: () => undefined,
      pressed: (block, element, value) => this.click(block, element, value),
      suggested: (block, element, typed) => this.act("suggest", { on: "home", action_id: element.action_id, block_id: block.block_id, typed }),
      changed: (block, element, value, how) => this.changed(block, element, value, how),
    };
  }

  changed(block, element, value, how) {
    if (block.type === "input" && !block.dispatch_action) {
      this.values[`${block.block_id}.${element.action_id}`] = value;
      this.fill();
    } else if (!(how.text && how.typing)) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.click(block, element, value), how.typing ? 700 : 0);
    }
  }

  async click(block, element, value) {
    await this.fill.flush();
    const body = { on: "home", action_id: element.action_id, block_id: block.block_id };
    const outcome = await this.act("click", value === undefined ? body : { ...body, value });
    await this.refresh(outcome.ok ? null : outcome.text);
    return outcome;
  }
}
