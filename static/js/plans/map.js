// The map of one evacuation plan: who goes where, on foot or by bus; a row and its flow are one.
import { boxOf, fetched, fit, startGround } from "../ground/ground.js";
import { empty, FONT } from "../ground/land.js";
import { bent } from "../ground/ways.js";
import { onChange, onSnapshot } from "../live/live.js";
import { paced, say } from "../shell/dom.js";
import { number, t } from "../shell/words.js";
import { token } from "../shell/theme.js";
import { chosen, initRows } from "./rows.js";

const frame = document.getElementById("plan-map");
const NEAR = 6; // pixels round a pointer that still hit a line
const of = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const wide = (extra = 0) => ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 1, 1.5 + extra, 10, 4 + extra, 40, 10 + extra];
const polygon = ["match", ["geometry-type"], ["Polygon", "MultiPolygon"], true, false];
const point = ["match", ["geometry-type"], ["Point"], true, false];

let map = null;
let kept = empty();

function layers() {
  map.addSource("plan", { type: "geojson", data: empty(), promoteId: "key" });
  const add = (id, type, filter, rest = {}) => map.addLayer({ id, type, source: "plan", filter, ...rest });
  add("hazards", "fill", ["all", of("hazard"), polygon], { paint: { "fill-opacity": 0.16 } });
  add("hazard_lines", "line", ["all", of("hazard"), ["!", point]], { paint: { "line-width": 2 } });
  add("hazard_points", "circle", ["all", of("hazard"), point], { paint: { "circle-radius": 7, "circle-stroke-width": 2 } });
  for (const how of ["walk", "bus"]) {
    add(how, "line", ["all", of("flow"), ["==", ["get", "how"], how]], {
      layout: { "line-cap": how === "walk" ? "round" : "butt" },
      paint: { "line-width": wide(), "line-opacity": 0.75, ...(how === "bus" ? { "line-dasharray": [3, 1.6] } : {}) } });
  }
  add("chosen", "line", ["==", ["get", "key"], ""], { paint: { "line-width": wide(2) } });
  add("villages", "circle", ["all", of("village"), ["==", ["get", "left"], 0]], { paint: { "circle-radius": 5, "circle-stroke-width": 2 } });
  add("left", "symbol", ["all", of("village"), [">", ["get", "left"], 0]], { layout: { "icon-image": "act", "icon-allow-overlap": true } });
  add("shelters", "symbol", of("shelter"), { layout: { "icon-image": "depot", "icon-allow-overlap": true } });
  add("broken", "symbol", ["all", of("shelter"), ["get", "broken"]], { layout: { "icon-image": "act", "icon-offset": [14, -14], "icon-allow-overlap": true } });
  add("names", "symbol", of("village", "shelter", "hazard"), { layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12,
    "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.1, "text-padding": 4,
    "symbol-sort-key": ["match", ["get", "kind"], "hazard", 0, "shelter", 1, 2] } });
}

function repaint() {
  if (!map?.getLayer("names")) return;
  const put = (layer, name, value) => map.setPaintProperty(layer, name, value);
  for (const each of ["walk", "bus"]) put(each, "line-color", token("fig-4"));
  put("chosen", "line-color", token("accent"));
  put("hazards", "fill-color", token("hazard"));
  put("hazard_lines", "line-color", token("hazard"));
  put("hazard_points", "circle-color", token("panel"));
  put("hazard_points", "circle-stroke-color", token("hazard"));
  put("villages", "circle-color", ["case", ["get", "approximate"], token("panel"), token("mark")]);
  put("villages", "circle-stroke-color", ["case", ["get", "approximate"], token("mark"), token("panel")]);
  put("names", "text-color", token("text"));
  put("names", "text-halo-color", token("panel"));
  put("names", "text-halo-width", 1.4);
}

function draw(found, first) {
  const features = found.features.map((each) => ({ ...(each.properties.kind === "flow" ? bent(each) : each), properties: { ...each.properties, key: each.id } }));
  map.getSource("plan").setData({ type: "FeatureCollection", features });
  const box = boxOf(found.features.filter(({ properties }) => properties.kind !== "hazard"));
  if (box && first) fit(map, box);
  frame.dataset.flows = String(found.features.filter(({ properties }) => properties.kind === "flow").length);
}

/** Say what a flow is, in words: for the ear, and beside the pointer. */
const words = ({ village, shelter, people, how }) =>
  t("%(village)s → %(shelter)s: %(n)s people, %(how)s", { village, shelter, n: number(people), how: how === "walk" ? t("on foot") : t("by bus") });

/** Let the map follow the row that is chosen. */
function show(key, { moved = false } = {}) {
  map?.setFilter("chosen", ["==", ["get", "key"], key ?? ""]);
  frame.dataset.chosen = key ?? "";
  const found = kept.features.find((each) => each.id === key);
  if (!found) return;
  say(words(found.properties));
  if (moved && map && !seen(boxOf([found]))) map.fitBounds(boxOf([found]), { padding: 72, duration: 300, maxZoom: 12 });
}

/** Whether all of a box is on the map as it stands: then it need not move. */
const seen = (box) => [box.getNorthEast(), box.getSouthWest()].every((each) => map.getBounds().contains(each));

/** Return the flow under a pointer, the thinnest first. */
function hit({ x, y }) {
  const found = map.queryRenderedFeatures([[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]], { layers: ["walk", "bus"] });
  return found.sort((one, other) => one.properties.people - other.properties.people)[0]?.properties ?? null;
}

function pointer() {
  const card = document.querySelector("[data-plan-hover]");
  map.on("click", (event) => chosen(hit(event.point)?.key ?? null, { scroll: true }));
  map.on("mousemove", (event) => {
    const over = hit(event.point);
    map.getCanvas().style.setProperty("cursor", over ? "pointer" : "");
    card.hidden = !over;
    if (over) card.textContent = words(over);
  });
  map.on("mouseout", () => { card.hidden = true; });
}

let loading = Promise.resolve();

/** Fetch the plan; the map begins when there is somebody to draw, which may be later. */
async function load() {
  const found = await fetched(frame.dataset.source);
  if (!found.features.some(({ properties }) => properties.kind === "village")) return;
  frame.closest("[data-plan-section]").hidden = false;
  const first = kept.features.length === 0;
  kept = found;
  if (first) await begin();
  if (map) draw(found, first);
}

async function begin() {
  map = await startGround(frame, { repaint });
  if (!map) return;
  layers();
  repaint();
  pointer();
}

initRows(show);
const again = paced(() => { loading = loading.then(load); return loading; });
again();
onChange("evacuation.plan", again);
onChange("hazard.", again);
onSnapshot(again);
