// Signing out: what is unsent is said first; then this person's things and the key are gone from
// this phone, and the app's files with them. What somebody else who shares the phone wrote stays,
// locked under their own key. Without a network the session is ended as soon as there is one.
import { forget } from "./crypto.js";
import { written } from "./drafts.js";
import { SENT, REPLACED } from "./state.js";
import { all, say, write } from "./store.js";

/** Return how many things of this person would be lost by signing out now, begun ones included. */
export async function unsent(owner) {
  await written();
  const [items, drafts] = await Promise.all([all("items"), all("drafts")]);
  const open = items.filter((each) => ![SENT, REPLACED].includes(each.state));
  return [...open, ...drafts].filter((each) => mine(each, owner)).length;
}

const mine = (each, owner) => owner === null || each.owner === owner;

/** Wipe this person's items, drafts and facts, their key, and the caches. */
export async function wipe(owner) {
  const stores = ["items", "drafts", "facts", "files"];
  await written();
  await write(stores, async (tx) => {
    for (const name of stores) {
      const store = tx.objectStore(name);
      for (const key of await store.getAllKeys()) {
        const each = await store.get(key);
        if (mine(each, owner)) await store.delete(key);
        else if (each.sealed && !each.sealed.by) await store.put({ ...each, sealed: null }, key);
      }
    }
  });
  await forget(owner);
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  const worker = await navigator.serviceWorker?.getRegistration("/");
  await worker?.unregister();
  say();
}

const LEFT = "signed-out";

/** End this person's session; where that cannot be told now, the next page that can tells it. */
export async function endSession(owner) {
  localStorage.setItem(LEFT, owner ?? "");
  return endLeft();
}

/** End the session somebody left without a network, if it is still theirs; true if it was. */
export async function endLeft() {
  const owner = localStorage.getItem(LEFT);
  if (owner === null) return false;
  try {
    const answer = await fetch("/outbox/token", { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status >= 500) return false;
    const { user, csrf } = answer.ok ? await answer.json() : {};
    const theirs = Boolean(csrf) && (!owner || user === owner);
    if (theirs) {
      const ended = await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ csrf }), redirect: "manual" });
      if (ended.status >= 500) return false;
    }
    localStorage.removeItem(LEFT);
    return theirs;
  } catch {
    return false;
  }
}
