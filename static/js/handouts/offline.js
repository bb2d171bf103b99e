// Handouts in the outbox. To whom it was lies here only as ciphertext; in the open stand the masked name, the
// number of people and the place. The goods are gone when it is kept: it is sent as handed over offline.
import { contentOf, keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { REPLACED } from "../outbox/state.js";
import { patch } from "../outbox/store.js";
import { uuid7 } from "../outbox/ids.js";
import { clock, number, t } from "../shell/words.js";

export const KIND = "handout";
export const PAGE = "/phone/handouts";

/** Whether this browser can lock what names persons (not over plain http). */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

export const mineOf = (items, owner) => items.filter((each) => each.kind === KIND && each.owner === owner);
export const changeOf = (item) => `${PAGE}?change=${item.id}`;

/** Put a handout into the outbox: {owner, about: {place, name, people, at}, body, replaces}. */
export const keepHandout = ({ owner, about, body, replaces = null }) =>
  keep({ kind: KIND, owner, url: (id) => `/api/v1/handouts/${id}`, line: `${KIND}:${replaces ?? uuid7()}`, about, body: () => body, replaces });

/** Return what a handout says that was not taken, to be changed and sent under a new id. */
export const saidIn = (item) => contentOf(item);

/** Settle one that is not to be sent any more. */
export const putAway = (item) => patch(item.id, { state: REPLACED, sealed: null });

register(KIND, {
  personal: true,
  title: ({ about }) => `${t("Handout")} · ${about.name} · ${t("%(n)s people", { n: number(about.people) })}`,
  detail: ({ about }) => `${about.place} ${clock(about.at)}`,
  correct: changeOf,
});
