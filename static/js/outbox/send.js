// Sending: oldest first, one at a time, one tab at a time, the same bytes under the same id until
// the server itself says what became of them. Whoever is signed in sends only their own.
import { bytesOf } from "./keep.js";
import { kindOf } from "./kinds.js";
import { carry, shed } from "./upload.js";
import { CONFLICT, REFUSED, SENDING, SENT, WAITING, answered, departing, next, orphaned, pause, restored, slower, stranded, wakes } from "./state.js";
import { all, patch, say } from "./store.js";
import { wakeLater } from "./wake.js";

const PATIENCE = 30_000;
const OFTEN = 60_000;
const OPEN = [WAITING, SENDING];
/** How the line stands: "unknown", "up", "down", "sign_in"; `heard` is the last word of the server. */
export const line = { state: globalThis.navigator?.onLine === false ? "down" : "unknown", user: null, heard: null };

let timer = null;
let asked = false;
let hope = false; // the network came back since we last looked
let misses = 0;

function stands(state, user = line.user) {
  if (state === "up") line.heard = Date.now();
  misses = state === "up" ? 0 : misses + 1;
  if (line.state === state && line.user === user) return;
  Object.assign(line, { state, user });
  say();
}

/** Return who is signed in, with a fresh token; null when nobody is, or nobody answers. */
export async function pass() {
  const answer = await ask("/outbox/token", { headers: { Accept: "application/json" } });
  if (answer === null) { stands("down"); return null; }
  if (answer.status !== 200) { stands([401, 403].includes(answer.status) ? "sign_in" : "down"); return null; }
  if (!answer.said?.csrf) { stands("down"); return null; } // somebody else's page: a hotel, a portal
  stands("up", answer.said.user);
  return answer.said;
}

async function ask(url, { patience = PATIENCE, ...options }) {
  try {
    const answer = await fetch(url, {
      ...options, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(patience),
    });
    const ours = /json/.test(answer.headers.get("Content-Type") ?? "");
    const said = ours ? await answer.json() : null;
    return { status: answer.status, said, retry_after: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return null; // no network, cut off, too slow, or half an answer: nothing was heard
  }
}

/** Return what the server said of an item; null if it was not the server, or only half of it. */
async function deliver(item, token) {
  if (item.file && !item.file.done) return carry(item, token, ask);
  const body = await bytesOf(item);
  if (body === null) return { status: 410, problem: { code: "wiped" } };
  const answer = await ask(item.url, {
    method: item.method, body,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token },
  });
  if (!answer?.said) return null;
  const { status, said, retry_after } = answer;
  if ((status === 200 || status === 201) && said.id === item.id) {
    const same = item.personal || item.sha256 === null || said.body_sha256 === item.sha256;
    return same ? { status, receipt: said } : { status: 409, problem: { ...said, code: "altered" } };
  }
  return status >= 400 && said.code ? { status, problem: said, retry_after: retry_after || said.retry_after } : null;
}

/** Send what waits; a second call while one runs makes it look once more. `eager` after the
 * network came back: what failed only for its sake goes at once, also what fails while we hear of
 * it. While another page or the worker sends, only the line is looked at, and soon again. */
export async function send({ eager = false } = {}) {
  asked = true;
  hope ||= eager;
  clearTimeout(timer);
  const turn = (lock) => (lock ? drain() : line.state !== "up" && pass());
  await (navigator.locks ? navigator.locks.request("outbox-send", { ifAvailable: true }, turn) : drain());
  plan();
}

/** Whether something waits that could go with a network: not without a sign-in. */
export async function unfinished() {
  if (line.state === "sign_in") return false;
  const items = await all("items");
  return line.state === "up" ? wakes(items, line.user) !== null : items.some((each) => OPEN.includes(each.state));
}

async function drain() {
  while (asked) {
    const eager = hope;
    asked = hope = false;
    await tidy(eager);
    const held = await pass();
    if (held) await behind(held);
    if (held) await compare();
    let going = held;
    while (going) going = await one(held);
  }
}

/** Put right what a closed browser left: nothing is on the line but what we send now. */
async function tidy(eager) {
  const items = await all("items");
  for (const item of items) {
    if (item.state === SENDING) await patch(item.id, stranded());
    else if (orphaned(item, items)) {
      await patch(item.id, { state: REFUSED, problem: { code: "earlier_refused" }, settled_at: Date.now() });
    } else if (eager && !item.problem && item.next_try > Date.now()) await patch(item.id, { next_try: 0 });
  }
}

/** After a restore of the server: what it received since its backup goes again. */
async function behind({ user, epoch }) {
  for (const item of await all("items")) {
    const changes = item.owner === user && epoch ? restored(item, epoch) : null;
    if (changes) await patch(item.id, changes);
  }
}

async function one(held) {
  const item = next(await all("items"), { now: Date.now(), owner: held.user });
  if (!item) return false;
  await patch(item.id, departing(Date.now()));
  let answer = await deliver(item, held.csrf);
  if (answer?.status === 403) { // the token may have grown old on the way, or somebody else signed in
    const fresh = await pass();
    if (fresh?.user === item.owner) answer = await deliver(item, fresh.csrf);
    else answer = fresh && { status: 401 };
  }
  const changes = answered(item, answer, { now: Date.now(), chance: Math.random(), epoch: held.epoch });
  if (item.personal && (changes.state === SENT || revoked(item, answer))) changes.sealed = null;
  if (item.file && !answer?.receipt && !answer?.step) changes.file = slower(item.file, answer?.begin);
  await patch(item.id, changes);
  if (item.file && changes.state === SENT) await shed(item.id);
  stands(answer === null ? "down" : changes.hold === "sign_in" ? "sign_in" : "up");
  if (changes.state === CONFLICT) await compare();
  if ([REFUSED, CONFLICT].includes(changes.state)) await tidy(false);
  return answer !== null && changes.hold !== "sign_in";
}

/** Whether an area is no longer this person's: then nobody's names stay here (a base that is not
 * there may be another matter). */
const revoked = ({ base }, answer) => !base && [403, 404].includes(answer?.status);

/** Ask for the other version where only its id is known (two first reports on one round). */
async function compare() {
  for (const item of await all("items")) {
    if (item.state !== CONFLICT || item.conflict.rows) continue;
    const rows = await kindOf(item).compare?.(item).catch(() => null);
    if (!rows) continue;
    const same = rows.length === 0;
    await patch(item.id, same ? { state: SENT, conflict: null } : { conflict: { ...item.conflict, rows } });
  }
}

async function plan() {
  clearTimeout(timer);
  if (!globalThis.document) return; // the worker is woken by the browser, not by a clock
  if (await unfinished()) wakeLater();
  const at = wakes(await all("items"), line.user) ?? Infinity;
  const soon = hope ? 0 : misses ? pause(misses, Math.random()) : at - Date.now();
  timer = setTimeout(send, Math.max(500, Math.min(soon, OFTEN)));
}

/** Send now, and from now on whenever there is hope: network, foreground, time. */
export function startSending() {
  addEventListener("online", () => send({ eager: true }));
  addEventListener("offline", () => stands("down"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send({ eager: true });
  });
  send({ eager: true });
}
