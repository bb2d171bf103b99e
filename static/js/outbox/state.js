// What can be true of one thing on its way, and what an answer makes of it. Pure: instants and
// chance come in, a patch goes out. An item is never dropped here; it only changes its state.

export const WAITING = "waiting"; // only on this phone, goes out by itself
export const SENDING = "sending"; // on the line now
export const SENT = "sent"; // the receipt is here
export const REFUSED = "refused"; // not taken, with the reason; the content is kept
export const CONFLICT = "conflict"; // two versions: a person decides
export const REPLACED = "replaced"; // a later one stands in its place; still to be read

const FIRST = 2_000;
const MOST = 300_000;
const SMALLEST = 16 * 1024;
const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504, 507]);
const FOR_ALL = new Set([408, 425, 429, 502, 503, 504, 507]);

/** Return how long to wait after so many tries: doubling, capped, half of it by chance. */
export function pause(attempts, chance) {
  const whole = Math.min(MOST, FIRST * 2 ** Math.min(attempts - 1, 20));
  return Math.round(whole / 2 + (whole / 2) * chance);
}

/** Return the item as it goes out. */
export const departing = (now) => ({ state: SENDING, tried_at: now });

/** Return what an answer makes of an item. `answer` is what the server itself said:
 * {status, receipt} or {status, problem, retry_after}; null when nothing of its own came back. */
export function answered(item, answer, { now, chance, epoch = null }) {
  if (answer === null) return again(item, { now, chance, alone: false, problem: null });
  const { status, receipt, problem, retry_after: wait } = answer;
  if (answer.step) return advanced(answer.step);
  if (receipt) return { ...received(item, receipt, now), epoch };
  if (status === 401) return { state: WAITING, hold: "sign_in", next_try: 0 };
  if (RETRIED.has(status)) {
    return again(item, { now, chance, wait, problem, alone: !FOR_ALL.has(status) });
  }
  if (status === 412 && problem.current) return disputed(item, problem, now);
  return { state: REFUSED, problem, hold: null, settled_at: now, attempts: item.attempts + 1 };
}

/** One step of a file arrived: the next one is due at once, unless figures wait. */
const advanced = (file) => ({ state: WAITING, hold: null, attempts: 0, next_try: 0, problem: null, alone: false, file });

/** Return the file of an item after a step that failed: smaller pieces, perhaps from the start. */
export const slower = (file, begin = false) =>
  ({ ...file, piece: Math.max(SMALLEST, file.piece / 2), next: begin ? null : file.next });

function again(item, { now, chance, wait = 0, problem, alone }) {
  const attempts = item.attempts + 1;
  const next = now + Math.max(pause(attempts, chance), 1000 * (wait || 0));
  return { state: WAITING, hold: null, attempts, next_try: next, problem, alone };
}

function received(item, receipt, now) {
  const heard = { receipt, problem: null, hold: null, settled_at: now, attempts: item.attempts + 1 };
  if (!receipt.rival_of) return { ...heard, state: SENT };
  const current = { id: receipt.rival_of };
  return { ...heard, state: CONFLICT, conflict: { current, rival: true, rows: null } };
}

function disputed(item, problem, now) {
  const rows = problem.fields
    .map(({ field, base, theirs, yours }) => ({ field, base, theirs, mine: yours }))
    .filter((row) => row.theirs !== row.mine);
  const conflict = { current: problem.current, rival: false, rows };
  return { state: CONFLICT, problem, conflict, hold: null, settled_at: now, attempts: item.attempts + 1 };
}

/** Return what becomes of a received item once the server begins another epoch: it was restored from
 * a backup, and what it received since is there no more. The same bytes under the same id make nothing
 * twice where it kept them. What is not here any more (persons, photos) cannot go again; null. */
export function restored(item, epoch) {
  if (item.state !== SENT || !item.receipt || !item.body || item.file) return null;
  if (item.epoch === epoch) return null;
  return item.epoch ? { state: WAITING, epoch: null, receipt: null, next_try: 0, attempts: 1 } : { epoch };
}

/** Return what was on the line when the browser died: nobody heard the answer, so it waits. */
export const stranded = () => ({ state: WAITING, next_try: 0 });

/** Whether an item waits for one that will never arrive as it is. */
export function orphaned(item, items) {
  if (item.state !== WAITING || !item.after) return false;
  const before = items.find((each) => each.id === item.after);
  return [REFUSED, REPLACED].includes(before?.state) || (before?.state === CONFLICT && !before.receipt);
}

/** Return the items in the order they were saved. */
export const ordered = (items) => [...items].sort((a, b) => a.order - b.order);

/** Return the items in the order they go: figures before photos, each oldest first. */
const inTurn = (items) => ordered(items).sort((a, b) => Number(a.late ?? false) - Number(b.late ?? false));

/** Return what may go out for this person, in its turn. What fails for a reason of its own
 * holds up nobody else; a bad network, or a server that is busy, holds up all behind it. */
function candidates(items, owner) {
  const open = new Set(items.filter((each) => [WAITING, SENDING].includes(each.state)).map((each) => each.id));
  const free = inTurn(items)
    .filter((each) => each.state === WAITING && each.owner === owner && !open.has(each.after));
  const first = free.findIndex((each) => !each.alone);
  return first < 0 ? free : free.slice(0, first + 1);
}

/** Return what goes out next; null when nothing may go yet. */
export const next = (items, { now, owner }) =>
  candidates(items, owner).find((each) => each.next_try <= now) ?? null;

/** Return when something may go next; null when nothing waits. */
export function wakes(items, owner) {
  const waiting = candidates(items, owner);
  return waiting.length ? Math.min(...waiting.map((each) => each.next_try)) : null;
}

/** Return how many are on this phone only, wait for a decision, and have arrived. */
export function counts(items) {
  const of = (...states) => items.filter((each) => states.includes(each.state)).length;
  return { waiting: of(WAITING, SENDING), yours: of(REFUSED, CONFLICT), sent: of(SENT) };
}

/** Return the choice each line of a conflict begins with: what I did not touch is theirs. */
export const firstChoices = (rows) =>
  Object.fromEntries(rows.map((row) => [row.field, row.mine === row.base ? "theirs" : "mine"]));
