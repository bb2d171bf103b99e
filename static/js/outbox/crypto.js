// Person-level bodies lie here only as ciphertext (AES-GCM). The key cannot be exported: not even
// this code can read it, only use it. Signing out destroys it, and with it whatever it locked.
import { drop, read, write } from "./store.js";

const KEY = "personal";
const AES = { name: "AES-GCM", length: 256 };

async function key() {
  const known = await read("keys", KEY);
  if (known) return known;
  const made = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
  return write(["keys"], async (tx) => {
    const keys = tx.objectStore("keys");
    const other = await keys.get(KEY); // another tab was faster
    if (other) return other;
    await keys.put(made, KEY);
    return made;
  });
}

/** Return bytes locked: {iv, data}. Throws where the browser cannot (plain http). */
export async function seal(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: AES.name, iv }, await key(), bytes);
  return { iv, data: new Uint8Array(data) };
}

/** Return the bytes of what was sealed. Throws once the key is gone. */
export async function unseal({ iv, data }) {
  const known = await read("keys", KEY);
  if (!known) throw new Error("the key is gone");
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES.name, iv }, known, data));
}

/** Destroy the key. */
export const forget = () => drop("keys", KEY);
