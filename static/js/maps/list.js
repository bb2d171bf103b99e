// The list beside the map: the same townships, the same figures, sortable, by keyboard too.
import { t, number, ago } from "../shell/words.js";
import { el } from "../shell/dom.js";
import { now } from "../shell/main.js";
import { get, set } from "./state.js";
import { figure, indicator } from "./figures.js";
import { inScope, onAreas, townships } from "./areas.js";
import { title } from "./names.js";

let sort = { key: "value", down: true };
let box = null;

const COLUMNS = [
  { key: "name", title: () => t("Township"), value: (row) => row.name },
  { key: "county", title: () => t("County"), value: (row) => row.county },
  { key: "value", title: () => title(indicator()), value: (row) => row.figure?.value ?? -1, num: true },
  { key: "state", title: () => t("State"), value: (row) => stateOf(row)[0] },
  { key: "age", title: () => t("As of"), value: (row) => (row.figure?.as_of ? Date.parse(row.figure.as_of) : 0), num: true },
];

/** Build the list into its place and keep it right; under the pointer its order holds still. */
export function initList(place) {
  box = place;
  onAreas(() => { if (!box.hidden) show({ still: box.matches(":hover, :focus-within") }); });
}

/** Draw the list; `still` keeps the order of the rows whatever their figures. */
export function show({ still = false } = {}) {
  const rows = [...townships.values()].filter((each) => inScope(each.properties.code))
    .map(({ properties }) => ({ ...properties, figure: figure(properties.code) }));
  const column = COLUMNS.find((each) => each.key === sort.key);
  rows.sort((one, other) => compare(column.value(one), column.value(other)) * (sort.down ? -1 : 1));
  if (still) keepOrder(rows);
  const focused = document.activeElement?.closest?.("[data-code]")?.dataset.code;
  const top = box.scrollTop;
  box.replaceChildren(el("div", { class: "panel table-wrap" }, el("table", { class: "rows stack" },
    el("caption", { class: "sr" }, t("The townships of the map with the same figures")), head(), el("tbody", {}, rows.map(line)), foot(rows))));
  box.scrollTop = top;
  if (focused) box.querySelector(`[data-code="${focused}"] button`)?.focus();
}

function keepOrder(rows) {
  const order = new Map([...box.querySelectorAll("[data-code]")].map((each, index) => [each.dataset.code, index]));
  if (order.size) rows.sort((one, other) => (order.get(one.code) ?? 1e9) - (order.get(other.code) ?? 1e9));
}

const compare = (one, other) => (typeof one === "number" ? one - other : String(one).localeCompare(String(other), "zh"));

function head() {
  return el("thead", {}, el("tr", {}, COLUMNS.map((column) => {
    const direction = sort.down ? "descending" : "ascending";
    return el("th", { class: column.num ? "num" : null, scope: "col", "aria-sort": sort.key === column.key ? direction : null },
      el("button", { type: "button", onclick: () => { sort = { key: column.key, down: sort.key === column.key ? !sort.down : Boolean(column.num) }; show(); } }, column.title()));
  })));
}

function stateOf({ figure: own }) {
  if (!own || own.never) return ["blind", t("never filed")];
  if (own.value === null) return ["blind", t("not yet known")];
  return own.old ? ["watch", t("over 3 hours old")] : ["ok", t("filed")];
}

function line(row) {
  const [state, words] = stateOf(row);
  const open = () => set({ open: row.code });
  return el("tr", { "data-code": row.code, "aria-selected": get("open") === row.code ? "true" : null },
    el("td", {}, el("button", { class: "plain", type: "button", onclick: open }, el("strong", {}, row.name))),
    el("td", {}, row.county),
    el("td", { class: "num" }, row.figure && row.figure.value !== null ? [number(row.figure.value), el("span", { class: "unit" }, indicator().unit)] : "—"),
    el("td", {}, el("span", { class: `state ${state}` }, words)),
    el("td", { class: "num muted" }, row.figure?.as_of ? ago(Date.parse(row.figure.as_of), now()) : "—"));
}

function foot(rows) {
  const known = rows.filter((row) => row.figure && row.figure.value !== null);
  const sum = known.reduce((total, row) => total + row.figure.value, 0);
  return el("tfoot", {}, el("tr", { class: "total" },
    el("td", {}, t("Sum of what is known")), el("td", {}, ""),
    el("td", { class: "num" }, known.length ? [number(sum), el("span", { class: "unit" }, indicator().unit)] : "—"),
    el("td", { colspan: 2 }, t("%(n)s of %(m)s known", { n: known.length, m: rows.length }))));
}
