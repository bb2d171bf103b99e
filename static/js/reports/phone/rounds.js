// The rounds a phone can report for: those it fetched, and those of the days ahead that have begun
// since by the disaster's clock, network or not. What they stand on is the last this phone knows.
import { contentOf } from "../../outbox/keep.js";
import { ordered } from "../../outbox/state.js";
import { KIND, lineOf } from "../offline.js";
import { facts, now } from "./facts.js";

const OURS = new Set(["waiting", "sending", "sent", "conflict"]);
const ahead = () => facts()?.form?.ahead ?? [];
const begun = (round) => Date.parse(round.as_of) <= now();

/** Return the rounds, the latest first. */
export function rounds() {
  const fetched = facts()?.form?.rounds ?? [];
  const since = ahead().filter(begun).reverse();
  return [...since.map((each) => opened(each, fetched[0])), ...fetched];
}

/** Return the round whose figures do not exist yet but come next; null when none is known. */
export const coming = () => ahead().find((each) => !begun(each)) ?? null;

function opened(round, last) {
  const { report, previous = {}, known = {} } = last ?? {};
  const told = Object.fromEntries(Object.entries(report?.values ?? {}).filter(([, value]) => value !== null));
  return {
    ...round, standing: "awaited", rival: false, returned: "", report: null, withdrawn: [], photos: null, villages: null,
    begun_here: true, previous: report?.values ?? previous, known: { ...known, ...told },
  };
}

/** Return a round that began without a network on what this phone itself saved last for its area. */
export async function onOwn(round, items) {
  if (!round.begun_here) return round;
  const { disaster, area } = facts();
  const mine = ordered(items).filter(({ kind, state, about, line }) => kind === KIND && OURS.has(state)
    && about.disaster === disaster.id && about.area === area.code && line !== lineOf({ disaster: disaster.id, area: area.code, round: round.code }));
  const content = mine.length ? await contentOf(mine.at(-1)) : null;
  if (!content) return round;
  const told = Object.fromEntries(Object.entries(content.values).filter(([, value]) => value !== null));
  return { ...round, previous: content.values, known: { ...round.known, ...told } };
}
