// What ids are called: people, channels, the app.

import { say } from "./words.js";

const people = new Map();
const channels = new Map();

export function setNames(state) {
  const app = state.workspace.app;
  people.clear();
  for (const person of state.people) people.set(person.id, person);
  people.set(app.bot_user, { id: app.bot_user, name: app.name, real_name: app.name, isApp: true });
  channels.clear();
  for (const channel of [...(state.channels ?? []), ...(state.joinable ?? [])]) channels.set(channel.id, channel);
}

export const person = (id) => people.get(id);
export const personName = (id) => people.get(id)?.real_name ?? id;
export const isPerson = (id) => people.has(id);
export const channel = (id) => channels.get(id);
export const channelName = (id) => channels.get(id)?.name ?? say("side.private");

/** The place in this page that a link into Slack leads to: a conversation, or the app's tabs. */
export function placeOf(url) {
  const deep = /^slack:\/\/(channel|app)\?(.*)$/.exec(url);
  const asked = new URLSearchParams(deep?.[2] ?? "");
  if (deep?.[1] === "app") return asked.get("tab") === "messages" ? { messages: true } : { home: true };
  const id = asked.get("id") ?? /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)/.exec(url)?.[1];
  return channels.has(id) ? { channel: id } : null;
}

/** People one can choose, by name. */
export function choosablePeople() {
  const found = [...people.values()].filter((one) => !one.deleted && !one.isApp);
  return found.sort((a, b) => a.real_name.localeCompare(b.real_name)).map((one) => ({ value: one.id, label: one.real_name, note: one.title }));
}

/** Conversations of some kinds one can choose ("public", "private", "mpim", "im"). */
export function choosableChannels(kinds) {
  return [...channels.values()]
    .filter((one) => kinds.includes(one.kind) && !one.archived)
    .map((one) => ({ value: one.id, label: one.label }));
}
