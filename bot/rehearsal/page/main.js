// What the demo and a rehearsal add to the page: the guide, the simulated users, the transcript.

import { FOLDER, getOffers } from "./api.js";
import { h } from "/page/dom.js";
import { addWords } from "/page/words.js";
import { Guide } from "./guide.js";
import { TranscriptScreen } from "./screen.js";

/** Called once by the page (`begin` in app.js). */
export async function extend(app) {
  const [offers] = await Promise.all([getOffers(), addWords(FOLDER)]);
  for (const name of ["guide", "transcript"]) document.head.append(h("link", { rel: "stylesheet", href: `${FOLDER}/${name}.css` }));
  const href = (place, me) => app.href(place, me);
  if (offers.transcript) return new TranscriptScreen({ href, drawBanner: () => app.drawBanner() });
  return new Guide(offers, { href, move: (body) => app.clock.move(body) });
}
