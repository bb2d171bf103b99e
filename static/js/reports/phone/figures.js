// Figures between the thumb and the report: what a key does to a field, what a field says, and
// the report that is made of them. Pure. An entry is {text, other, unknown, carried}; `other` is
// whether its text is in the other unit.

const OTHER = { ha: { name: "mu", by: 15, scale: 2 }, "10,000 yuan": { name: "yuan", by: 10_000, scale: 0 } };
const DIGITS = 13;
export const EMPTY = { text: "", other: false, unknown: false, carried: false };

/** Return the other unit an indicator may be told in: {name, by, scale}; undefined where it has none. */
export const otherOf = (field) => OTHER[field.unit.en];
const places = (field, entry) => (entry.other ? otherOf(field).scale : field.scale);
const round = (number, scale) => Math.round(number * 10 ** scale) / 10 ** scale;

/** Return an entry after one key: a digit, "00", "." or "delete". */
export function press(field, entry, key) {
  const begun = entry.carried || entry.unknown ? "" : entry.text;
  const fresh = { ...EMPTY, other: entry.other };
  if (key === "delete") return { ...fresh, text: entry.unknown ? "" : entry.text.slice(0, -1) };
  const text = key === "." ? `${begun || "0"}.` : (begun + key).replace(/^0+(?=\d)/, "");
  return fits(text, places(field, entry)) ? { ...fresh, text } : { ...fresh, text: begun };
}

function fits(text, decimals) {
  const pattern = decimals ? `^\\d*(\\.\\d{0,${decimals}})?$` : "^\\d*$";
  return text.length <= DIGITS && new RegExp(pattern).test(text);
}

/** Return an entry for what was typed on a keyboard or pasted; null where it is no figure. */
export function typed(field, entry, given) {
  const text = given.normalize("NFKC").replaceAll(",", "").trim();
  if (["-", "—", "不详", "尚未掌握"].includes(text)) return { ...EMPTY, other: entry.other, unknown: true };
  return fits(text, places(field, entry)) ? { ...EMPTY, other: entry.other, text } : null;
}

/** Return the figure in the indicator's own unit: a number, null where it is not yet known,
 * undefined where nothing is said. What is told in the other unit is rounded as the form counts. */
export function valueOf(field, entry) {
  if (entry?.unknown) return null;
  const text = entry?.text.replace(/\.$/, "") ?? "";
  if (text === "") return undefined;
  return entry.other ? round(Number(text) / otherOf(field).by, field.scale) : Number(text);
}

/** Return an entry that shows a figure; `carried` for one that only stands there from last time. */
export function entryOf(value, { carried = false } = {}) {
  if (value === undefined) return EMPTY;
  return value === null ? { ...EMPTY, unknown: true, carried } : { ...EMPTY, text: String(value), carried };
}

/** Return the same entry in the other unit. */
export function turned(field, entry) {
  const value = valueOf(field, entry);
  const other = !entry.other;
  if (value === null || value === undefined) return { ...entry, other };
  return { ...entry, other, text: String(other ? inOther(field, value) : value) };
}

/** Return the figure in the unit the entry is not in: what the hectares are in mu, and the reverse. */
export function inTheOther(field, entry) {
  const value = valueOf(field, entry);
  if (value === null || value === undefined) return null;
  return entry.other ? value : inOther(field, value);
}

function inOther(field, value) {
  const { by, scale } = otherOf(field);
  return round(value * by, scale);
}

/** Return what a draft says, by indicator, in their own units. */
export function valuesOf(fields, entries) {
  const said = fields.map((field) => [field.code, valueOf(field, entries[field.code])]);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

/** Return the entries a follow-up begins with: the last figures, each marked as carried. */
export function carriedOver(fields, values) {
  const known = fields.filter((field) => field.code in values);
  return Object.fromEntries(known.map((field) => [field.code, entryOf(values[field.code], { carried: true })]));
}

/** Return how many fields say something, of how many. */
export function progress(fields, entries) {
  const filled = fields.filter((field) => valueOf(field, entries[field.code]) !== undefined).length;
  return { filled, of: fields.length };
}

/** Return the report as it is sent. */
export function reportOf({ disaster, area, round: asked, as_of, fields, entries, reasons, no_change = false }, base) {
  const values = valuesOf(fields, entries);
  const given = Object.entries(reasons).filter(([, text]) => text.trim());
  return {
    disaster_id: disaster, area_code: area, round: asked.code, kind: asked.kind, as_of,
    values, reasons: Object.fromEntries(given), base, ...(no_change && { no_change }),
  };
}

/** Return the rows in which two versions differ; nothing said and not yet known are the same. */
export function differences(mine, theirs, base = null) {
  const codes = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  return [...codes]
    .map((field) => ({ field, base: base?.[field] ?? null, theirs: theirs[field] ?? null, mine: mine[field] ?? null }))
    .filter((row) => row.theirs !== row.mine);
}

/** Return the sums of the rules that come out right, to be said beside the figures. */
export function sumsThatFit(corpus, values) {
  const known = (codes) => codes.every((code) => typeof values[code] === "number");
  const total = (codes) => round(codes.reduce((sum, code) => sum + values[code], 0), 4);
  return corpus.filter((rule) => rule.op === "eq").flatMap((rule) => rule.checks)
    .filter(({ left, right }) => right.length > 1 && known(left) && known(right) && total(left) > 0 && total(left) === total(right))
    .map(({ left, right }) => ({ field: left[0], parts: right.map((code) => values[code]), sum: total(left) }));
}
