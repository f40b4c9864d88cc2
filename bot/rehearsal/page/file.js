// The transcript as a file: nothing around it.

import { FOLDER } from "./api.js";
import { addWords } from "/page/words.js";
import { ADDRESS, leads, Transcript } from "./transcript.js";

await addWords(FOLDER);
const transcript = new Transcript({ href: null });
const follow = () => transcript.open(leads(location.hash) ? location.hash : ADDRESS);
addEventListener("hashchange", follow);
follow();
