// Drafts that name persons lie here sealed, like what waits to be sent. One after the other, so that
// the last key stands; and nothing is written once the draft was saved as what is sent.
import { seal, unseal } from "./crypto.js";
import { put } from "./store.js";

let turn = Promise.resolve();

/** Keep a draft: `draft` in the open, `content` sealed beside it. Resolves when it is on the disk. */
export function putSealed(key, draft, content) {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  turn = turn.catch(() => {}).then(async () => put("drafts", key, { ...draft, sealed: await seal(bytes, draft.owner) }));
  return turn;
}

/** Return a row of somebody's facts with what it says sealed: {values} becomes {sealed}. */
export const locked = async ({ values, ...open }, owner) =>
  ({ ...open, sealed: await seal(new TextEncoder().encode(JSON.stringify(values)), owner) });

/** Wait until everything given so far is on the disk. */
export const written = () => turn.catch(() => {});

/** Return what a draft holds; null once it was wiped. */
export async function openSealed({ sealed }) {
  const bytes = sealed && await unseal(sealed).catch(() => null);
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null;
}
