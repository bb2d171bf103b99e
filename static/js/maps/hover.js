// The card under the pointer: the figure, its age and its source.
import { t, number, ago } from "../shell/words.js";
import { el } from "../shell/dom.js";
import { now } from "../shell/main.js";
import { figure, indicator } from "./figures.js";
import { counties, townships } from "./areas.js";
import { coded, INTENSITIES, rateWords, STATES, title } from "./names.js";

const card = () => document.getElementById("hover");

/** Show an area's card beside an element. */
export function hover(element, code) {
  const place = element.getBoundingClientRect();
  const stage = document.getElementById("stage").getBoundingClientRect();
  put(areaCard(code), place.right - stage.x + 8, place.y - stage.y);
}

/** Show a card for map features at a point of the stage. */
export function hoverFeature({ properties }, point) {
  const area = properties.code && (townships.has(properties.code) || counties.has(properties.code));
  put(area ? areaCard(properties.code) : thingCard(properties), point.x + 14, point.y + 8);
}

/** Hide the card. */
export function hide() {
  card().hidden = true;
}

function put(content, x, y) {
  const box = card();
  box.replaceChildren(...content);
  box.hidden = false;
  const stage = document.getElementById("stage");
  const left = Math.min(x, stage.clientWidth - box.offsetWidth - 8);
  const top = Math.min(y, stage.clientHeight - box.offsetHeight - 8);
  box.style.setProperty("left", `${Math.max(8, left)}px`);
  box.style.setProperty("top", `${Math.max(8, top)}px`);
}

const row = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];

function areaCard(code) {
  const area = (townships.get(code) ?? counties.get(code)).properties;
  const own = figure(code);
  const scale = indicator().county;
  const rows = [];
  if (!own || own.never) rows.push(...row(title(indicator()), el("span", { class: "unknown" }, t("never filed"))));
  else if (own.value === null) rows.push(...row(title(indicator()), el("span", { class: "unknown" }, t("not yet known"))));
  else rows.push(...row(title(indicator()), number(own.value), el("span", { class: "unit" }, indicator().unit)));
  if (own && own.rate !== null) rows.push(...row(t("Rate"), rateWords(own.rate, scale)));
  if (own?.should !== undefined) rows.push(...row(t("moved / should move"), `${number(own.moved)} / ${number(own.should)}`));
  if (own?.expected > 1) rows.push(...row(t("Known"), `${number(own.known)} / ${number(own.expected)}`));
  return [el("h3", {}, area.name, " ", el("small", {}, area.county ?? "")), el("dl", {}, rows), source(own ?? {}),
    area.approximate && el("p", { class: "muted" }, t("The place on the map is approximate."))].filter(Boolean);
}

function thingCard(properties) {
  if (properties.point_count) return [el("h3", {}, t("%(n)s together; closer to part them", { n: properties.point_count }))];
  const rows = [];
  const level = properties.level;
  if (level) rows.push(...row(t("State"), el("span", { class: `state ${level}` }, t(STATES[level]))));
  const people = properties.occupied ?? properties.people;
  if (typeof people === "number") rows.push(...row(t("People / capacity"), `${number(people)} / ${number(properties.capacity ?? null)}`));
  if (properties.item_name) rows.push(...row(properties.item_name, number(properties.quantity), el("span", { class: "unit" }, properties.unit ?? "")));
  if (properties.intensity) rows.push(...row(t("Intensity"), t(INTENSITIES[properties.intensity])));
  if (properties.detail) rows.push(...row(t("Details"), properties.detail));
  return [el("h3", {}, properties.name ?? ""), el("dl", {}, rows), source(properties),
    properties.old && el("p", {}, el("span", { class: "state blind" }, t("old: verify before acting")))].filter(Boolean);
}

function source({ as_of: asOf, source: from }) {
  const age = asOf ? ago(Date.parse(asOf), now()) : t("no time known");
  return el("p", { class: "source" }, [age, coded(from)].filter(Boolean).join(" · "));
}
