// Saving: from here on a thing has its id and its exact bytes, and both stay as they are.
import { seal, unseal } from "./crypto.js";
import { sha256, uuid7 } from "./ids.js";
import { kindOf } from "./kinds.js";
import { announced } from "./upload.js";
import { REPLACED, SENDING, SENT, WAITING } from "./state.js";
import { say, write } from "./store.js";

/** Save something to be sent, in one transaction with what it replaces and the draft it was.
 * `body(base)` makes the text; it is asked once. Returns the item. Throws Full.
 * An earlier one on the same line that never left is replaced; one that may have arrived is
 * followed: the new one goes after it, with it as its base. With a `file` ({name, type, bytes, told})
 * its bytes are kept beside it, go before it in pieces, and both go after all figures. */
export async function keep({ kind, owner, url, line, base = null, about = {}, body, replaces = null, draft = null, file = null }) {
  const id = uuid7();
  const earlier = await write(["items"], (tx) => lastOn(tx, { line, owner }, replaces));
  const left = earlier && (earlier.attempts > 0 || earlier.state !== WAITING);
  const from = earlier ? (left ? earlier.id : earlier.base) : base;
  const carried = file && await announced(file);
  const bytes = new TextEncoder().encode(JSON.stringify(body(from, carried?.step.id)));
  const { personal = false } = kindOf({ kind });
  const item = {
    id, kind, owner, line, about, base: from, personal, url: url(id), method: "PUT", state: WAITING,
    after: left ? earlier.id : null, sha256: await sha256(bytes), created_at: Date.now(),
    attempts: 0, next_try: 0, alone: false, hold: null, receipt: null, problem: null, conflict: null,
    ...(personal ? { sealed: await seal(bytes) } : { body: bytes }),
    ...(carried ? { late: true, file: carried.step } : {}),
  };
  await write(["items", "drafts", "files"], async (tx) => {
    if (carried) await tx.objectStore("files").put({ ...carried.kept, owner }, id);
    await store(tx, item, [replaces, left ? null : earlier?.id], draft);
  });
  say();
  return item;
}

async function lastOn(tx, { line, owner }, besides) {
  const open = (await tx.objectStore("items").getAll())
    .filter((each) => each.line === line && each.owner === owner && each.id !== besides && [WAITING, SENDING].includes(each.state));
  return open.sort((a, b) => b.order - a.order)[0] ?? null;
}

async function store(tx, item, replaced, draft) {
  const items = tx.objectStore("items");
  const known = await items.getAll();
  const order = Math.max(0, ...known.map((each) => each.order)) + 1;
  for (const each of known.filter((one) => replaced.includes(one.id))) {
    // It may have left in the meantime: then it stays what it is, and the server sorts it out.
    if ([SENDING, SENT].includes(each.state)) continue;
    await items.put({ ...each, state: REPLACED, replaced_by: item.id }, each.id);
  }
  await items.put({ ...item, order }, item.id);
  if (draft) await tx.objectStore("drafts").delete(draft);
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
