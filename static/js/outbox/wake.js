// The worker of the app, and how it is woken: where the browser can (Background Sync), it sends what
// waits when the network is back, though no page is open. Elsewhere nothing changes.

const KEPT = { scope: "/", updateViaCache: "none" };
export const TAG = "outbox";

/** Install the worker: where it can be woken, the one that sends. */
export async function installWorker() {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  const sending = globalThis.SyncManager ? worker.register("/sw.js?sending=1", { ...KEPT, type: "module" }) : Promise.reject();
  await sending.catch(() => worker.register("/sw.js", KEPT)).catch(() => {});
}

/** Ask the browser to wake the worker when there is a network. */
export async function wakeLater() {
  if (!globalThis.SyncManager) return;
  try {
    const { sync } = await navigator.serviceWorker.getRegistration("/");
    if (!(await sync.getTags()).includes(TAG)) await sync.register(TAG);
  } catch {
    // not installed yet, or not allowed: then it goes while a page is open
  }
}
