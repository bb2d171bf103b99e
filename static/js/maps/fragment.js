// Pieces the server draws: fetched again when something changed, still under the pointer,
// and what changed stays marked until it was seen.
import { inTurn, paced } from "../shell/dom.js";
import { ago } from "../shell/words.js";
import { onChange, onSnapshot } from "../live/live.js";
import { now } from "../shell/main.js";
import { isLive, query, watch } from "./state.js";

const LEAST_MS = 2000;

/** Keep the piece at `url` in `place`. `after(place)` runs whenever it was drawn. */
export function keepFragment(place, url, { after = () => {}, follows = "" } = {}) {
  const piece = { place, url, after, text: null, waiting: null, seen: new Map(), turn: inTurn() };
  const fetching = paced(() => load(piece), { least: LEAST_MS });
  piece.reload = (options) => load(piece, options);
  onChange(follows, () => { if (isLive()) fetching(); });
  onSnapshot(() => load(piece));
  load(piece);
  watch(["at", "known_at", "basis"], () => load(piece));
  place.addEventListener("pointerleave", () => release(piece));
  place.addEventListener("focusout", () => release(piece));
  place.addEventListener("pointerover", (event) => look(piece, event.target));
  place.addEventListener("focusin", (event) => look(piece, event.target));
  setInterval(() => { ages(place); if (isLive()) fetching(); }, 30000);
  return piece;
}

async function load(piece, { now: atOnce = false } = {}) {
  const stands = piece.turn();
  try {
    const answer = await fetch(`${piece.url}?${query()}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (!stands()) return;
    piece.waiting = null; // what waited is older than this
    if (text === piece.text) return;
    if (!atOnce && piece.text !== null && piece.place.matches(":hover, :focus-within")) piece.waiting = text;
    else draw(piece, text);
  } catch {
    piece.place.dataset.failed = "true";
  }
}

function release(piece) {
  if (piece.waiting === null || piece.place.matches(":hover")) return;
  draw(piece, piece.waiting);
  piece.waiting = null;
}

function draw(piece, text) {
  const first = piece.text === null;
  piece.text = text;
  delete piece.place.dataset.failed;
  // The server's own template, escaped by Jinja; no script runs out of a template element.
  const template = document.createElement("template");
  template.innerHTML = text;
  const top = piece.place.scrollTop;
  piece.place.replaceChildren(template.content);
  piece.place.scrollTop = top;
  for (const row of rows(piece)) {
    if (first) piece.seen.set(row.dataset.key, row.dataset.value);
    else row.classList.toggle("is-changed", piece.seen.get(row.dataset.key) !== row.dataset.value);
  }
  ages(piece.place);
  piece.after(piece.place);
}

const rows = (piece) => piece.place.querySelectorAll("[data-key]");

function look(piece, target) {
  const row = target.closest?.("[data-key]");
  if (!row) return;
  piece.seen.set(row.dataset.key, row.dataset.value);
  setTimeout(() => row.classList.remove("is-changed"), 600);
}

/** Mark everything in a piece as seen. */
export function seeAll(piece) {
  for (const row of rows(piece)) {
    piece.seen.set(row.dataset.key, row.dataset.value);
    row.classList.remove("is-changed");
  }
}

function ages(place) {
  for (const each of place.querySelectorAll("[data-ago]")) each.textContent = ago(Date.parse(each.dataset.ago), now());
}
