// Keeps a page of the server true: [data-follow] names the changes it follows, and each
// [data-part] is fetched again and put in place. What somebody opened stays open; a part waits while
// the pointer is on it, and says that it waits where something is typed in it. A form that was given
// back stands at an address that cannot be asked: then [data-at] says where the page itself is, and
// without it nothing is.
import { el } from "../shell/dom.js";
import { t } from "../shell/words.js";
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
  if (part.innerHTML === next.innerHTML) return void waits.get(part)?.remove();
  if (part.matches(":hover") || part.contains(document.activeElement)) {
    timer ??= setTimeout(refresh, WAIT_MS * 3);
    return;
  }
  if (!takes.has(part) && [...part.querySelectorAll("input, select, textarea")].some(touched)) {
    if (shown(part) !== shown(next)) wait(part);
    return;
  }
  takes.delete(part);
  waits.get(part)?.remove();
  mark(part, next);
  const stood = new Map([...part.querySelectorAll("details")].map((each) => [nameOf(each), each.open]));
  part.replaceChildren(...next.childNodes);
  for (const each of part.querySelectorAll("details")) each.open = stood.get(nameOf(each)) ?? each.open;
}

/** Something is typed here that newer figures would wipe: say so, and leave it to whoever typed it. */
const waits = new WeakMap();
const takes = new WeakSet();
function wait(part) {
  if (waits.get(part)?.isConnected) return;
  const take = el("button", { type: "button", class: "button small", "data-take": true, onclick: () => { takes.add(part); refresh(); } }, t("Show it; what is typed here is lost"));
  const note = el("p", { class: "notice watch", role: "status", "data-waits": true }, t("Something changed here meanwhile."), " ", take);
  (part.closest("table") ?? part).before(note);
  waits.set(part, note);
  part.addEventListener("change", soon);
}

/** Return a part as it is read: without fresh ids, and without what was opened or marked here. */
function shown(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll('input[type="hidden"]')) each.remove();
  for (const each of copy.querySelectorAll("details")) each.removeAttribute("open");
  for (const each of copy.querySelectorAll(".is-changed, [class='']")) {
    each.classList.remove("is-changed");
    if (!each.className) each.removeAttribute("class");
  }
  return copy.innerHTML;
}

const nameOf = (each) => each.id || `${each.closest("[data-key]")?.dataset.key} ${each.querySelector("summary")?.textContent.trim()}`;

/** Whether a field says something else than it was sent with. */
function touched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type !== "select-one") return field.type !== "hidden" && field.value !== field.defaultValue;
  const sent = [...field.options].findIndex((each) => each.defaultSelected);
  return field.options.length > 0 && field.selectedIndex !== Math.max(0, sent);
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
