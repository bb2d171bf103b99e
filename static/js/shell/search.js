// One box finds everything: Ctrl-K, arrows, Enter.
import { t } from "./words.js";
import { el } from "./dom.js";

let rows = [];
let chosen = -1;

/** Wire the search box of the top bar. */
export function initSearch() {
  const box = document.getElementById("search-box");
  const list = document.getElementById("search-results");
  if (!box || !list) return;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
  let timer = null;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(box, list), 150);
  });
  box.addEventListener("keydown", (event) => steer(event, box, list));
  box.addEventListener("blur", () => setTimeout(() => close(box, list), 150));
}

async function look(box, list) {
  const words = box.value.trim();
  if (!words) return close(box, list);
  const query = new URLSearchParams(location.search);
  query.set("q", words);
  try {
    const answer = await fetch(`/api/v1/search?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    rows = (await answer.json()).results;
  } catch {
    rows = [];
    return open(box, list, el("p", { class: "empty" }, t("The search does not answer. Try again.")));
  }
  if (box.value.trim() === words) show(box, list);
}

function show(box, list) {
  if (!rows.length) return open(box, list, el("p", { class: "empty" }, t("Nothing found.")));
  chosen = 0;
  open(box, list, ...rows.map((row, index) => el("div", {
    role: "option", id: `found-${index}`, "aria-selected": index === 0 ? "true" : "false",
    onmousedown: (event) => { event.preventDefault(); location.href = row.href; },
  }, el("strong", {}, row.title), " ", el("small", {}, row.detail))));
  box.setAttribute("aria-activedescendant", "found-0");
}

function open(box, list, ...content) {
  const place = box.closest(".search").getBoundingClientRect();
  list.style.setProperty("left", `${Math.max(0, Math.min(place.left, innerWidth - 480))}px`);
  list.replaceChildren(...content);
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
}

function close(box, list) {
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function steer(event, box, list) {
  if (event.key === "Escape") { event.stopPropagation(); close(box, list); }
  if (list.hidden || !rows.length) return;
  if (event.key === "Enter") location.href = rows[Math.max(0, chosen)].href;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
  [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === chosen)));
  list.children[chosen].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", `found-${chosen}`);
}
