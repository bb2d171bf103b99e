// The wall's half map: counties filled by class, with their number. Its own drawing loop moves the
// pulse, so that a map that stands still is seen to stand still; a lost context is built anew.
import * as maplibre from "/static/vendor/maplibre/maplibre-gl.mjs";
import { token } from "../shell/theme.js";
import { t } from "../shell/words.js";

const PATIENCE = 4_000;
const FONT = ["Noto Sans SC Variable"];
const empty = { type: "FeatureCollection", features: [] };
const held = { land: empty, counties: null };
let container = null;
let config = null;
let map = null;
let areas = {};
let beats = 0;

const classes = () => ["match", ["get", "class"], 1, token("fig-1"), 2, token("fig-2"), 3, token("fig-3"), 4, token("fig-4"), 5, token("fig-5"), token("land")];
const size = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--wall-text")) || 20;

function style() {
  return {
    version: 8,
    sources: { land: { type: "geojson", data: held.land }, counties: { type: "geojson", data: empty }, names: { type: "geojson", data: empty } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": token("sea") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": token("land") } },
      { id: "counties", type: "fill", source: "counties", paint: { "fill-color": classes() } },
      { id: "lines", type: "line", source: "counties", paint: { "line-color": token("county-line"), "line-width": 2 } },
      { id: "names", type: "symbol", source: "names", layout: {
        "text-field": ["format", ["get", "name"], { "font-scale": 0.9 }, "\n", {}, ["get", "words"], { "font-scale": 1.05 }],
        "text-font": FONT, "text-size": size(), "text-line-height": 1.1, "text-allow-overlap": true },
        paint: { "text-color": token("text"), "text-halo-color": token("land"), "text-halo-width": 2 } },
    ],
  };
}

/** Start the map; without WebGL the page goes on without it. */
export function startMap(element, known) {
  [container, config] = [element, known];
  if (!document.createElement("canvas").getContext("webgl2")) {
    document.querySelector(".no-map").hidden = false;
    return;
  }
  fetchLayer("land").then((data) => { held.land = data; map?.getSource("land")?.setData(data); });
  fetchLayer("counties").then((data) => { held.counties = data.features.filter((each) => each.geometry && config.scope.includes(each.properties.code)); build(); });
  addEventListener("wall-size", () => { if (map?.ready) { map.setLayoutProperty("names", "text-size", size()); fit(); } });
}

async function fetchLayer(id) {
  for (;;) {
    try {
      const answer = await fetch(`/api/v1/layers/${id}?area=${config.area}${config.disaster ? `&disaster=${config.disaster}` : ""}`);
      if (answer.ok) return await answer.json();
    } catch { /* asked again below */ }
    await new Promise((done) => { setTimeout(done, 5_000); });
  }
}

function build() {
  map?.remove();
  map = new maplibre.Map({ container, style: style(), attributionControl: false, interactive: false, fadeDuration: 0, center: [0, 0], zoom: 7, locale: { "Map.Title": t("Map") } });
  const mine = map;
  mine.on("load", () => { mine.ready = true; draw(); fit(); });
  mine.on("render", pulse);
  mine.on("idle", () => { container.dataset.drawn = "true"; });
  mine.getCanvas().addEventListener("webglcontextlost", () => {
    container.dataset.lost = String(Number(container.dataset.lost ?? 0) + 1);
    setTimeout(() => { if (map === mine) build(); }, PATIENCE);
  });
}

function fit() {
  const box = new maplibre.LngLatBounds();
  const visit = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(visit));
  for (const each of held.counties) visit(largest(each.geometry));
  if (!box.isEmpty()) map.fitBounds(box, { padding: { top: size() * 1.5, left: size() * 1.5, right: size() * 1.5, bottom: size() * 4 }, animate: false });
}

/** Return the largest ring of an outline: far islets do not decide what is shown. */
function largest({ type, coordinates }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons.map((each) => each[0]).sort((one, other) => other.length - one.length)[0];
}

/** Put the numbers of a page on the map. */
export function mark(found) {
  areas = found;
  if (map?.ready) draw();
}

function draw() {
  const told = (code) => areas[code] ?? { words: "", class: 0 };
  const short = (name) => (name.length > 2 ? name.replace(/[区县市]$/, "") : name);
  const features = held.counties.map((each) => ({ ...each, properties: { ...told(each.properties.code), name: short(each.properties.name) } }));
  map.getSource("counties").setData({ type: "FeatureCollection", features });
  map.getSource("names").setData({ type: "FeatureCollection", features: held.counties.map((each, place) => ({
    type: "Feature", properties: features[place].properties, geometry: { type: "Point", coordinates: each.properties.label } })) });
}

function pulse() {
  const mark_ = document.getElementById("pulse");
  const next = String(beats);
  if (mark_.dataset.beat !== next) mark_.dataset.beat = next;
}

/** Ask the map to draw once more: what it draws is the pulse. Without a map it moves by itself. */
export function beat() {
  beats = (beats + 1) % 60;
  if (map) map.triggerRepaint();
  else pulse();
}
