// MapLibre: the base map, its controls and its keyboard. It knows no feature.
import * as maplibre from "/static/vendor/maplibre/maplibre-gl.mjs";
import { t } from "../shell/words.js";
import { addImages } from "../ground/marks.js";
import { baseStyle, repaint } from "./style.js";
import { config, get, set } from "./state.js";
import { keep } from "./store.js";

let map = null;
let first = null;
const FAR_FROM = 11;
let bounds = null;
const ready = [];

/** Call `fn(map)` once the map can take sources and layers. */
export function whenReady(fn) {
  if (map?.ready) fn(map);
  else ready.push(fn);
}

const into = (name) => (data) => whenReady(() => map.getSource(name).setData(data));

/** Fetch the land and wake the drawing's worker before there is a map. */
export function initLand() {
  maplibre.prewarm();
  keep("land", into("land"), { once: true });
}

/** Start the map in `container`. */
export function startMap(container) {
  const centre = get("centre")?.split(",").map(Number);
  map = new maplibre.Map({
    container, style: baseStyle(), attributionControl: false, dragRotate: false, pitchWithRotate: false,
    touchPitch: false, maxZoom: 17, minZoom: 4, center: centre ?? [0, 0], zoom: Number(get("zoom") ?? 7),
    fadeDuration: 0, locale: { "Map.Title": t("Map") },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  farLand();
  map.on("style.load", () => {
    addImages(map);
    repaint(map);
    map.ready = true;
    scaleBar();
    for (const fn of ready) fn(map);
  });
  map.on("idle", () => { document.getElementById("stage").dataset.drawn = "true"; });
  map.on("moveend", remember);
  map.on("move", scaleBar);
  document.documentElement.addEventListener("theme", () => { addImages(map); repaint(map); });
  controls();
  return map;
}

/** The coarse coasts of the whole basin are fetched when the map is wide enough to show them. */
function farLand() {
  if (map.getZoom() >= FAR_FROM) map.once("zoomend", farLand);
  else keep("far_land", into("far_land"), { once: true });
}

function remember() {
  const { lng, lat } = map.getCenter();
  if (!bounds) return;
  set({ centre: `${lng.toFixed(4)},${lat.toFixed(4)}`, zoom: map.getZoom().toFixed(2) });
}

/** Show a box; the first one becomes the whole area. Panels at the sides are kept clear. */
export function fit(box, { animate = false } = {}) {
  const wide = map.getContainer().clientWidth > 900;
  const drawer = document.body.classList.contains("has-drawer");
  const side = wide ? { left: 272, right: drawer ? 64 : 340 } : { left: 24, right: 56 };
  map.fitBounds(box, { padding: { top: 56, bottom: 40, ...side }, animate, maxZoom: 12 });
}

/** Show the whole area, unless the address says where to look. */
export function openOn(box) {
  first ??= box;
  if (get("centre") === null) fit(box);
  bounds ??= box;
}

/** Bring a point into view without changing more than needed. Asked for by a person only. */
export function lookAt(point) {
  map?.easeTo({ center: point, zoom: Math.max(map.getZoom(), 10.5), duration: 300 });
}

function controls() {
  const acts = {
    in: () => map.zoomIn(), out: () => map.zoomOut(), all: () => first && fit(first, { animate: true }),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
  for (const button of document.querySelectorAll("[data-map]")) {
    button.addEventListener("click", () => acts[button.dataset.map]());
  }
  window.addEventListener("drawer", () => setTimeout(() => map.resize(), 0));
}

function scaleBar() {
  const bar = document.getElementById("scale");
  if (!bar) return;
  const { lat } = map.getCenter();
  const metres = (40075016.7 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
  const step = [200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1].find((km) => (km * 1000) / metres <= 100) ?? 0.1;
  bar.textContent = step < 1 ? `${step * 1000} m` : `${step} km`;
  bar.style.setProperty("width", `${(step * 1000) / metres}px`);
}

export const areaIsWhole = () => config.area.level === "city";
