// The worker of the installable app, served as /sw.js behind the lines that give it APP, VERSION (made
// from the content of all files), PAGES (address of a page -> the page that is kept) and FILES
// (address -> hash). It serves those pages, and their files to those pages. Everything else, every
// answer of the API and every page of the desk, goes to the network as if it were not there.
/* global APP, VERSION, PAGES, FILES */
const NAME = `${APP}-${VERSION}`;

/** Fetch one file past every other cache; what is not exactly this version is refused. */
async function take(cache, path) {
  const integrity = FILES[path];
  const answer = await fetch(path, { cache: "reload", ...(integrity ? { integrity } : {}) });
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  await cache.put(path, answer);
}

/** Take what is not here yet: another worker of this version may hold it all, and serve from it. */
async function install() {
  const cache = await caches.open(NAME);
  const here = new Set((await cache.keys()).map((each) => new URL(each.url).pathname));
  const paths = [...new Set(Object.values(PAGES)), ...Object.keys(FILES)].filter((path) => !here.has(path));
  try {
    await Promise.all(paths.map((path) => take(cache, path)));
  } catch (error) {
    await caches.delete(NAME); // half a version is none
    throw error;
  }
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(`${APP}-`) && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(request, path) {
  return (await (await caches.open(NAME)).match(PAGES[path])) ?? fetch(request);
}

/** Serve a file to a page of the app; the desk shares some files and gets them fresh. */
async function file(event, path) {
  const client = await self.clients.get(event.clientId);
  const ours = client && Object.hasOwn(PAGES, new URL(client.url).pathname);
  const kept = ours && (await (await caches.open(NAME)).match(path));
  return kept || fetch(event.request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (Object.hasOwn(PAGES, url.pathname)) event.respondWith(page(request, url.pathname));
  } else if (Object.hasOwn(FILES, url.pathname)) event.respondWith(file(event, url.pathname));
});
