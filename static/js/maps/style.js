// The quiet base map and the marks of figures: a county is a fill, a township a circle, or a
// fill of its own once its outline is known.
import { token } from "../shell/theme.js";
import { COUNTY_LINES, FONT, geojson, LAND, landPaint, landSources, paint } from "../ground/land.js";

/** Return MapLibre's first style: no tiles, no glyphs, nothing from outside. */
export function baseStyle() {
  return {
    version: 8,
    sources: {
      ...landSources(), county_names: geojson({ promoteId: "code" }),
      townships: geojson({ promoteId: "code" }), township_shapes: geojson({ promoteId: "code" }),
    },
    layers: [
      ...LAND,
      { id: "counties", type: "fill", source: "counties" },
      { id: "township_ground", type: "fill", source: "township_shapes" },
      { id: "township_shapes", type: "fill", source: "township_shapes", filter: [">", ["get", "class"], 0] },
      { id: "township_never", type: "fill", source: "township_shapes", filter: ["==", ["get", "never"], true] },
      { id: "township_lines", type: "line", source: "township_shapes", paint: { "line-width": 0.6 } },
      COUNTY_LINES,
      { id: "townships", type: "circle", source: "townships",
        filter: ["all", ["!=", ["get", "never"], true], ["!=", ["get", "filled"], true], ["has", "radius"]] },
      { id: "never", type: "symbol", source: "townships", filter: ["all", ["==", ["get", "never"], true], ["!=", ["get", "filled"], true]],
        layout: { "icon-image": "never", "icon-allow-overlap": true } },
      { id: "selected", type: "circle", source: "townships", filter: ["==", ["get", "code"], ""] },
      { id: "selected_shape", type: "line", source: "township_shapes", filter: ["==", ["get", "code"], ""] },
      { id: "plates", type: "symbol", source: "townships", filter: ["==", ["get", "top"], true], layout: {
        "text-field": ["concat", ["get", "short"], " ", ["get", "words"]], "text-font": FONT, "text-size": 12,
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.1,
        "icon-image": "plate", "icon-text-fit": "both", "icon-text-fit-padding": [1, 4, 1, 4],
        "symbol-sort-key": ["-", 0, ["coalesce", ["get", "value"], 0]] } },
      { id: "names", type: "symbol", source: "townships", minzoom: 10.2, filter: ["!=", ["get", "top"], true], layout: {
        "text-field": ["get", "short"], "text-font": FONT, "text-size": 12,
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1 } },
      { id: "county_names", type: "symbol", source: "county_names", layout: {
        "text-field": ["format", ["get", "name"], { "font-scale": 1 }, "\n", {}, ["get", "words"], { "font-scale": 0.9 }],
        "text-font": FONT, "text-size": 15, "text-line-height": 1.15, "text-padding": 4 } },
    ],
  };
}

const classColour = (property) => ["match", ["get", property],
  1, token("fig-1"), 2, token("fig-2"), 3, token("fig-3"), 4, token("fig-4"), 5, token("fig-5"), token("land")];

/** From which class on the text of a county is drawn in the other tone. */
const darkFrom = () => (document.documentElement.dataset.theme === "night" ? 5 : 4);

/** Return the paint of every base layer in the theme's colours. */
export function paints() {
  return {
    ...landPaint(),
    counties: { "fill-color": classColour("class"), "fill-opacity": 1 },
    township_ground: { "fill-color": token("land") },
    township_shapes: { "fill-color": classColour("class"), "fill-opacity": ["case", ["==", ["get", "old"], true], 0.45, 1] },
    township_never: { "fill-pattern": "hatching" },
    township_lines: { "line-color": token("county-line") },
    selected_shape: { "line-color": token("accent"), "line-width": 2.5 },
    townships: {
      "circle-radius": ["get", "radius"],
      "circle-color": ["case", ["==", ["get", "approximate"], true], token("panel"), token("mark")],
      "circle-stroke-color": ["case", ["==", ["get", "approximate"], true], token("mark"), token("panel")],
      "circle-stroke-width": ["case", ["==", ["get", "approximate"], true], 2, 1.5],
      "circle-opacity": ["case", ["==", ["get", "old"], true], 0.45, 1],
      "circle-stroke-opacity": ["case", ["==", ["get", "old"], true], 0.6, 1],
    },
    selected: { "circle-radius": ["+", ["coalesce", ["get", "radius"], 5], 5], "circle-color": "rgba(0,0,0,0)",
      "circle-stroke-color": token("accent"), "circle-stroke-width": 2.5 },
    county_names: {
      "text-color": ["case", [">=", ["coalesce", ["get", "class"], 0], darkFrom()], token("on-fig-high"), token("on-fig-low")],
      "text-halo-color": classColour("class"), "text-halo-width": 2,
    },
    plates: { "text-color": token("text") },
    names: { "text-color": token("text"), "text-halo-color": token("panel"), "text-halo-width": 1.4 },
  };
}

/** Repaint a map after a change of theme. */
export function repaint(map) {
  paint(map, paints());
}
