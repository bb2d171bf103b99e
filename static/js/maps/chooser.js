// The chooser with its legend: which figure fills the counties, which layers are drawn.
import { t, number } from "../shell/words.js";
import { el, svg } from "../shell/dom.js";
import { get, set } from "./state.js";
import { choices, figure, indicator, onFigures } from "./figures.js";
import { classWords, countWords, fillWords, title } from "./names.js";
import { inScope, counties, onAreas, radius, shapes, townships } from "./areas.js";
import { collections, contributed, isOn, isPart, level, onLayers } from "./layers.js";

const GROUPS = {
  derived: "Moving out", extent: "Extent", people: "People", transfer: "Moved", relief: "Aid needed", houses: "Houses", crops: "Crops",
  livestock: "Livestock", fishery: "Fishery", industry: "Industry and trade", infrastructure: "Infrastructure",
  public_service: "Public services", loss: "Losses",
};

/** Build the chooser and keep its numbers right. */
export function initChooser() {
  const box = document.getElementById("chooser");
  const legend = el("div", { class: "group" });
  const marks = el("div", { class: "group" });
  const layers = el("div", { class: "group" });
  box.append(el("div", { class: "group" }, picker()), legend, marks, layers);
  if (window.innerWidth < 768) box.open = false;
  const figures = () => { legend.replaceChildren(...fillLegend().filter(Boolean)); marks.replaceChildren(...circleLegend()); };
  onFigures(figures);
  onAreas(figures);
  const list = () => layers.replaceChildren(...layerList());
  onLayers(list);
  figures();
  list();
}

/** Return a select with every indicator, by group. */
export function picker(id = "indicator") {
  const groups = new Map();
  for (const each of choices()) {
    const known = groups.get(each.group) ?? groups.set(each.group, []).get(each.group);
    known.push(el("option", { value: each.id, selected: each.id === indicator().id }, title(each)));
  }
  const box = el("select", { id, class: "compact", "aria-label": t("Figure shown"), onchange: () => set({ indicator: box.value }) },
    [...groups].map(([group, options]) => el("optgroup", { label: t(GROUPS[group] ?? group) }, options)));
  return box;
}

function fillLegend() {
  const own = indicator();
  return [
    ...classes(`${t("County fill")} · ${fillWords(own)}`, counties,
      (index) => classWords(own.county.borders, index, own.county.factor)),
    blind(),
    shapes.size > 0 && el("div", { class: "second" },
      classes(`${t("Township fill")} · ${own.unit}`, shapes, (index) => countWords(own.township.borders, index))),
  ];
}

/** Return the five colours of a fill, what each says, and how many areas have it. */
function classes(words, areas, said) {
  const counts = [0, 0, 0, 0, 0];
  for (const code of areas.keys()) if (inScope(code) && figure(code)?.class && !figure(code).partial) counts[figure(code).class - 1] += 1;
  return [
    el("small", {}, words),
    el("div", { class: "classes" }, counts.map((count, index) => el("div", {},
      el("div", { class: `swatch c${index + 1}` }),
      el("span", { class: "nowrap" }, said(index)), el("br"),
      el("strong", {}, count ? number(count) : "")))),
  ];
}

/** Say how many counties are left without a colour, and why. */
function blind() {
  const count = [...counties.keys()].filter((code) => inScope(code) && (!figure(code)?.class || figure(code).partial)).length;
  return count > 0 && el("small", {}, t("%(n)s counties without a colour: too little is known", { n: count }));
}

function circleLegend() {
  const { township, unit } = indicator();
  const sizes = [1, ...township.borders.slice(1), Math.round(township.borders[3] * 1.7)];
  return [
    el("div", { class: "check" }, el("strong", {}, t("Townships")), el("small", { class: "muted" }, `${number(townships.size)} · ${unit}`)),
    el("div", { class: "sizes", "aria-hidden": "true" }, sizes.map((size) => {
      const r = radius(size);
      return el("figure", {}, svg("svg", { width: r * 2, height: r * 2 }, svg("circle", { cx: r, cy: r, r })), number(size));
    })),
    el("ul", { class: "marks" },
      mark(svg("circle", { cx: 8, cy: 8, r: 5, fill: "var(--mark)" }), t("place known")),
      mark(svg("circle", { cx: 8, cy: 8, r: 5, fill: "none", stroke: "var(--mark)", "stroke-width": 2 }), t("place approximate")),
      el("li", {}, el("span", { class: "shape blind" }), t("never filed")),
      mark(svg("circle", { cx: 8, cy: 8, r: 5, fill: "var(--mark)", "fill-opacity": 0.45 }), t("over 3 hours old"))),
  ];
}

const mark = (drawing, words) => el("li", {}, svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, drawing), words);

function layerList() {
  if (!contributed.length) return [el("small", {}, t("No other layers yet."))];
  return contributed.map((layer) => {
    const count = collections.get(layer.id)?.features.length;
    const box = el("input", { type: "checkbox", id: `layer-${layer.id}`, checked: isOn(layer), onchange: () => flip(layer) });
    return el("div", {},
      el("label", { class: "check", for: box.id }, box, layer.title, el("span", { class: "muted" }, count === undefined || isPart() ? "" : number(count))),
      isOn(layer) && !isPart() && states(layer));
  });
}

/** Count a layer's states, each with its shape and word. */
function states(layer) {
  const counts = { ok: 0, watch: 0, act: 0, blind: 0 };
  for (const { properties } of collections.get(layer.id)?.features ?? []) if (level(properties)) counts[level(properties)] += 1;
  const shown = Object.entries(counts).filter(([, count]) => count);
  if (!shown.length) return null;
  const words = { ok: t("in order"), watch: t("watch"), act: t("act"), blind: t("not heard of") };
  return el("ul", { class: "marks" }, shown.map(([state, count]) =>
    el("li", {}, el("span", { class: `shape ${state}` }), `${words[state]} ${number(count)}`)));
}

function flip(layer) {
  const off = new Set((get("off") ?? "").split(",").filter(Boolean));
  if (!off.delete(layer.id)) off.add(layer.id);
  set({ off: [...off].join(",") || null });
}
