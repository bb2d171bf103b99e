// The rows of a plan's table: one of them is chosen, and the map follows; the map may choose too.
const table = () => document.getElementById("villages");
let now = null;
let follow = () => {};

/** Let a click on a row, or its button, choose it; `fn(key, {moved})` hears which one is. */
export function initRows(fn) {
  follow = fn;
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#villages tbody tr[data-key]");
    if (row && !event.target.closest("a")) chosen(row.dataset.key === now ? null : row.dataset.key, { moved: true });
  });
  // The table is replaced when the plan changes: what was chosen stays chosen.
  new MutationObserver(mark).observe(document.querySelector(".page"), { childList: true, subtree: true });
}

/** Choose a row by its key, or none. */
export function chosen(key, { moved = false, scroll = false } = {}) {
  now = key;
  mark();
  if (key && scroll) table()?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.scrollIntoView({ block: "nearest" });
  follow(key, { moved });
}

function mark() {
  for (const row of table()?.querySelectorAll("tbody tr[data-key]") ?? []) {
    const is = row.dataset.key === now;
    if (row.classList.contains("selected") !== is) row.classList.toggle("selected", is);
    const button = row.querySelector("[data-flow]");
    if (button && button.getAttribute("aria-pressed") !== String(is)) button.setAttribute("aria-pressed", String(is));
  }
}
