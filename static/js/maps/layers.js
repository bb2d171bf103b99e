// What the features contribute to the map: points by state, lines, hazards. One look for all.
import { token } from "../shell/theme.js";
import { config, get, watch } from "./state.js";
import { keep, refreshAll } from "./store.js";
import { whenReady } from "./map.js";
import { now } from "../shell/main.js";

const NEAR = 9.6;
const CLUSTER_FROM = 120;
const CLOSE = 12.5;
const REACH = 0.25;
const FADED = 0.4;
const HOUR = 3600000;
const LOOK_MS = 20000;
export const contributed = config.layers.filter((each) => each.drawn_as !== "base" && each.id !== "indicators");
export const collections = new Map();
const listeners = [];
const drawnOld = new Map();
let box = null;

/** Call `fn()` when a contributed layer changed. */
export const onLayers = (fn) => { listeners.push(fn); };

/** Whether a layer is switched on. */
export function isOn(layer) {
  const off = (get("off") ?? "").split(",").filter(Boolean);
  const flipped = off.includes(layer.id);
  return layer.on ? !flipped : flipped;
}

/** Fetch the contributed layers that are on, draw them, and follow their events. */
export function initLayers() {
  box = closeUp();
  whenReady((map) => map.on("moveend", () => widen(map)));
  watch(["view"], () => { if (box && get("view") !== "map") { box = null; refreshAll(); } });
  const start = () => contributed.filter(isOn).forEach(fetchOnce);
  start();
  setInterval(fade, LOOK_MS);
  watch(["off"], () => { start(); whenReady((map) => contributed.forEach((layer) => show(map, layer))); });
  document.documentElement.addEventListener("theme", () => whenReady((map) => contributed.forEach((layer) => recolour(map, layer))));
}

const fetched = new Set();

function fetchOnce(layer) {
  if (fetched.has(layer.id)) return;
  fetched.add(layer.id);
  keep(layer.id, (collection) => {
    collections.set(layer.id, collection);
    whenReady((map) => draw(map, layer, collection));
    for (const fn of listeners) fn();
  }, { events: layer.events, extra: () => (box ? { bbox: box.join() } : {}) });
}

/** Return the box to begin with when the address looks closely at one place, else null. */
function closeUp() {
  if (Number(get("zoom") ?? 0) < CLOSE || !get("centre") || get("view") !== "map") return null;
  const [lon, lat] = get("centre").split(",").map(Number);
  return [lon - REACH, lat - REACH, lon + REACH, lat + REACH].map((each) => Number(each.toFixed(4)));
}

/** Whether only a part of each layer is here yet. */
export const isPart = () => box !== null;

/** Fetch everything as soon as the map shows more than the part that is here. */
function widen(map) {
  if (!box) return;
  const shown = map.getBounds();
  const [west, south, east, north] = box;
  if (map.getZoom() >= CLOSE && shown.getWest() > west && shown.getEast() < east && shown.getSouth() > south && shown.getNorth() < north) return;
  box = null;
  refreshAll();
}

const LEVELS = new Set(["ok", "watch", "act", "blind"]);

/** Return how a thing stands: ok, watch, act, blind, or "" where that is not said. */
export function level({ band, state }) {
  if (LEVELS.has(band)) return band;
  return LEVELS.has(state) ? state : "";
}

/** Whether what is known of a thing is so old that it must be checked before anybody acts on it. */
export const isOld = ({ old_after_hours: hours, as_of: asOf }) => Boolean(hours && asOf && now() - Date.parse(asOf) > hours * HOUR);

const oldOnes = ({ features }) => features.filter(({ properties }) => isOld(properties)).length;

/** Draw again what has grown old since it was drawn. */
function fade() {
  for (const layer of contributed) {
    const collection = collections.get(layer.id);
    if (!collection || oldOnes(collection) === drawnOld.get(layer.id)) continue;
    whenReady((map) => draw(map, layer, collection));
    for (const fn of listeners) fn();
  }
}

const urgent = ({ properties, geometry }) => geometry.type !== "Point" || !["ok", "blind"].includes(level(properties));

function draw(map, layer, { features }) {
  drawnOld.set(layer.id, oldOnes({ features }));
  const drawn = features.filter((each) => each.geometry).map(named);
  const split = drawn.length > CLUSTER_FROM;
  const parts = { now: split ? drawn.filter(urgent) : drawn, calm: split ? drawn.filter((each) => !urgent(each)) : [] };
  if (!map.getSource(`${layer.id}:now`)) add(map, layer);
  for (const [part, list] of Object.entries(parts)) {
    map.getSource(`${layer.id}:${part}`).setData({ type: "FeatureCollection", features: list });
  }
}

