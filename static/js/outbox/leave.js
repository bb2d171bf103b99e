// Signing out: what is unsent is said first; then this person's things and the key are gone from
// this phone, and the app's files with them. Figures of somebody else who shares the phone stay.
import { forget } from "./crypto.js";
import { written } from "./drafts.js";
import { SENT, REPLACED } from "./state.js";
import { all, say, write } from "./store.js";

/** Return how many things of this person would be lost by signing out now. */
export async function unsent(owner) {
  const items = await all("items");
  return items.filter((each) => mine(each, owner) && ![SENT, REPLACED].includes(each.state)).length;
}

const mine = (each, owner) => owner === null || each.owner === owner;

/** Wipe this person's items, drafts and facts, every person-level body, the key, and the caches. */
export async function wipe(owner) {
  const stores = ["items", "drafts", "facts", "files"];
  await written();
  await write(stores, async (tx) => {
    for (const name of stores) {
      const store = tx.objectStore(name);
      for (const key of await store.getAllKeys()) {
        const each = await store.get(key);
        if (mine(each, owner)) await store.delete(key);
        else if (each.sealed) await store.put({ ...each, sealed: null }, key);
      }
    }
  });
  await forget();
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  const worker = await navigator.serviceWorker?.getRegistration("/");
  await worker?.unregister();
  say();
}
