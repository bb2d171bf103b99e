// Pointing and clicking on the map: hover shows, a click opens the panel.
import { openDrawer } from "../shell/drawer.js";
import { hide, hoverFeature } from "./hover.js";
import { hitLayers } from "./layers.js";
import { get, query, set, watch } from "./state.js";
import { townships, counties } from "./areas.js";
import { lookAt } from "./map.js";
import { isMoving } from "./place.js";

const AREAS = new Set(["townships", "township_shapes", "counties"]);

/** Follow the pointer over a map. */
export function initPointer(map) {
  map.on("mousemove", (event) => {
    const found = hit(map, event.point);
    map.getCanvas().style.setProperty("cursor", found ? "pointer" : "");
    if (found) hoverFeature(found, event.point);
    else hide();
  });
  map.on("mouseout", hide);
  map.on("click", (event) => {
    if (isMoving()) return;
    const found = hit(map, event.point);
    if (found) open(map, found, event);
  });
}

function hit(map, point) {
  const box = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
  return map.queryRenderedFeatures(box, { layers: hitLayers(map) })[0] ?? null;
}

function open(map, { properties, source }, event) {
  if (properties.cluster_id) {
    map.getSource(source).getClusterExpansionZoom(properties.cluster_id)
      .then((zoom) => map.easeTo({ center: event.lngLat, zoom, duration: 300 }));
    return;
  }
  if (properties.panel) openDrawer(properties.panel);
  else if (AREAS.has(source)) set({ open: properties.code });
  else if (properties.href) openDrawer(properties.href, { page: true, title: properties.name ?? "" });
  else if (properties.area_code) set({ open: properties.area_code });
}

/** Open the panel of the area named in the view, now and whenever it changes. */
export function initOpen() {
  const show = () => { if (get("open")) openDrawer(`/areas/${get("open")}/panel?${query()}`); };
  watch(["open"], show);
  show();
  window.addEventListener("drawer", () => { if (document.getElementById("drawer").hidden) set({ open: null }); });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-show]");
    if (!asked || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const code = asked.dataset.show;
    set({ open: code });
    const area = townships.get(code) ?? counties.get(code);
    if (area) lookAt(area.properties.label ?? area.geometry.coordinates);
  });
}
