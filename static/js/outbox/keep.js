// Saving: from here on a thing has its id and its exact bytes, and both stay as they are.
import { seal, unseal } from "./crypto.js";
import { sha256, uuid7 } from "./ids.js";
import { kindOf } from "./kinds.js";
import { announced } from "./upload.js";
import { REPLACED, SENDING, SENT, WAITING } from "./state.js";
import { say, write } from "./store.js";

/** Save something to be sent, in one transaction with what it replaces and the draft it was.
 * `body(base)` makes the text. Returns the item. Throws Full.
 * An earlier one on the same line that never left is replaced, and what it waited for is waited for; one that may have arrived is
 * followed: the new one goes after it, with it as its base. What it `replaces` is treated alike, and
 * is followed even where it has arrived meanwhile. With a `file` ({name, type, bytes, told})
 * its bytes are kept beside it, go before it in pieces, and both go after all figures. */
export async function keep(asked) {
  const carried = asked.file && await announced(asked.file);
  let item = null;
  while (!item) item = await tried(asked, carried);
  say();
  return item;
}

/** One try; null when what was to be replaced went out in the meantime. */
async function tried(asked, carried) {
  const { owner, line, replaces = null, draft = null } = asked;
  const earlier = await write(["items"], (tx) => lastOn(tx, { line, owner, replaces }));
  const item = await made(asked, carried, earlier);
  const replaced = [replaces, item.after === earlier?.id ? null : earlier?.id];
  const stored = await write(["items", "drafts", "files"], async (tx) => {
    const done = await store(tx, item, { replaced, after: earlier?.id, draft });
    if (done && carried) await tx.objectStore("files").put({ ...carried.kept, owner }, item.id);
    return done;
  });
  return stored ? item : null;
}

async function made({ kind, owner, url, line, base = null, about = {}, body }, carried, earlier) {
  const id = uuid7();
  const left = earlier && hasLeft(earlier);
  const from = earlier ? (left ? earlier.id : earlier.base) : base;
  const bytes = new TextEncoder().encode(JSON.stringify(body(from, carried?.step.id)));
  const { personal = false } = kindOf({ kind });
  return {
    id, kind, owner, line, about, base: from, personal, url: url(id), method: "PUT", state: WAITING,
    // The plain hash of a body about persons would tell whoever can guess it: the server's is keyed.
    after: left ? earlier.id : earlier?.after ?? null, sha256: personal ? null : await sha256(bytes), created_at: Date.now(),
    attempts: 0, next_try: 0, alone: false, hold: null, receipt: null, problem: null, conflict: null,
    ...(personal ? { sealed: await seal(bytes, owner) } : { body: bytes }),
    ...(carried ? { late: true, file: carried.step } : {}),
  };
}

const hasLeft = ({ state, attempts }) => [SENDING, SENT].includes(state) || (state === WAITING && attempts > 0);

async function lastOn(tx, { line, owner, replaces }) {
  const goes = ({ id, state }) => [WAITING, SENDING].includes(state) || (id === replaces && state === SENT);
  const open = (await tx.objectStore("items").getAll()).filter((each) => each.line === line && each.owner === owner && goes(each));
  return open.sort((a, b) => b.order - a.order)[0] ?? null;
}

/** Write the item; false, and nothing written, when one of those it replaces has left by now. */
async function store(tx, item, { replaced, after, draft }) {
  const items = tx.objectStore("items");
  const known = await items.getAll();
  const order = Math.max(0, ...known.map((each) => each.order)) + 1;
  const gone = known.filter((one) => replaced.includes(one.id) && one.id !== item.after);
  if (gone.some((each) => each.id === after && hasLeft(each))) return false;
  for (const each of gone.filter((one) => !hasLeft(one))) {
    const wiped = each.sealed ? { sealed: null } : {};
    await items.put({ ...each, ...wiped, state: REPLACED, replaced_by: item.id }, each.id);
  }
  await items.put({ ...item, order }, item.id);
  if (draft) await tx.objectStore("drafts").delete(draft);
  return true;
}

/** Return the exact bytes of an item; null once a person-level one was wiped. */
export async function bytesOf(item) {
  if (item.body) return item.body;
  return item.sealed ? unseal(item.sealed).catch(() => null) : null;
}

/** Return what an item says, read from its bytes; null once they are gone. */
export async function contentOf(item) {
  const bytes = await bytesOf(item);
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}
