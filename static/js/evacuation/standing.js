// Where a household stands as far as this phone knows: what the county said last, and on top of it
// the steps that wait here or arrived since. Pure.
import { SENDING, SENT, WAITING } from "../outbox/state.js";

/** Return what a step really reaches: told only if it was said back, else one more try. */
export const outcome = (state, readBack) => (state === "told" && !readBack ? "to_tell" : state);

/** Return {state, since, last}: `last` is the latest own step the county's word does not hold yet. */
export function standing(household, items, asked_at) {
  const open = ({ state, settled_at }) => [WAITING, SENDING].includes(state) || (state === SENT && settled_at > asked_at);
  const last = items.filter(open).sort((a, b) => a.order - b.order).at(-1) ?? null;
  return last ? { state: last.about.state, since: last.about.at, last } : { state: household.state, since: household.since, last: null };
}

/** Return the instant of a step taken now: after all this phone knows of the household. */
export const moment = (now, since) => new Date(Math.max(now, since ? Date.parse(since) + 1 : 0)).toISOString();
