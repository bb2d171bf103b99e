// Land and sea, the same on every map: no tiles, no glyphs, nothing from outside.
import { token } from "../shell/theme.js";

export const FONT = ["Noto Sans SC Variable"];
export const empty = () => ({ type: "FeatureCollection", features: [] });
export const geojson = (extra = {}) => ({ type: "geojson", data: empty(), ...extra });

/** Return the sources of the ground: coarse land far away, land near by, the counties. */
export const landSources = () => ({ far_land: geojson(), land: geojson(), counties: geojson({ promoteId: "code" }) });

/** The layers of land and sea, which lie below all others. */
export const LAND = [
  { id: "sea", type: "background", paint: {} },
  { id: "far_land", type: "fill", source: "far_land", maxzoom: 11 },
  { id: "land", type: "fill", source: "land" },
];

export const COUNTY_LINES = { id: "county_lines", type: "line", source: "counties", paint: { "line-width": 1 } };

/** Return the paint of land, sea and county lines in the theme's colours. */
export const landPaint = () => ({
  sea: { "background-color": token("sea") },
  far_land: { "fill-color": token("land") },
  land: { "fill-color": token("land") },
  county_lines: { "line-color": token("county-line") },
});

/** Put colours on a map's layers: {layer: {property: value}}. */
export function paint(map, paints) {
  for (const [layer, properties] of Object.entries(paints)) {
    for (const [name, value] of Object.entries(properties)) map.setPaintProperty(layer, name, value);
  }
}

/** Whether this browser can draw a map at all. */
export const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));
