// Files go in pieces, from where the server says it is: a cut costs one piece. One step at a time,
// so that figures never wait behind a photo; pieces grow on a good line and shrink on a bad one.
import { sha256, uuid7 } from "./ids.js";
import { read, write } from "./store.js";

const FIRST = 64 * 1024;
const MOST = 512 * 1024;
const QUICK = 2_000;
const PATIENCE = 60_000;

/** Return what the item knows of its file ({step}) and what lies beside it ({kept}): the exact
 * bytes of the file and of its announcement. Throws where the browser cannot (plain http). */
export async function announced({ name, type, bytes, told, thumb }) {
  const hash = await sha256(bytes);
  if (hash === null) throw new Error("a file needs a secure connection");
  const said = { name, media_type: type, size: bytes.length, sha256: hash, ...told };
  return {
    step: { id: uuid7(), size: bytes.length, next: null, piece: FIRST, done: false },
    kept: { bytes, thumb, announcement: new TextEncoder().encode(JSON.stringify(said)) },
  };
}

/** Send the next step of an item's file by `ask`: its announcement, which asks how far it is, or
 * one piece. Returns {step} as far as it is now, a problem, or null where nothing was heard. */
export async function carry(item, token, ask) {
  const { file } = item;
  const kept = await read("files", item.id);
  if (!kept?.bytes) return { status: 410, problem: { code: "wiped" } };
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  const url = `/api/v1/files/${file.id}`;
  if (file.next === null) {
    headers["Content-Type"] = "application/json";
    return heard(await ask(url, { method: "PUT", body: kept.announcement, headers }), file);
  }
  const from = file.next < file.size ? file.next : Math.max(0, file.size - file.piece);
  headers["Content-Type"] = "application/octet-stream";
  const began = performance.now();
  const body = kept.bytes.subarray(from, Math.min(file.size, from + file.piece));
  const answer = await ask(`${url}/pieces/${from}`, { method: "PUT", body, headers, patience: PATIENCE });
  const quick = performance.now() - began < QUICK;
  return heard(answer, { ...file, piece: quick ? Math.min(MOST, file.piece * 2) : file.piece });
}

function heard(answer, file) {
  if (!answer?.said) return null;
  const { status, said, retry_after } = answer;
  if (status < 400) {
    const ours = said.id === file.id && Number.isInteger(said.next);
    return ours ? { status, step: { ...file, next: said.next, done: said.state === "complete" } } : null;
  }
  if (!said.code) return null;
  const wait = retry_after || said.retry_after;
  const mixed = said.errors?.some((each) => each.code === "mismatch");
  // The server lost it (an older backup), or what arrived was garbled: begin anew, after a pause.
  if (mixed || (status === 404 && file.next !== null)) return { status: 500, problem: said, begin: true };
  return { status, problem: said, retry_after: wait };
}

/** Let the bytes of a file go once the receipt is here; its small picture stays. */
export const shed = (id) => write(["files"], async (tx) => {
  const files = tx.objectStore("files");
  const kept = await files.get(id);
  if (kept) await files.put({ ...kept, bytes: null }, id);
});
