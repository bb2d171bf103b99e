// Counties and townships: their places, and their figures put on the map.
import { number } from "../shell/words.js";
import { config, get, watch } from "./state.js";
import { figure, indicator, onFigures, populate } from "./figures.js";
import { rateWords } from "./names.js";
import { openOn, whenReady } from "./map.js";
import { keep } from "./store.js";

export const counties = new Map();
export const townships = new Map();
/** Townships whose outline was imported, by code: filled; all others are circles. */
export const shapes = new Map();
const moved = new Set();
const scope = new Set(config.scope);
const listeners = [];
const TOP = 12;
let pending = false;
let drawnOutlines = true;

/** Call `fn()` when areas or their figures changed; at most once a frame. */
export const onAreas = (fn) => { listeners.push(fn); };

/** Return a township's name without its last word. */
export const short = (name) => (name.length > 2 ? name.replace(/(街道|镇|乡)$/, "") : name);

/** Fetch the areas and follow their figures. */
export function initAreas() {
  keep("counties", (data) => {
    for (const feature of data.features) {
      counties.set(feature.properties.code, feature);
      populate(feature.properties.code, feature.properties.population);
    }
    later();
    const outlined = data.features.filter((each) => each.geometry && (scope.has(each.properties.code) || config.area.level === "township"));
    if (outlined.length) whenReady(() => openOn(boxOf(outlined)));
    drawnOutlines = outlined.length > 0;
  }, { once: true });
  keep("townships", (data) => {
    townships.clear();
    for (const feature of data.features) if (!feature.properties.pseudo) townships.set(feature.properties.code, feature);
    moved.add("townships");
    if (!drawnOutlines && townships.size) whenReady(() => openOn(boxOf([...townships.values()].filter((each) => inScope(each.properties.code)))));
    later();
  }, { events: ["area.moved", "areas.imported"] });
  keep("township_shapes", (data) => {
    shapes.clear();
    for (const feature of data.features) shapes.set(feature.properties.code, feature);
    moved.add("township_shapes");
    later();
  }, { events: ["areas.imported"] });
  onFigures(later);
  whenReady(later);
  watch(["open"], () => whenReady(select));
}

export const inScope = (code) => scope.has(code);

function later() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    whenReady(draw);
    for (const fn of listeners) fn();
  });
}

function draw(map) {
  const scale = indicator().county;
  const countyFeatures = [...counties.values()].filter((each) => each.geometry);
  push(map, "counties", countyFeatures.map((each) => ({ ...each, properties: countyProperties(each.properties, scale) })));
  push(map, "county_names", countyFeatures.map((each) => ({
    type: "Feature", geometry: { type: "Point", coordinates: each.properties.label },
    properties: countyProperties(each.properties, scale),
  })));
  const top = topCodes();
  push(map, "townships", [...townships.values()].map((each) => ({ ...each, properties: townshipProperties(each.properties, top) })));
  push(map, "township_shapes", [...shapes.values()].map((each) => ({ ...each, properties: shapeProperties(each.properties) })));
  select(map);
}

/** Set a source when its places changed, otherwise send it only the properties that did. */
function push(map, name, features) {
  const source = map.getSource(name);
  const known = (source.sent ??= new Map());
  if (moved.delete(name) || known.size !== features.length) {
    known.clear();
    for (const each of features) known.set(each.properties.code, JSON.stringify(each.properties));
    source.setData({ type: "FeatureCollection", features });
    return;
  }
  const update = [];
  for (const { properties } of features) {
    const text = JSON.stringify(properties);
    if (known.get(properties.code) === text) continue;
    known.set(properties.code, text);
    update.push({ id: properties.code, addOrUpdateProperties: Object.entries(properties).map(([key, value]) => ({ key, value })) });
  }
  if (update.length) source.updateData({ update });
}

function countyProperties(area, scale) {
  const own = inScope(area.code) ? figure(area.code) : null;
  const words = !own || own.rate === null ? "" : own.partial ? `${number(own.known)}/${number(own.expected)}` : rateWords(own.rate, scale);
  return { code: area.code, name: area.name, class: own?.partial ? 0 : own?.class ?? 0, words };
}

function topCodes() {
  const ranked = [...townships.keys()].filter(inScope)
    .map((code) => [code, figure(code)?.value ?? 0]).filter(([, value]) => value > 0)
    .sort((one, other) => other[1] - one[1]).slice(0, TOP);
  return new Set(ranked.map(([code]) => code));
}

function townshipProperties(area, top) {
  const own = inScope(area.code) ? figure(area.code) : null;
  const properties = { code: area.code, name: area.name, short: short(area.name), approximate: Boolean(area.approximate), filled: shapes.has(area.code) };
  if (!own) return { ...properties, value: null, words: "", radius: 2.5, old: false, never: false, top: false };
  return { ...properties, value: own.value, words: number(own.value), radius: radius(own.value), old: Boolean(own.old),
    never: Boolean(own.never), top: top.has(area.code) };
}

function shapeProperties(area) {
  const own = inScope(area.code) ? figure(area.code) : null;
  return { code: area.code, name: area.name, class: own?.class ?? 0, old: Boolean(own?.old), never: Boolean(own?.never) };
}

/** Return a circle's radius in pixels: its area grows with the figure, on a fixed scale. */
export function radius(value) {
  if (!value) return 2.5;
  const full = indicator().township.borders[3] * 1.7;
  return 2.5 + 7.5 * Math.sqrt(Math.min(value, full) / full);
}

function select(map) {
  const open = ["==", ["get", "code"], get("open") ?? ""];
  map.setFilter("selected", ["all", open, ["!=", ["get", "filled"], true]]);
  map.setFilter("selected_shape", open);
}

/** Return the largest ring of an outline: far islets do not decide what the map opens on. */
function mainland({ geometry }) {
  if (geometry.type === "Point") return geometry.coordinates;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((each) => each[0]).sort((one, other) => other.length - one.length)[0];
}

/** Return the box around features. */
export function boxOf(features) {
  let [west, south, east, north] = [180, 90, -180, -90];
  const visit = (part) => {
    if (typeof part[0] !== "number") { part.forEach(visit); return; }
    west = Math.min(west, part[0]); east = Math.max(east, part[0]);
    south = Math.min(south, part[1]); north = Math.max(north, part[1]);
  };
  for (const feature of features) visit(mainland(feature));
  return [[west, south], [east, north]];
}
