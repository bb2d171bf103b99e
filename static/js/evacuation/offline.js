// Steps of an evacuation and findings at dwellings in the outbox: what was said at a door, each a step of its own and sent in
// its turn. What people said lies here only as ciphertext; in the open stand the masked name and the step.
import { keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { uuid7 } from "../outbox/ids.js";
import { REFUSED, REPLACED } from "../outbox/state.js";
import { patch } from "../outbox/store.js";
import { clock, t } from "../shell/words.js";

export const KIND = "evacuation_step";
export const PAGE = "/phone/doors";
export const FINDING = "dwelling_finding";
export const DWELLINGS = "/phone/dwellings";
const url = (id) => `/api/v1/evacuation/acts/${id}`;

let form = null;
/** Return the steps, what follows what, and their words, as the page brought them. */
export function steps() {
  form ??= JSON.parse(document.getElementById("data-evacuation").textContent);
  return form;
}

export const stateWords = (state) => t(steps().states[state] ?? state);
export const doorOf = (household) => `${PAGE}?household=${household}`;
/** Return the own steps of a household under any of these orders: a second order forgets none. */
export const ofHousehold = (items, { owner, orders, household }) =>
  items.filter((each) => each.kind === KIND && each.owner === owner && orders.includes(each.about.order) && each.about.household === household);

/** Whether this browser can lock what names persons (not over plain http). */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

/** Put a step into the outbox. Each has a line of its own: a later one follows, and replaces none. */
export const keepStep = ({ owner, about, body }) =>
  keep({ kind: KIND, owner, url, line: `${KIND}:${uuid7()}`, about, body: () => body });

export const foundWords = (found) => t(steps().dwellings[found] ?? found);
export const dwellingOf = (household) => `${DWELLINGS}?household=${household}`;
export const ofDwelling = (items, { owner, household = null }) =>
  items.filter((each) => each.kind === FINDING && each.owner === owner && (household === null || each.about.household === household));

/** Put what was found at a dwelling into the outbox. Each has a line of its own, as a step has. */
export const keepFinding = ({ owner, about, body }) =>
  keep({ kind: FINDING, owner, url: (id) => `/api/v1/evacuation/findings/${id}`, line: `${FINDING}:${uuid7()}`, about, body: () => body });

/** Settle a step that was not taken: where the household stands at the county is right. */
export const letStand = (item) => patch(item.id, { state: REPLACED, sealed: null });

/** Say where the household stood when somebody else had been faster; nothing for other refusals. */
export function stood({ problem }) {
  const { state, since } = problem?.stood ?? {};
  if (!state) return null;
  return since ? t("With the county it stood at that moment: %(state)s, since %(at)s.", { state: stateWords(state), at: clock(since) })
    : t("With the county it stood at that moment: %(state)s.", { state: stateWords(state) });
}

register(KIND, {
  personal: true,
  title: ({ about }) => `${about.name} · ${stateWords(about.state)}`,
  detail: ({ about }) => t("said at %(at)s", { at: clock(about.at) }),
  correct: ({ about, state }) => (state === REFUSED ? doorOf(about.household) : PAGE),
  standing: stood,
});

register(FINDING, {
  personal: true,
  title: ({ about }) => `${about.name} · ${foundWords(about.found)}`,
  detail: ({ about }) => t("seen at %(at)s", { at: clock(about.at) }),
  correct: ({ about, state }) => (state === REFUSED ? dwellingOf(about.household) : DWELLINGS),
});
