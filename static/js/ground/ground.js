// A small map of a page's own: land, counties with their names, buttons. It knows no feature; the
// page puts its own sources and layers on it. Its frame is `ground()` of templates/ground.html.
import * as maplibre from "/static/vendor/maplibre/maplibre-gl.mjs";
import { token } from "../shell/theme.js";
import { t } from "../shell/words.js";
import { addImages } from "./marks.js";
import { canDraw, COUNTY_LINES, FONT, geojson, LAND, landPaint, landSources, paint } from "./land.js";

const MARGIN = { top: 40, bottom: 40, left: 40, right: 64 };
const RETRY_MS = 5_000;

const style = () => ({
  version: 8,
  sources: { ...landSources(), county_names: geojson() },
  layers: [...LAND, COUNTY_LINES, { id: "county_names", type: "symbol", source: "county_names", layout: {
    "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-padding": 8 } }],
});

const paints = () => ({ ...landPaint(),
  county_names: { "text-color": token("muted"), "text-halo-color": token("land"), "text-halo-width": 1.5 } });

/**
 * Start a map in a frame and return it once it takes sources and layers; null where the browser
 * cannot draw, which the frame then says. `repaint(map)` is called now and at each change of theme.
 */
export async function startGround(frame, { repaint = () => {}, pointer = false } = {}) {
  const message = frame.querySelector("[data-ground-message]");
  if (!canDraw()) {
    Object.assign(message, { hidden: false, textContent: t("This browser cannot draw the map. The list says the same.") });
    frame.dataset.drawn = "never";
    return null;
  }
  const map = new maplibre.Map({ container: frame.querySelector("[data-ground-map]"), style: style(), attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 17, minZoom: 4, zoom: 7, center: [0, 0],
    fadeDuration: 0, cooperativeGestures: !pointer, locale: locale() });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  await new Promise((done) => { map.once("style.load", done); });
  const colour = () => { addImages(map); paint(map, paints()); repaint(map); };
  addImages(map);
  paint(map, paints());
  document.documentElement.addEventListener("theme", colour);
  map.on("idle", () => { frame.dataset.drawn = "true"; });
  map.on("webglcontextlost", () => Object.assign(message, { hidden: false, textContent: t("The drawing was lost and comes back.") }));
  map.on("webglcontextrestored", () => { message.hidden = true; });
  buttons(frame, map);
  ground(frame, map);
  return map;
}

const locale = () => ({ "Map.Title": t("Map"), "CooperativeGesturesHandler.WindowsHelpText": t("Hold Ctrl while you scroll to come closer."),
  "CooperativeGesturesHandler.MacHelpText": t("Hold ⌘ while you scroll to come closer."),
  "CooperativeGesturesHandler.MobileHelpText": t("Move the map with two fingers.") });

function buttons(frame, map) {
  const acts = { in: () => map.zoomIn(), out: () => map.zoomOut(), all: () => map.whole && fit(map, map.whole, { animate: true }) };
  for (const button of frame.querySelectorAll("[data-ground]")) button.addEventListener("click", () => acts[button.dataset.ground]());
}

async function ground(frame, map) {
  const { area, disaster } = frame.dataset;
  const query = `?area=${area}${disaster ? `&disaster=${disaster}` : ""}`;
  for (const id of ["land", "far_land"]) fetched(`/api/v1/layers/${id}${query}`).then((data) => map.getSource(id).setData(data));
  const counties = await fetched(`/api/v1/layers/counties${query}`);
  map.getSource("counties").setData({ ...counties, features: counties.features.filter((each) => each.geometry) });
  map.getSource("county_names").setData({ type: "FeatureCollection", features: counties.features.filter((each) => each.properties.label).map((each) => ({
    type: "Feature", properties: each.properties, geometry: { type: "Point", coordinates: each.properties.label } })) });
  const whole = boxOf(counties.features.filter((each) => each.geometry));
  if (!map.whole && whole && map.getZoom() <= 7) fit(map, whole);
}

/** Return what an address answers; it is asked again until it answers. */
export async function fetched(url) {
  for (;;) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return await answer.json();
    } catch { /* asked again below */ }
    await new Promise((done) => { setTimeout(done, RETRY_MS); });
  }
}

/** Return the box round features, or null when there is none. */
export function boxOf(features) {
  const box = new maplibre.LngLatBounds();
  const visit = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(visit));
  for (const each of features) visit(each.geometry.coordinates);
  return box.isEmpty() ? null : box;
}

/** Show a box; it is what "whole area" comes back to. */
export function fit(map, box, { animate = false } = {}) {
  map.whole = box;
  map.fitBounds(box, { padding: MARGIN, animate, duration: 300, maxZoom: 14 });
}
