// Keeps a page of the server true: [data-follow] names the changes it follows, and each
// [data-part] is fetched again and put in place. Forms are never touched, and a part under the
// pointer waits until the pointer has left it. A form that was given back stands at an address
// that cannot be asked: then [data-at] says where the page itself is, and without it nothing is.
import { onChange, onSnapshot } from "./live.js";

const WAIT_MS = 800; // at most one look in so many
const GATHER_MS = 60; // what one transaction changed comes together
let timer = null;
let lookedAt = -WAIT_MS;

const soon = () => { timer ??= setTimeout(refresh, Math.max(GATHER_MS, lookedAt + WAIT_MS - performance.now())); };
const page = document.querySelector("[data-follow]");

const place = page.dataset.at ?? ("answered" in document.documentElement.dataset ? null : location.href);

if (place) {
  for (const prefix of page.dataset.follow.split(" ")) onChange(prefix, soon);
  onSnapshot(soon);
  if (page.dataset.every) setInterval(soon, Number(page.dataset.every) * 1000);
}

async function refresh() {
  timer = null;
  lookedAt = performance.now();
  const answer = await fetch(place, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (next) replace(part, next);
  }
}

function replace(part, next) {
  if (part.innerHTML === next.innerHTML) return;
  if (part.matches(":hover") || part.contains(document.activeElement)) {
    timer ??= setTimeout(refresh, WAIT_MS * 3);
    return;
  }
  mark(part, next);
  part.replaceChildren(...next.childNodes);
}

/** Mark the rows that say something else than before, until the pointer has been on them. */
function mark(part, next) {
  const before = new Map([...part.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row.innerHTML]));
  for (const row of next.querySelectorAll("[data-key]")) {
    if (before.get(row.dataset.key) === row.innerHTML) continue;
    row.classList.add("is-changed");
    row.addEventListener("pointerenter", () => row.classList.remove("is-changed"), { once: true });
  }
}