const named = (feature) => ({ ...feature, properties: { ...feature.properties, level: level(feature.properties), old: isOld(feature.properties), fid: String(feature.id ?? feature.properties.id ?? "") } });

function add(map, layer) {
  const [now, calm] = [`${layer.id}:now`, `${layer.id}:calm`];
  const data = { type: "FeatureCollection", features: [] };
  map.addSource(now, { type: "geojson", data, promoteId: "fid" });
  map.addSource(calm, { type: "geojson", data, promoteId: "fid", cluster: true, clusterRadius: 28, clusterMaxZoom: 11 });
  const is = (...types) => ["match", ["geometry-type"], types, true, false];
  map.addLayer({ id: `${now}:fill`, type: "fill", source: now, filter: is("Polygon", "MultiPolygon") }, "townships");
  map.addLayer({ id: `${now}:line`, type: "line", source: now, filter: is("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    paint: { "line-dasharray": [4, 3], "line-width": 1.4 } }, "plates");
  map.addLayer({ id: `${calm}:cluster`, type: "circle", source: calm, minzoom: NEAR, filter: ["has", "point_count"],
    paint: { "circle-radius": ["step", ["get", "point_count"], 9, 20, 12, 100, 15], "circle-stroke-width": 2 } }, "plates");
  map.addLayer({ id: `${calm}:count`, type: "symbol", source: calm, minzoom: NEAR, filter: ["has", "point_count"],
    layout: { "text-field": ["to-string", ["get", "point_count"]], "text-size": 12, "text-font": ["Noto Sans SC Variable"], "text-allow-overlap": true } }, "plates");
  map.addLayer(symbol(`${calm}:point`, calm, ["!", ["has", "point_count"]], { minzoom: NEAR }), "plates");
  map.addLayer(symbol(`${now}:point`, now, is("Point")), "plates");
  recolour(map, layer);
  show(map, layer);
}

const symbol = (id, source, filter, extra = {}) => ({ id, type: "symbol", source, filter, ...extra, layout: {
  "icon-image": ["case", ["==", ["get", "kind"], "depot"], "depot", ["==", ["get", "kind"], "storm"], "storm",
    ["match", ["get", "level"], "ok", "ok", "watch", "watch", "act", "act", "blind", "blind", "dot"]],
  "icon-size": ["match", ["get", "intensity"], "super", 2, "severe", 1.75, "typhoon", 1.5, "strong", 1.25, "depression", 0.75, 1],
  "icon-allow-overlap": true, "icon-padding": 0,
  "symbol-sort-key": ["match", ["get", "level"], "act", 3, "watch", 2, "blind", 1, 0] },
paint: { "icon-opacity": ["case", ["get", "old"], FADED, 1] } });

const isHazard = (layer) => /storm|track|wind|hazard|flood/.test(layer.id);

function recolour(map, layer) {
  if (!map.getLayer(`${layer.id}:now:fill`)) return;
  const colour = token(isHazard(layer) ? "hazard" : "text");
  map.setPaintProperty(`${layer.id}:now:fill`, "fill-color", colour);
  map.setPaintProperty(`${layer.id}:now:fill`, "fill-opacity", isHazard(layer) ? 0.12 : 0.06);
  map.setPaintProperty(`${layer.id}:now:line`, "line-color", colour);
  map.setPaintProperty(`${layer.id}:calm:cluster`, "circle-color", token("panel"));
  map.setPaintProperty(`${layer.id}:calm:cluster`, "circle-stroke-color", token("ok"));
  map.setPaintProperty(`${layer.id}:calm:count`, "text-color", token("text"));
}

function show(map, layer) {
  for (const part of ["now:fill", "now:line", "now:point", "calm:cluster", "calm:count", "calm:point"]) {
    const id = `${layer.id}:${part}`;
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", isOn(layer) ? "visible" : "none");
  }
}

/** Return the ids of everything a pointer can hit, top first. */
export function hitLayers(map) {
  const ids = contributed.flatMap((layer) => ["now:point", "calm:point", "calm:cluster"].map((part) => `${layer.id}:${part}`));
  return [...ids, "townships", "never", "township_ground", "counties"].filter((id) => map.getLayer(id));
}
