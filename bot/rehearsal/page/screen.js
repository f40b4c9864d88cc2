// The transcript as a screen of the local Slack: where the list of people would be, with a way back from each of them.

import { byId, h } from "/page/dom.js";
import { ADDRESS, leads, Transcript } from "./transcript.js";

export class TranscriptScreen {
  constructor({ href, drawBanner }) {
    this.start = ADDRESS;
    this.drawBanner = drawBanner;
    this.transcript = new Transcript({ href });
    this.link = h("button", { type: "button", hidden: true, onclick: () => (location.hash = this.last ?? ADDRESS) });
    byId("who").before(this.link);
  }

  leads(hash) {
    return leads(hash);
  }

  open(hash) {
    this.last = hash;
    return this.transcript.open(hash);
  }

  async joined() {
    if (this.banner) return;
    await this.transcript.load();
    const { words } = this.transcript.index;
    this.banner = words.played;
    this.link.textContent = words.calendar;
    this.link.hidden = false;
    this.drawBanner();
  }
}
