// Putting a township's place right: drag its mark, or click where it is.
import * as maplibre from "/static/vendor/maplibre/maplibre-gl.mjs";
import { t } from "../shell/words.js";
import { csrf, say, toast } from "../shell/dom.js";
import { closeDrawer } from "../shell/drawer.js";
import { townships } from "./areas.js";
import { whenReady } from "./map.js";
import { set } from "./state.js";

const NARROW = 768;
let moving = null;

/** Whether a click on the map belongs to a place being moved. */
export const isMoving = () => moving !== null;

/** Let buttons with data-move begin the correction of a place, on the map whatever is looked at. */
export function initPlaces() {
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-move]");
    if (!asked) return;
    set({ view: "map" });
    if (window.innerWidth < NARROW) closeDrawer(); // there it covers the map
    whenReady((map) => begin(map, asked.dataset.move));
  });
  whenReady((map) => map.on("click", (event) => { if (moving) finish(event.lngLat); }));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
}

function begin(map, code) {
  const area = townships.get(code);
  stop();
  const marker = new maplibre.Marker({ draggable: true }).setLngLat(area?.geometry.coordinates ?? map.getCenter()).addTo(map);
  moving = { code, marker };
  marker.on("dragend", () => finish(marker.getLngLat()));
  const words = t("Drag the mark, or click where the place is. Esc leaves it as it was.");
  say(words, { urgent: true });
  toast(words);
}

function stop() {
  moving?.marker.remove();
  moving = null;
}

async function finish({ lng, lat }) {
  const { code } = moving;
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  const body = JSON.stringify({ lon: Number(lng.toFixed(6)), lat: Number(lat.toFixed(6)), approximate: false });
  const answer = await fetch(`/api/v1/areas/${code}/point`, { method: "PUT", headers, body }).catch(() => null);
  if (answer?.ok) toast(t("The place was put right."));
  else toast(answer ? (await answer.json()).detail : t("No connection. Nothing was changed; try again."));
  stop();
}
