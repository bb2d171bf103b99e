// The numbers of a page: a shape and a title, the number, and in words how old it is and whose.
import { el } from "../shell/dom.js";
import { ago, hours, t } from "../shell/words.js";

/** Draw the headlines; what is the same stays as it is. */
export function drawCells(container, { headlines }) {
  const text = JSON.stringify(headlines);
  if (container.dataset.said === text) return;
  container.dataset.said = text;
  container.dataset.count = String(headlines.length);
  container.replaceChildren(...(headlines.length ? headlines.map(cell) : [el("p", { class: "nothing" }, t("Nothing is known to this question yet."))]));
}

function cell({ id, title, words, unit, state, as_of, source, until, share, says, unknown }) {
  const number = until ? el("strong", { "data-until": until }) : words ? el("strong", {}, words) : el("strong", { class: "unknown" }, unknown);
  return el("article", { "data-headline": id, "data-state": state },
    el("h2", {}, state === "none" ? null : el("span", { class: `shape ${state}` }), title),
    el("p", { class: "number" }, number, unit && (words || until) ? el("span", { class: "unit" }, unit) : null),
    share === null ? null : meter(share),
    el("p", { class: "whose" }, el("span", { "data-as-of": as_of ?? "" }), source ? el("span", {}, source) : null, says ? el("span", { class: "says" }, says) : null));
}

function meter(share) {
  const bar = el("meter", { min: "0", max: "1" });
  bar.value = share;
  return bar;
}

/** Say how old each number is, and how much time is left. */
export function tick(container, now) {
  for (const each of container.querySelectorAll("[data-as-of]")) {
    const at = each.dataset.asOf;
    each.textContent = at ? ago(Date.parse(at), now) : "";
  }
  for (const each of container.querySelectorAll("[data-until]")) {
    const span = Date.parse(each.dataset.until) - now;
    each.textContent = `${span < 0 ? "−" : ""}${hours(span)}`;
  }
}

/** Say the same as the map in a table, for who does not see it. */
export function drawCounties(table, areas) {
  table.tBodies[0].replaceChildren(...Object.entries(areas).map(([code, { words }]) =>
    el("tr", { "data-code": code }, el("th", { scope: "row" }, code), el("td", {}, words))));
}
