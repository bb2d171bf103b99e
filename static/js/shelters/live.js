// Keeps the figures of a shelters page true: what changed is fetched again and put in place.
// Forms are never touched, and a list under the pointer waits until the pointer has left it.
import { onChange, onSnapshot } from "../live/live.js";

const WAIT_MS = 800;
let timer = null;

const soon = () => { timer ??= setTimeout(refresh, WAIT_MS); };

onChange("shelter.", soon);
onSnapshot(soon);

async function refresh() {
  timer = null;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
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
  const before = new Map([...part.querySelectorAll("tr[data-key]")].map((row) => [row.dataset.key, row.innerHTML]));
  for (const row of next.querySelectorAll("tr[data-key]")) {
    if (before.get(row.dataset.key) === row.innerHTML) continue;
    row.classList.add("is-changed");
    row.addEventListener("pointerenter", () => row.classList.remove("is-changed"), { once: true });
  }
}
