// The ground of the phone's map: metres around a centre, the view on it, and what is drawn there.
import { svg } from "../../shell/dom.js";

const METRES_A_DEGREE = 111320;
const POINT = 7; // half a symbol, in pixels
const SYMBOLS = {
  shelters: (r) => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  depots: (r) => `M0,${-r}L${r},0L0,${r}L${-r},0z`,
  risk_points: (r) => `M0,${-r}L${r},${r}L${-r},${r}z`,
  hazards: (r) => `M${-r},${-r}L${r},${r}M${r},${-r}L${-r},${r}`,
};

/** Return how a place in degrees lies in metres east and south of the centre of a map. */
export function metres({ centre: [lon, lat] }) {
  const wide = METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);
  return ([x, y]) => [(x - lon) * wide, (lat - y) * METRES_A_DEGREE];
}

/** Return the middle of a geometry, in degrees. */
export function middle({ coordinates }) {
  const flat = coordinates.flat(3);
  const [xs, ys] = [flat.filter((_, n) => n % 2 === 0), flat.filter((_, n) => n % 2 === 1)];
  const half = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  return [half(xs), half(ys)];
}

/** Return how far two places are apart, in metres. */
export function apart(map, one, other) {
  const at = metres(map);
  const [[x, y], [u, v]] = [at(one), at(other)];
  return Math.hypot(x - u, y - v);
}

const path = (at, line, closed) => `M${line.map((each) => at(each).map(Math.round).join(",")).join("L")}${closed ? "z" : ""}`;

/** Return the outline of a geometry that is no point. */
function outline(at, { type, coordinates }) {
  if (type === "LineString") return path(at, coordinates, false);
  if (type === "MultiLineString") return coordinates.map((line) => path(at, line, false)).join("");
  const rings = type === "Polygon" ? coordinates : coordinates.flat();
  return rings.map((ring) => path(at, ring, true)).join("");
}

/** Draw a map into an SVG: `view` is {x, y, width} in metres, `pixel` how many metres one is. */
export function draw(canvas, map, { view, pixel, chosen, choose, here }) {
  const at = metres(map);
  const { x, y, width } = view;
  canvas.setAttribute("viewBox", `${x - width / 2} ${y - width / 2} ${width} ${width}`);
  const place = (point, ...drawn) => svg("g", { transform: `translate(${at(point).map(Math.round).join(" ")}) scale(${pixel})` }, ...drawn);
  const thing = (layer, each) => {
    const picked = chosen === each ? " chosen" : "";
    const touch = { onclick: () => choose(each) };
    const mark = place(middle(each.geometry), svg("circle", { class: "touch", r: 22 }),
      svg("path", { class: `mark ${layer.id} ${each.band || each.state}${picked}`, d: (SYMBOLS[layer.id] ?? SYMBOLS.depots)(POINT) }));
    const body = each.geometry.type === "Point" ? null : svg("path", { class: `ground-shape ${layer.id}${picked}`, d: outline(at, each.geometry) });
    return svg("g", touch, body, mark);
  };
  canvas.replaceChildren(
    svg("path", { class: "land", "fill-rule": "evenodd", d: map.land.map((ring) => path(at, ring, true)).join("") }),
    ...map.layers.flatMap((layer) => layer.things.map((each) => thing(layer, each))),
    ...map.places.map((each) => place(each.at, svg("circle", { class: each.own ? "town own" : "town", r: each.approximate ? 3.5 : 3 }), svg("text", { class: each.own ? "own" : null, y: -8 }, each.name))),
    ...(here ? [place(here, svg("circle", { class: "here", r: 8 }))] : []),
  );
}
