// 一张图: puts the pieces together. Each piece knows its own business.
import { t } from "../shell/words.js";
import { onChange } from "../live/live.js";
import { now } from "../shell/main.js";
import { refreshDrawer } from "../shell/drawer.js";
import { pause, settle } from "../shell/dom.js";
import { carry, get, set, watch, isLive } from "./state.js";
import { arrived, initStore } from "./store.js";
import { initFigures } from "./figures.js";
import { initAreas } from "./areas.js";
import { initLayers } from "./layers.js";
import { initChooser } from "./chooser.js";
import { initList, show as showList } from "./list.js";
import { initTiles, show as showTiles } from "./tilemap.js";
import { initTimeline } from "./timeline.js";
import { initStorm } from "./storm.js";
import { initTotals } from "./totals.js";
import { initQueue } from "./queue.js";
import { initOpen, initPointer } from "./pointer.js";
import { initPlaces } from "./place.js";
import { canDraw } from "../ground/land.js";
import { initLand, startMap, whenReady } from "./map.js";

const stage = document.getElementById("stage");
const place = (id) => document.getElementById(id);
const KEYS = { m: "map", g: "tiles", l: "list" };

function showView() {
  if (get("view") === "map") startDrawing();
  const view = get("view");
  stage.dataset.view = view;
  document.body.dataset.view = view;
  place("tiles").hidden = view !== "tiles";
  place("list").hidden = view !== "list";
  for (const button of stage.querySelectorAll("button[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  if (view === "tiles") showTiles();
  if (view === "list") showList();
}

function press(name) {
  for (const button of stage.querySelectorAll(`button[data-${name}]`)) {
    button.addEventListener("click", () => set({ [name]: button.dataset[name] }));
  }
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const view = KEYS[event.key.toLowerCase()];
  if (view) set({ view });
}

function showBasis() {
  for (const button of stage.querySelectorAll("[data-basis]")) button.setAttribute("aria-pressed", String(button.dataset.basis === get("basis")));
}

const PATIENCE_MS = 500;
let drawing = false;

/**
 * Start the map when it is looked at for the first time: tiles and list do not wait for it. It
 * waits for what it is to show, so that it is drawn once and not a dozen times.
 */
async function startDrawing() {
  if (drawing) return;
  drawing = true;
  if (canDraw()) {
    await arrived(PATIENCE_MS);
    const map = startMap(place("map"));
    whenReady(initPointer);
    map.on("webglcontextlost", () => message(t("The drawing was lost and comes back.")));
    map.on("webglcontextrestored", () => message(""));
    return;
  }
  message(t("This browser cannot draw the map. The list says the same."));
  if (get("view") === "map") set({ view: "list" });
}

function message(text) {
  const box = place("map-message");
  box.textContent = text;
  box.hidden = !text;
}

watch(["view"], showView);
watch(["basis"], showBasis);
document.addEventListener("keydown", keys);
document.addEventListener("click", (event) => carry(event.target.closest(".picker-list a")), true);
press("view");
press("basis");
onChange("", settle(() => { if (isLive()) refreshDrawer(); }, 2000));

let others = [];
const PIECES = [
  () => { initAreas(); initFigures(); initLayers(); initLand(); initStore(); },
  () => { initList(place("list")); initTiles(place("tiles")); },
  () => { showView(); showBasis(); },
  () => initTotals(place("totals"), () => others),
  () => { others = initQueue(); },
  () => initChooser(),
  () => initTimeline(place("timeline")),
  () => { initOpen(); initPlaces(); },
  () => initStorm(place("storm")),
];
for (const piece of PIECES) {
  piece();
  await pause(); // the reader's click goes before the next piece
}
