// Reports and their photos in the outbox: what they are called, how two versions are compared, and how one that was
// not taken becomes a draft again. Figures of an area carry nobody's name: they lie there as they are.
import { contentOf, keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { put, read } from "../outbox/store.js";
import { moment, number, t } from "../shell/words.js";
import { carriedOver, differences, entryOf } from "./phone/figures.js";
import { facts, isLater } from "./phone/facts.js";
import { drawn } from "./said.js";
import { encode, isCurrent, minuteOf, slotOf } from "./spoken.js";

export const KIND = "report";
const PAGE = "/phone/report";
const url = (id) => `/api/v1/reports/${id}`;
export const lineOf = ({ disaster, area, round }) => `${KIND}:${disaster}:${area}:${round}`;

/** Return a round as people say it. */
export function roundTitle({ kind, number: count, code }) {
  if (kind === "initial") return t("Initial report");
  if (kind === "final") return t("Final verified report");
  const at = code.match(/(\d\d)-?(\d\d)T(\d\d):?(\d\d)/);
  return count ? t("Follow-up %(n)s", { n: count }) : t("Report %(code)s", { code: at ? `${at[1]}-${at[2]} ${at[3]}:${at[4]}` : code });
}

const language = () => (document.documentElement.lang === "en" ? "en" : "zh");
const fields = () => facts()?.form?.fields ?? [];

/** Return an indicator's name and unit in the page's language; a strange one keeps its code. */
export function named(code) {
  const field = fields().find((each) => each.code === code);
  return { name: field?.name[language()] ?? code, unit: field?.unit[language()] ?? "", help: field?.help?.[language()] ?? "" };
}

/** Put a report into the outbox; its draft goes in the same step. */
export function keepReport({ about, owner, base, body, replaces, draft }) {
  return keep({ kind: KIND, owner, url, line: lineOf(about), base, about, body, replaces, draft });
}

async function compare(item) {
  const answer = await fetch(url(item.conflict.current.id), { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) return null;
  const { values } = await answer.json();
  return differences((await contentOf(item)).values, values);
}

/** Send what was chosen line by line: a revision of theirs, under an id of its own. */
async function resolve(item, choices) {
  const content = await contentOf(item);
  const values = { ...content.values };
  for (const row of item.conflict.rows) if (choices[row.field] === "theirs") values[row.field] = row.theirs;
  return keepReport({
    about: item.about, owner: item.owner, base: item.conflict.current.id, replaces: item.id,
    body: (base) => ({ ...content, values, base }),
  });
}

/** Make a draft of what was not taken, with all that was typed; return the page it is on. */
async function correct(item) {
  const content = await contentOf(item);
  const entries = Object.fromEntries(Object.entries(content.values).map(([code, value]) => [code, entryOf(value)]));
  const key = lineOf(item.about);
  const before = await read("drafts", key);
  const gone = item.problem?.code === "stale_base"; // what it corrected was withdrawn: a report of its own
  const mine = before?.replaces === item.id ? before : null;
  const besides = mine ? mine.besides : before; // another draft is of another report: it comes back when this one goes
  const draft = { entries, reasons: content.reasons, base: gone ? null : content.base };
  await put("drafts", key, { ...draft, ...mine, besides, owner: item.owner, about: item.about, replaces: item.id, saved_at: Date.now() });
  return `${PAGE}?round=${encodeURIComponent(item.about.round)}`;
}

/** Return that a report of this phone was withdrawn meanwhile: when, and why. */
function since(item) {
  const gone = withdrawnOf(facts()?.form?.rounds).get(item.id);
  return gone && t("Withdrawn %(at)s: %(reason)s", { at: moment(gone.at), reason: gone.reason });
}

/** Return by id the reports of these rounds that were withdrawn. */
export const withdrawnOf = (rounds = []) =>
  new Map(rounds.flatMap(({ withdrawn = [] }) => withdrawn).map((each) => [each.id, each]));

const localMinute = (at) =>
  new Date(new Date(at).getTime() + 8 * 3600_000).toISOString().slice(0, 16);

/** Return a report as digits for radio, telephone or one text message; null where its area or round
 * has no number. The county's copy and this one become one report, whichever comes first. */
async function withoutNetwork(item) {
  const numbers = facts()?.form?.numbers;
  if (!numbers?.area || !isCurrent(numbers.figures) || facts().area?.code !== item.about.area) return null;
  const { round, as_of, values } = await contentOf(item);
  const at = localMinute(as_of);
  const number = numbers.rounds[round] ?? (round === slotOf(at) ? 0 : undefined);
  if (number === undefined) return null;
  const core = { disaster: numbers.disaster, area: numbers.area, round: number, minute: minuteOf(at), values };
  return drawn(encode(core, numbers.figures));
}

/** Return what a draft begins with: what I saved last, else what stands, else the last figures. */
export async function begin(asked, saved) {
  const list = fields();
  const gone = new Set((asked.withdrawn ?? []).map(({ id }) => id));
  const later = saved.filter((each) => !gone.has(each.id)).filter((each) => !each.receipt || isLater(each)).at(-1);
  const content = later && await contentOf(later);
  if (content) return { entries: carriedOver(list, content.values), reasons: content.reasons, base: later.id };
  const { report, previous } = asked;
  return { entries: carriedOver(list, report?.values ?? previous), reasons: {}, base: report?.id ?? null };
}

const PHOTO = "photo";
const photoUrl = (id) => `/api/v1/report-photos/${id}`;
const roundOf = ({ disaster, area, round }) => `${PHOTO}:${disaster}:${area}:${round}:`;

/** Return the photos of a round that lie on this phone or went from it. */
export const photosOf = (items, about, owner) =>
  items.filter((each) => each.kind === PHOTO && each.owner === owner && each.line.startsWith(roundOf(about)));

/** Put a photo into the outbox, to hang on the round: `file` as the outbox takes it, and the hash of
 * the picture it was made from, by which the same one is known again. */
export function keepPhoto({ about, owner, file, original, caption }) {
  const { disaster, area, round } = about;
  return keep({
    kind: PHOTO, owner, url: photoUrl, line: roundOf(about) + original, file,
    about: { ...about, original, kb: Math.ceil(file.bytes.length / 1024) },
    body: (_base, fileId) => ({ disaster_id: disaster, area_code: area, round, file_id: fileId, caption }),
  });
}

register(PHOTO, {
  personal: false,
  title: ({ about }) => `${t("Photo")} · ${roundTitle(about.asked)} · ${about.place}`,
  detail: ({ about }) => t("%(n)s kB", { n: number(about.kb) }),
});

register(KIND, {
  personal: false,
  title: ({ about }) => `${roundTitle(about.asked)} · ${about.place}`,
  detail: ({ about }) => t("%(n)s figures", { n: number(about.count) }),
  label: named,
  compare, resolve, correct, since, withoutNetwork,
});
