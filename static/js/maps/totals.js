// The headline strip: quiet updates, and what changed since the person looked last.
import { t, signed, clock } from "../shell/words.js";
import { now } from "../shell/main.js";
import { config } from "./state.js";
import { keepFragment, seeAll } from "./fragment.js";

const KEY = `looked:${config.disaster ?? ""}:${config.area.code}`;

function looked() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? { at: null, values: {} };
  } catch {
    return { at: null, values: {} };
  }
}

/** Keep the strip; pieces marked as seen together with it are given. */
export function initTotals(place, others) {
  const piece = keepFragment(place, "/desk/totals", { after: (box) => drawn(box, piece, others) });
  return piece;
}

function drawn(box, piece, others) {
  const last = looked();
  if (last.at === null) remember(box);
  for (const note of box.querySelectorAll("[data-looked]")) {
    const cell = note.closest("[data-key]");
    const before = last.values[cell.dataset.key];
    if (before === undefined || cell.dataset.value === "") continue;
    note.textContent = `${t("looked")} ${signed(Number(cell.dataset.value) - before)}`;
  }
  const at = box.querySelector("#looked-at");
  if (at) at.textContent = last.at ? `${t("last looked")} ${clock(last.at)}` : "";
  box.querySelector("#mark-seen")?.addEventListener("click", () => {
    remember(box);
    seeAll(piece);
    others().forEach(seeAll);
    for (const note of box.querySelectorAll("[data-looked]")) note.textContent = "";
    if (at) at.textContent = `${t("last looked")} ${clock(looked().at)}`;
  });
}

function remember(box) {
  const values = {};
  for (const cell of box.querySelectorAll("[data-key]")) if (cell.dataset.value !== "") values[cell.dataset.key] = Number(cell.dataset.value);
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: now(), values }));
  } catch {
    // A full or forbidden store only costs the "since I looked".
  }
}
