// The local Slack's JSON for people: docs/local-slack.md.

import { inlined } from "./inlined.js";
import { heard, say } from "./words.js";
import { local } from "./workspaces.js";

const AGAIN_MS = 2000;

async function ask(path, options) {
  const held = inlined(path);
  if (held !== undefined) return held;
  let response;
  try {
    response = await fetch(local(path), options);
  } catch {
    throw new Error(say("page.no_answer"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.text || `${response.status} ${response.statusText}`);
  return body;
}

export const get = (path, query) => ask(`/_local/${path}?${new URLSearchParams(query)}`);
export const post = (path, body) =>
  ask(`/_local/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const getState = (me, people = true) => get("state", { ...(me && { as: me }), ...(!people && { people: "0" }) });
export const getChannel = (me, id, { limit, thread, peek }) => get("channel", { as: me, id, limit, ...(thread && { thread }), ...(peek && { peek: "1" }) });
export const getMembers = (me, id, after) => get("members", { as: me, id, after });
export const inspect = (me, channel, ts) => get("inspect", { as: me, channel, ts });
export const getFaults = () => get("faults", {});
export const setFaults = (body) => post("faults", body);
export const getBadDay = () => get("bad_day", {});
export const setBadDay = (on) => post("bad_day", { on });
export const getCalls = (limit) => get("calls", { limit });
export const getClock = () => get("clock", {});
export const moveClock = (body) => post("clock", body);

/** Do something as a person. Never throws: a refusal is an outcome whose `ok` is false. */
export async function act(me, what, body = {}) {
  try {
    const outcome = await post("act", { as: me, do: what, ...body });
    const errors = Object.entries(outcome.errors ?? {}).map(([field, text]) => [field, heard(text)]);
    return { ...outcome, text: heard(outcome.text), errors: Object.fromEntries(errors) };
  } catch (error) {
    return { ok: false, text: heard(error.message), errors: {} };
  }
}

/** Hear of every change that concerns a person; `state` is told whether the line is up.
 *
 * By a WebSocket: a browser keeps six other connections to a server, so the sixth window would wait for ever. */
export function listen(me, changed, state) {
  const address = `${location.origin.replace(/^http/, "ws")}${local(`/_local/events?${new URLSearchParams({ as: me })}`)}`;
  let socket;
  let again;
  const connect = () => {
    socket = new WebSocket(address);
    socket.onopen = () => state(true);
    socket.onmessage = (event) => changed(JSON.parse(event.data));
    socket.onclose = () => {
      state(false);
      again = setTimeout(connect, AGAIN_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(again);
    socket.onclose = null;
    socket.close();
  };
}
