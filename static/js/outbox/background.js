// What the worker does besides keeping pages: woken by the browser when there is a network, it sends
// what waits, with the same code, lock, token and key as a page. Whose session has ended, waits on.
import { send, unfinished } from "./send.js";
import { TAG } from "./wake.js";

async function go() {
  await send({ eager: true });
  if (await unfinished()) throw new Error("not everything has gone"); // the browser wakes us again
}

self.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(go());
});
