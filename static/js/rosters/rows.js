// One row of a roster between the thumb and the outbox: what the boxes say, what is wrong with it as
// far as a phone can tell, and the body that is sent. Pure. The columns come with the page, from the
// server; the rules here are those of damage_reports/rosters/rules/rows.py, and a test holds them alike.

const TEXTS = new Set(["line", "text", "phone", "digits", "identity"]);
const BEIJING = ":00+08:00";
const YEARS = [1900, 2999];
const GRADES = ["collapsed", "severe", "minor"];

/** Return what a box says: text, number, yes or no; "" or null where it says nothing. */
export function valueOf({ kind }, typed = "") {
  const text = kind === "line" || kind === "text" ? typed.trim() : typed.normalize("NFKC").trim();
  if (kind === "identity") return text.replace(/[\s-]/g, "").toUpperCase();
  if (TEXTS.has(kind)) return text;
  if (text === "") return null;
  if (kind === "number") return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === "yes_no") return text === "true";
  return kind === "instant" ? text + BEIJING : text;
}

/** Return what a box shows of a value. */
export function entryOf({ kind }, value) {
  if (value === null || value === undefined) return "";
  return kind === "instant" ? value.slice(0, 16) : String(value);
}

const says = (value) => value !== null && value !== undefined && value !== "";

/** Return the problems that are left where a row is corrected: what the county `kept` need not be typed again. */
export const unkept = (found, kept) => found.filter(({ field, code }) =>
  !(code === "missing" && kept.includes(field)) && !(code === "number_or_why" && ["id_number", "no_number"].some((each) => kept.includes(each))));

/** Return everything a row says, by column. */
export const valuesOf = (fields, entries) =>
  Object.fromEntries(fields.map((field) => [field.code, valueOf(field, entries[field.code])]));

/** Return whether anything was typed at all. */
export const begun = (entries) => Object.values(entries).some((each) => each.trim() !== "");

/** Return what is wrong with an identity number (GB 11643-1999): its length, date or last character. */
export function wrongIdentity(number, today) {
  if (!/^\d{17}[\dX]$/.test(number)) return "length";
  const day = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDay(day) || day > today) return "date";
  const sum = [...number].reduce((so, digit) => (so * 2 + (digit === "X" ? 10 : Number(digit))) % 11, 0);
  return sum === 1 ? null : "check";
}

/** Whether the calendar has this day (YYYY-MM-DD); there is no year 0. */
function isDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  return text > "0001" && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function outOfBounds({ kind, least, most, longest, pattern }, value, today) {
  if (kind === "identity") return value.length > longest ? { code: "length" } : coded(wrongIdentity(value, today));
  if (kind === "number" && typeof value !== "number") return { code: "number" };
  if (value < least) return { code: "least", least };
  if (value > most) return { code: "most", most };
  if ([...String(value)].length > longest) return { code: "longest", longest };
  if (pattern && !new RegExp(pattern).test(value)) return { code: "pattern" };
  const year = Number(String(value).slice(0, 4));
  return ["instant", "date"].includes(kind) && (year < YEARS[0] || year > YEARS[1]) ? { code: "day" } : null;
}

const coded = (code) => code && { code };

const MORE = {
  casualties: (said) => (said.status === "dead" && says(said.outcome) ? [["outcome", "outcome_of_dead"]] : []),
  houses: (said) => {
    const rooms = (name) => Number(said[name]) || 0;
    const found = GRADES.filter((each) => rooms(`${each}_dwelling_rooms`) > rooms(`${each}_rooms`))
      .map((each) => [`${each}_dwelling_rooms`, "more_dwelling_rooms"]);
    const none = GRADES.every((each) => !rooms(`${each}_rooms`) && !rooms(`${each}_dwelling_rooms`));
    return none ? [...found, ["collapsed_rooms", "no_rooms"]] : found;
  },
  relocated: (said) => (says(said.moved_at) && says(said.returned_at) && said.returned_at < said.moved_at ? [["returned_at", "before_moved"]] : []),
};

/** Return what a row may not say, in the order of the form: [{field, code, …}]. `today` is a day. */
export function problems(roster, fields, said, today) {
  const numbered = says(said.id_number);
  const why = says(said.no_number);
  const found = fields.flatMap((field) => {
    const value = said[field.code];
    if (!says(value)) return field.needed ? [{ field: field.code, code: "missing" }] : [];
    const wrong = outOfBounds(field, value, today);
    return wrong ? [{ field: field.code, ...wrong }] : [];
  });
  if (!numbered && !why) found.push({ field: "id_number", code: "number_or_why" });
  if (numbered && why) found.push({ field: "no_number", code: "number_and_why" });
  const more = MORE[roster](said).map(([field, code]) => ({ field, code }));
  const place = (each) => fields.findIndex((field) => field.code === each.field);
  return [...found, ...more].sort((a, b) => place(a) - place(b));
}

export const KEYED = new Set(["number", "identity", "phone", "digits"]); // typed with the number keys

/** Return what stands in a box after one key: a digit, "00", "X" or "delete". */
export function press({ kind, most, longest }, text, key) {
  if (key === "delete") return text.slice(0, -1);
  if (key === "X" && (kind !== "identity" || text.length !== 17)) return text;
  const next = kind === "number" ? (text + key).replace(/^0+(?=\d)/, "") : text + key;
  const full = { identity: 18, number: String(most ?? "").length || 13 }[kind] ?? longest ?? 30;
  return next.length > full ? text : next;
}

/** Return a name as it may be read on a screen anybody passes: the family name only. */
export function masked(name) {
  const [first] = [...name.trim()];
  return first ? `${first}*` : "";
}

/** Return the row as it is sent. It names every column it `named` before, so that an emptied one is
 * emptied there too; a later revision says why. */
export function bodyOf({ disaster, area, roster, fields, entries, named = null, why }, base) {
  const said = Object.entries(valuesOf(fields, entries)).filter(([code, value]) => !named || named.includes(code) || says(value));
  return { disaster_id: disaster, area_code: area, roster, base, ...(base ? { why } : {}), ...Object.fromEntries(said) };
}

/** Return what a form begins with from what was to be sent: its entries, and which columns it named. */
export function entriesOf(fields, content) {
  const here = fields.filter(({ code }) => code in content);
  return { entries: Object.fromEntries(here.map((field) => [field.code, entryOf(field, content[field.code])])), named: here.map(({ code }) => code) };
}
