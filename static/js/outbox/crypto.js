// Person-level bodies lie here only as ciphertext (AES-GCM), each under the key of whoever wrote it.
// A key cannot be exported: not even this code can read it, only use it. Signing out destroys one's
// own, and with it whatever it locked; what somebody else who shares the phone wrote stays locked.
import { drop, read, write } from "./store.js";

const SHARED = "personal"; // of what was locked before everybody had a key of their own
const AES = { name: "AES-GCM", length: 256 };
const nameOf = (owner) => owner ? `${SHARED}:${owner}` : SHARED;

async function key(owner) {
  const name = nameOf(owner);
  const known = await read("keys", name);
  if (known) return known;
  const made = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
  return write(["keys"], async (tx) => {
    const keys = tx.objectStore("keys");
    const other = await keys.get(name); // another tab was faster
    if (other) return other;
    await keys.put(made, name);
    return made;
  });
}

/** Return bytes locked: {iv, data, by}. Throws where the browser cannot (plain http). */
export async function seal(bytes, owner) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: AES.name, iv }, await key(owner), bytes);
  return { iv, data: new Uint8Array(data), by: owner };
}

/** Return the bytes of what was sealed. Throws once the key is gone. */
export async function unseal({ iv, data, by }) {
  const known = await read("keys", nameOf(by));
  if (!known) throw new Error("the key is gone");
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES.name, iv }, known, data));
}

/** Destroy somebody's key, and the one everybody had; without an owner every key. */
export async function forget(owner) {
  if (owner) return Promise.all([drop("keys", nameOf(owner)), drop("keys", SHARED)]);
  return write(["keys"], (tx) => tx.objectStore("keys").clear());
}
