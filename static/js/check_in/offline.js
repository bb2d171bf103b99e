// Registrations and check-outs at a shelter in the outbox. Who came lies here only as ciphertext; in the open stand
// the masked name, the number of people and the shelter. What is not taken is kept until somebody
// settles it: sent to another shelter, tried again, or put away.
import { contentOf, keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { uuid7 } from "../outbox/ids.js";
import { REPLACED } from "../outbox/state.js";
import { patch } from "../outbox/store.js";
import { clock, number, t } from "../shell/words.js";

export const KIND = "check_in";
export const OUT = "check_out";
export const HERE = "check_in_here";
export const PAGE = "/phone/check-in";

let form = null;
/** Return the words of needs and states, as the page brought them. */
export function words() {
  form ??= JSON.parse(document.getElementById("data-check_in").textContent);
  return form;
}

/** Whether this browser can lock what names persons (not over plain http). */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

export const mineOf = (items, owner) => items.filter((each) => each.kind === KIND && each.owner === owner);
export const outOf = (items, owner) => items.filter((each) => each.kind === OUT && each.owner === owner);
export const hereOf = (items, owner) => items.filter((each) => each.kind === HERE && each.owner === owner);
export const settleOf = (item) => `${PAGE}?settle=${item.id}`;

/** Put a registration into the outbox: {owner, about: {shelter, place, household, name, people, at}, body, replaces}. */
export function keepCheckIn({ owner, about, body, replaces = null }) {
  const line = `${KIND}:${about.household ?? uuid7()}`;
  const act = about.divided ? "divisions" : about.past ? "past-stays" : "arrivals";
  return keep({ kind: KIND, owner, url: (id) => `/api/v1/shelters/${about.shelter}/${act}/${id}`, line, about, body: () => body, replaces });
}

/** Put a check-out into the outbox: {owner, about: {shelter, place, arrival, name, people, to, at}, body, replaces}. */
export const keepCheckOut = ({ owner, about, body, replaces = null }) =>
  keep({ kind: OUT, owner, url: (id) => `/api/v1/shelters/${about.shelter}/departures/${id}`, line: `${OUT}:${about.arrival}`, about, body: () => body, replaces });

/** Put into the outbox that somebody announced is here: {owner, about: {shelter, place, arrival, household, name, people, at}, body, replaces}. */
export const keepHere = ({ owner, about, body, replaces = null }) =>
  keep({ kind: HERE, owner, url: (id) => `/api/v1/shelters/${about.shelter}/comings/${id}`, line: `${HERE}:${about.arrival}`, about, body: () => body, replaces });

const KEPT = { [KIND]: keepCheckIn, [OUT]: keepCheckOut, [HERE]: keepHere };

/** Send one that was not taken once more under a new id: to another shelter, or with more said. */
export async function again(item, changes, about = {}) {
  const content = await contentOf(item);
  if (!content) return null;
  return KEPT[item.kind]({ owner: item.owner, about: { ...item.about, ...about }, body: { ...content, ...changes }, replaces: item.id });
}

/** Register them without the numbers that hold places already: who they are is completed at the desk. */
export async function unnumbered(item) {
  const content = await contentOf(item);
  if (!content) return null;
  const members = (content.members ?? []).map(({ name }) => ({ name }));
  return again(item, { moved_from: null, id_number: "", ...(members.length ? { members } : {}) });
}

/** Divide a group as the county proposed: so many to each shelter, in one act under a new id. */
export async function divide(item) {
  const content = await contentOf(item);
  if (!content) return null;
  const parts = Object.fromEntries(divisionOf(item).map(({ id, people }) => [id, people]));
  const body = { disaster_id: content.disaster_id, arrived_at: content.arrived_at, parts };
  const people = Object.values(parts).reduce((sum, each) => sum + each, 0);
  return keepCheckIn({ owner: item.owner, about: { ...item.about, divided: true, group: false, people }, body, replaces: item.id });
}

/** Record that they were there and left, where the shelter was emptied before anybody heard of it. */
export async function stayed(item, { left_to, handed_to }) {
  const content = await contentOf(item);
  if (!content) return null;
  const { moved_from, sent_from, group_id, on_the_way, ...body } = content; // what only who stands at the door does
  return keepCheckIn({ owner: item.owner, about: { ...item.about, past: true }, body: { ...body, left_to, ...(handed_to ? { handed_to } : {}) }, replaces: item.id });
}

/** Settle one that is not to be sent any more. */
export const putAway = (item) => patch(item.id, { state: REPLACED, sealed: null });

/** Return where there is room, as the county said when it refused. */
export const elsewhere = ({ problem }) => problem?.alternatives ?? [];
export const divisionOf = ({ problem }) => problem?.division ?? [];
export const registeredAt = ({ problem }) => problem?.registered ?? null;

/** Return a shelter as it is offered: its name, how far, how many places. */
export function offer({ name, metres, free, doubts = [], short = [] }) {
  const far = metres === null ? null : metres < 1000 ? t("%(n)s m", { n: number(metres) }) : t("%(n)s km", { n: number(metres / 1000, 1) });
  const against = [...doubts.map((code) => t(words().doubts[code])), ...short.map((kind) => t("no place: %(kind)s", { kind: t(words().care[kind]) }))];
  return [name, far, t("%(n)s places free", { n: number(free) }), ...against].filter(Boolean).join(" · ");
}

register(KIND, {
  personal: true,
  title: ({ about }) => `${about.sent ? t("Sent on") : t("Check-in")} · ${about.name} · ${t("%(n)s people", { n: number(about.people) })}`,
  detail: ({ about }) => `${about.place} ${clock(about.at)}`,
  correct: settleOf,
});

register(OUT, {
  personal: true,
  title: ({ about }) => `${t("Check-out")} · ${about.name} · ${t("%(n)s people", { n: number(about.people) })}`,
  detail: ({ about }) => `${about.place} ${clock(about.at)}`,
  correct: settleOf,
});

register(HERE, {
  personal: true,
  title: ({ about }) => `${t("They are here")} · ${about.name} · ${t("%(n)s people", { n: number(about.people) })}`,
  detail: ({ about }) => `${about.place} ${clock(about.at)}`,
  correct: settleOf,
});
