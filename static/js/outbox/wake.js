// The worker of the app, and how it is woken: where the browser can (Background Sync), it sends what
// waits when the network is back, though no page is open. Elsewhere nothing changes.

export const TAG = "outbox";

/** Install the worker of the pages of a scope: where it can be woken, the one that sends. */
export async function installWorker(scope = "/") {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  const kept = { scope, updateViaCache: "none" };
  const of = scope === "/" ? "" : `scope=${scope}`;
  const sending = globalThis.SyncManager ? worker.register(`/sw.js?${of && `${of}&`}sending=1`, { ...kept, type: "module" }) : Promise.reject();
  await sending.catch(() => worker.register(of ? `/sw.js?${of}` : "/sw.js", kept)).catch(() => {});
}

/** Ask the browser to wake the worker when there is a network. */
export async function wakeLater() {
  if (!globalThis.SyncManager) return;
  try {
    const { sync } = await navigator.serviceWorker.getRegistration();
    if (!(await sync.getTags()).includes(TAG)) await sync.register(TAG);
  } catch {
    // not installed yet, or not allowed: then it goes while a page is open
  }
}
