// The map of one item of an allocation plan: depots, places by what they get, the ways between.
import { boxOf, fetched, fit, startGround } from "../ground/ground.js";
import { empty, FONT } from "../ground/land.js";
import { bent } from "../ground/ways.js";
import { onChange, onSnapshot } from "../live/live.js";
import { paced } from "../shell/dom.js";
import { token } from "../shell/theme.js";
import { number, t } from "../shell/words.js";

const frame = document.getElementById("plan-map");
const NEAR = 6; // pixels round a pointer that still hit a line
const of = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const wide = (extra = 0) => ["interpolate", ["linear"], ["sqrt", ["get", "quantity"]], 1, 1 + extra, 20, 4 + extra, 80, 9 + extra];
const size = (share) => ["*", share, ["interpolate", ["linear"], ["sqrt", ["get", "quantity"]], 1, 5, 20, 9, 80, 20]];
const polygon = ["match", ["geometry-type"], ["Polygon", "MultiPolygon"], true, false];
const point = ["match", ["geometry-type"], ["Point"], true, false];

let map = null;
let kept = empty();
let loading = Promise.resolve();

function layers() {
  map.addSource("plan", { type: "geojson", data: empty(), promoteId: "key" });
  const add = (id, type, filter, rest = {}) => map.addLayer({ id, type, source: "plan", filter, ...rest });
  add("hazards", "fill", ["all", of("hazard"), polygon], { paint: { "fill-opacity": 0.16 } });
  add("hazard_lines", "line", ["all", of("hazard"), ["!", point]], { paint: { "line-width": 2 } });
  add("hazard_points", "circle", ["all", of("hazard"), point], { paint: { "circle-radius": 7, "circle-stroke-width": 2 } });
  add("ways", "line", of("flow"), { layout: { "line-cap": "round" }, paint: { "line-width": wide(), "line-opacity": 0.6 } });
  add("chosen", "line", ["==", ["get", "need"], ""], { layout: { "line-cap": "round" }, paint: { "line-width": wide(2) } });
  add("needs", "circle", of("need"), { paint: { "circle-radius": size(1), "circle-stroke-width": 1.5 } });
  add("got", "circle", ["all", of("need"), [">", ["get", "got"], 0]], { paint: { "circle-radius": size(["sqrt", ["get", "cover"]]) } });
  add("depots", "symbol", of("depot"), { layout: { "icon-image": "depot", "icon-allow-overlap": true } });
  add("names", "symbol", of("need", "depot", "hazard"), { layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12,
    "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.1, "text-padding": 4,
    "symbol-sort-key": ["match", ["get", "kind"], "hazard", 0, "depot", 1, ["+", 2, ["coalesce", ["get", "cover"], 1]]] } });
}

function repaint() {
  if (!map?.getLayer("names")) return;
  const put = (layer, name, value) => map.setPaintProperty(layer, name, value);
  put("ways", "line-color", token("fig-3"));
  put("chosen", "line-color", token("accent"));
  put("hazards", "fill-color", token("hazard"));
  put("hazard_lines", "line-color", token("hazard"));
  put("hazard_points", "circle-color", token("panel"));
  put("hazard_points", "circle-stroke-color", token("hazard"));
  put("needs", "circle-color", token("panel"));
  put("needs", "circle-stroke-color", ["case", ["get", "approximate"], token("muted"), token("fig-5")]);
  put("got", "circle-color", token("fig-5"));
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
  mark();
}

/** Let the map show the ways to the place that is chosen in the table. */
function mark() {
  const key = document.querySelector("#needs tr.selected")?.dataset.key ?? "";
  map?.getLayer("chosen") && map.setFilter("chosen", ["==", ["get", "need"], key]);
  frame.dataset.chosen = key;
}

/** Say what lies under a pointer, in words. */
function words({ kind, name, depot, place, quantity, got, unit }) {
  if (kind === "flow") return t("%(depot)s → %(place)s: %(n)s %(unit)s", { depot, place, n: number(quantity), unit });
  return t("%(name)s: %(got)s of %(n)s %(unit)s", { name, got: number(got), n: number(quantity), unit });
}

function hit({ x, y }) {
  const found = map.queryRenderedFeatures([[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]], { layers: ["needs", "ways"] });
  return (found.find(({ properties }) => properties.kind === "need") ?? found[0])?.properties ?? null;
}

function pointer() {
  const card = document.querySelector("[data-plan-hover]");
  map.on("click", (event) => {
    const found = hit(event.point);
    const link = found && document.querySelector(`#needs tr[data-key="${CSS.escape(found.need ?? found.key)}"] a`);
    link?.click();
  });
  map.on("mousemove", (event) => {
    const over = hit(event.point);
    map.getCanvas().style.setProperty("cursor", over ? "pointer" : "");
    card.hidden = !over;
    if (over) card.textContent = words(over);
  });
  map.on("mouseout", () => { card.hidden = true; });
}

async function load() {
  const found = await fetched(frame.dataset.source);
  if (!found.features.some(({ properties }) => properties.kind === "need")) return;
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

const again = paced(() => { loading = loading.then(load); return loading; }, { soon: 50, least: 400 });
again();
new MutationObserver(mark).observe(document.querySelector(".rows-side"), { childList: true, subtree: true });
onChange("allocation.plan", again);
onChange("hazard.", again);
onSnapshot(again);
