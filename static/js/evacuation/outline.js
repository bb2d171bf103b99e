// Drawing the outline of a risk point: each click a corner. What is drawn and what is typed are one.
import { boxOf, fit, startGround } from "../ground/ground.js";
import { empty } from "../ground/land.js";
import { number, t } from "../shell/words.js";
import { token } from "../shell/theme.js";

const LEAST = 3;
const CLOSE = 14; // pixels from the first corner that still finish the outline
const frame = document.getElementById("outline-map");
const field = document.getElementById("outline");
const state = document.querySelector("[data-drawing-state]");
let corners = read();
let drawing = corners.length < LEAST;
let map = null;

/** Return the corners that are typed; lines that are none are left to the server to name. */
function read() {
  const lines = field.value.split("\n").map((line) => line.replace(/[,，]/g, " ").trim().split(/\s+/).map(Number));
  const found = lines.filter((pair) => pair.length === 2 && pair.every(Number.isFinite) && Math.abs(pair[0]) <= 180 && Math.abs(pair[1]) <= 90);
  const [first, last] = [found[0], found.at(-1)];
  return found.length > 1 && first[0] === last[0] && first[1] === last[1] ? found.slice(0, -1) : found;
}

function change(next) {
  corners = next;
  field.value = corners.map((each) => each.join(" ")).join("\n");
  show();
}

const rounded = ({ lng, lat }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
const cross = ([a, b], [c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

/** Whether two sides of the closed outline cross. */
function crosses(ring) {
  const sides = ring.map((each, place) => [each, ring[(place + 1) % ring.length]]);
  return sides.some((one, place) => sides.slice(place + 2).some((other) => cross(one, other)));
}

function words() {
  if (corners.length >= LEAST && crosses(corners)) return t("The outline crosses itself: take the last corner back.");
  if (!drawing) return t("Finished with %(n)s corners. Click “Begin anew” to draw it again.", { n: number(corners.length) });
  if (corners.length < LEAST) return t("%(n)s corners; at least three are needed.", { n: number(corners.length) });
  return t("%(n)s corners. Click the next one, or finish.", { n: number(corners.length) });
}

function show() {
  state.textContent = words();
  state.classList.toggle("text-act", corners.length >= LEAST && crosses(corners));
  frame.dataset.drawing = String(drawing);
  frame.dataset.corners = String(corners.length);
  if (!map) return;
  const line = (coordinates, kind) => ({ type: "Feature", properties: { kind }, geometry: { type: "LineString", coordinates } });
  const features = corners.map((coordinates, place) => ({ type: "Feature", properties: { kind: "corner", first: place === 0 }, geometry: { type: "Point", coordinates } }));
  if (corners.length > 1) features.push(line(corners, "side"), line([corners.at(-1), corners[0]], drawing ? "open" : "side"));
  if (corners.length >= LEAST) features.push({ type: "Feature", properties: { kind: "area" }, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] } });
  map.getSource("outline").setData({ type: "FeatureCollection", features });
}

function layers() {
  map.addSource("outline", { type: "geojson", data: empty() });
  const of = (kind) => ["==", ["get", "kind"], kind];
  map.addLayer({ id: "area", type: "fill", source: "outline", filter: of("area"), paint: { "fill-opacity": 0.18 } });
  map.addLayer({ id: "side", type: "line", source: "outline", filter: of("side"), paint: { "line-width": 2.5 } });
  map.addLayer({ id: "open", type: "line", source: "outline", filter: of("open"), paint: { "line-width": 1.5, "line-dasharray": [3, 2] } });
  map.addLayer({ id: "corner", type: "circle", source: "outline", filter: of("corner"), paint: { "circle-radius": ["case", ["get", "first"], 7, 5], "circle-stroke-width": 2 } });
}

function repaint() {
  if (!map?.getLayer("corner")) return;
  const colours = { "area fill-color": "hazard", "side line-color": "hazard", "open line-color": "hazard", "corner circle-color": "panel", "corner circle-stroke-color": "hazard" };
  for (const [key, name] of Object.entries(colours)) map.setPaintProperty(...key.split(" "), token(name));
}

/** Take a corner; one that lies on the first finishes the outline. */
function take(event) {
  if (!drawing) return;
  const first = corners[0] && map.project(corners[0]);
  if (corners.length >= LEAST && Math.hypot(first.x - event.point.x, first.y - event.point.y) <= CLOSE) { act("finish"); return; }
  change([...corners, rounded(event.lngLat)]);
}

function act(what) {
  if (what === "finish") drawing = corners.length < LEAST;
  if (what === "clear") drawing = true;
  if (what === "undo") drawing = true;
  if (what === "clear") change([]);
  else if (what === "undo") change(corners.slice(0, -1));
  else if (what === "middle" && map) { drawing = true; change([...corners, rounded(map.getCenter())]); }
  else show();
}

for (const button of document.querySelectorAll("[data-draw]")) button.addEventListener("click", () => act(button.dataset.draw));
field.addEventListener("input", () => { corners = read(); drawing = corners.length < LEAST; show(); });
show();
map = await startGround(frame, { repaint, pointer: true });
if (map) {
  layers();
  repaint();
  map.on("click", take);
  frame.querySelector("[data-ground-map]").append(Object.assign(document.createElement("span"), { className: "cross", textContent: "+", ariaHidden: "true" }));
  const middle = frame.dataset.source?.split(",").map(Number);
  const box = corners.length ? boxOf([{ geometry: { coordinates: corners } }]) : null;
  if (box) fit(map, box);
  else if (middle) map.jumpTo({ center: middle, zoom: 12 });
  show();
} else for (const button of document.querySelectorAll("[data-draw=middle]")) button.hidden = true;
