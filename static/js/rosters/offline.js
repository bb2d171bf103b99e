// Rows of rosters in the outbox. Whom they name lies on the phone only as ciphertext; in the open
// stand the roster, the village and the family name. What the county has is read there, not here.
import { openSealed, putSealed, written } from "../outbox/drafts.js";
import { contentOf, keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { REFUSED } from "../outbox/state.js";
import { patch, read } from "../outbox/store.js";
import { clock, number, t } from "../shell/words.js";
import { bodyOf, entriesOf } from "./rows.js";

export const KIND = "roster_row";
export const PAGE = "/phone/list";
const url = (id) => `/api/v1/roster-rows/${id}`;

let form = null;
/** Return the rosters with their columns, as the page brought them. */
export function rosters() {
  form ??= JSON.parse(document.getElementById("data-rosters").textContent);
  return form;
}

export const lineOf = (row) => `${KIND}:${row}`;
export const pageOf = (roster, line) => `${PAGE}?roster=${roster}&row=${line.slice(KIND.length + 1)}`;
const titleOf = ({ about }) => [t(rosters()[about.roster].title), about.masked, about.place].filter(Boolean).join(" · ");

const WHY = { code: "why", kind: "text", title: "Why it is corrected", needed: true, longest: 400 };
/** Return the columns of a row; one that `corrects` what was received also says why. */
export const fieldsOf = ({ roster, corrects }) => [...rosters()[roster].fields, ...(corrects ? [WHY] : [])];

/** Whether this browser can lock what names persons (not over plain http). */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

/** Put a row into the outbox; its draft goes in the same step. */
export async function keepRow({ about, owner, line, replaces, base, area, entries, named }) {
  await written();
  const fields = fieldsOf(about);
  const said = { disaster: about.disaster, roster: about.roster, area, fields, entries, named, why: t("Changed on the phone before it was received") };
  const known = { ...about, said: about.corrects ? Object.keys(bodyOf(said, base)) : null };
  return keep({ kind: KIND, owner, url, line, base, about: known, replaces, draft: line, body: (from) => bodyOf(said, from) });
}

/** Keep the draft of a row; resolves when it is on the disk. */
export const keepDraft = ({ line, about, owner, replaces = null }, content) =>
  putSealed(line, { kind: KIND, line, about, owner, replaces, saved_at: Date.now() }, content);

/** Make a draft of a row that waits or was not taken; return the page it is on. */
async function correct(item) {
  const there = pageOf(item.about.roster, item.line);
  const begun = await read("drafts", item.line);
  if (begun && begun.replaces === item.id && await openSealed(begun)) return there;
  const content = await contentOf(item);
  if (!content) return PAGE;
  const lost = item.state === REFUSED && item.problem?.code === "earlier_refused";
  const { entries, named } = entriesOf(fieldsOf(item.about), content);
  await keepDraft({ ...item, replaces: item.id }, { entries, named, area: content.area_code, base: lost ? item.about.corrects ?? null : content.base });
  return there;
}

/** Send what was chosen line by line: only that, on their version; what is theirs stays as it is. */
async function resolve(item, choices) {
  const content = await contentOf(item);
  if (!content) return patch(item.id, { state: REFUSED, problem: { code: "wiped" } });
  const { disaster_id, area_code, roster } = content;
  const mine = item.conflict.rows.map(({ field }) => field).filter((field) => choices[field] === "mine");
  const said = Object.fromEntries(mine.map((field) => [field, content[field]]));
  return keep({
    kind: KIND, owner: item.owner, url, line: item.line, about: item.about, base: item.conflict.current.id, replaces: item.id,
    body: (base) => ({ disaster_id, area_code, roster, base, why: t("Chosen line by line between two versions"), ...said }),
  });
}

/** Return every column by its code; the rosters name alike what they share. */
const columns = () => Object.fromEntries(Object.values(rosters()).flatMap(({ fields }) => fields.map((field) => [field.code, field])));

function value(code, said) {
  const { kind, choices } = columns()[code] ?? {};
  if (said === null || said === "") return "—";
  if (choices) return t(choices[said] ?? String(said));
  if (kind === "instant") return clock(said, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).replace(/^(\d+)\/(\d+), /, "$2-$1 ");
  return typeof said === "number" ? number(said) : String(said);
}

register(KIND, {
  personal: true,
  title: titleOf,
  label: (code) => ({ name: columns()[code] ? t(columns()[code].title) : code, unit: "" }),
  page: ({ about, line }) => pageOf(about.roster, line),
  // What was not typed again is not on this phone: there is no version of one's own to choose.
  mayChoose: ({ about }, field) => !about.said || about.said.includes(field),
  value, correct, resolve,
});
