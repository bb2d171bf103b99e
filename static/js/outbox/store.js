// What this phone keeps: the outbox, the drafts, the facts last fetched, the key, and the bytes of
// photos, apart from their items because those are read often. IndexedDB.
// Whatever is written here is on the disk before it is called saved.
import { openDB } from "../../vendor/idb/index.js";

const NAME = "outbox";
const STORES = ["items", "drafts", "facts", "keys", "files"];
const VERSION = 2; // 2: files

/** There is no room left on this phone: nothing was written. */
export class Full extends Error {}

let opened = null;
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("outbox") : null;
const listeners = new Set();

/** Open the store, once. Rejects where the browser keeps nothing (private windows, blocked). */
export function open() {
  opened ??= openDB(NAME, VERSION, {
    upgrade(db) {
      for (const name of STORES) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
    },
    blocking: (_current, _blocked, event) => { event.target.close(); opened = null; },
    terminated: () => { opened = null; },
  });
  opened.catch(() => { opened = null; });
  return opened;
}

/** Run `work(transaction)` on some stores; it is durable when this resolves. */
export async function write(names, work) {
  const db = await open();
  const transaction = db.transaction(names, "readwrite", { durability: "strict" });
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    transaction.done.catch(() => {});
    try { transaction.abort(); } catch { /* it ended by itself */ }
    if (error?.name === "QuotaExceededError" || transaction.error?.name === "QuotaExceededError") throw new Full(error.message);
    throw error;
  }
}

export const all = async (name) => (await open()).getAll(name);
export const read = async (name, key) => (await open()).get(name, key);
export const put = (name, key, value) => write([name], (tx) => tx.objectStore(name).put(value, key));
export const drop = (name, key) => write([name], (tx) => tx.objectStore(name).delete(key));

/** Change some fields of an item; gone items stay gone. */
export async function patch(id, changes) {
  const changed = await write(["items"], async (tx) => {
    const items = tx.objectStore("items");
    const item = await items.get(id);
    if (!item) return null;
    await items.put({ ...item, ...changes }, id);
    return { ...item, ...changes };
  });
  say();
  return changed;
}

/** Tell this page and every other one that something changed. */
export function say() {
  channel?.postMessage("changed");
  for (const each of listeners) each();
}

/** Call `fn` whenever the outbox changes, here or in another tab; returns what ends that. */
export function onChange(fn) {
  listeners.add(fn);
  channel?.addEventListener("message", fn);
  return () => { listeners.delete(fn); channel?.removeEventListener("message", fn); };
}

/** Ask the browser never to clear this by itself; true, false, or null where it cannot say. */
export async function persist() {
  const storage = navigator.storage;
  if (!storage?.persist) return null;
  return (await storage.persisted()) || storage.persist();
}

/** Return how many bytes are left, or null where the browser does not say. */
export async function room() {
  const found = await navigator.storage?.estimate?.();
  return found?.quota ? found.quota - found.usage : null;
}
