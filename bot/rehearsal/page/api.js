// What the demo and a rehearsal are asked: bot/rehearsal/page_extension.py.

import { get, post } from "/page/api.js";
import { inlined } from "/page/inlined.js";

export const FOLDER = "/page/extensions/rehearsal";
const PATH = "extensions/rehearsal";
export const FOLDER_OF_FILES = `/_local/${PATH}`;

export const getOffers = () => get(`${PATH}/`, {});
export const getSimulation = () => get(`${PATH}/simulation`, {});
export const setSimulation = (body) => post(`${PATH}/simulation`, body);
export const getGuide = (language) => get(`${PATH}/guide`, { language });

/** A file holds one language, and every entry. */
export const getTranscript = async (language) => inlined(`/_local/${PATH}/transcript`) ?? get(`${PATH}/transcript`, { language });

/** How each person behaves, for HR; not in a file. */
export const getBehaviours = async (language) => (inlined(`/_local/${PATH}/transcript`) ? null : get(`${PATH}/transcript/behaviours`, { language }));

export const speak = (me, language) => post(`${PATH}/language`, { as: me, language });

export async function getEntries(numbers, language) {
  const held = inlined(`/_local/${PATH}/transcript/entries`);
  if (held) return { entries: numbers.map((number) => held[number]) };
  return get(`${PATH}/transcript/entries`, { numbers: numbers.join(","), language });
}
