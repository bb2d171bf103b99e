// Ways between two places on a small map.
const STEPS = 16;
const BEND = 0.12; // how far a way leaves the straight line, as a share of its length

/** Return a way bent a little, so that two that cross or lie on one another are told apart. */
export function bent({ geometry, ...feature }) {
  const [[x0, y0], [x1, y1]] = geometry.coordinates;
  const [mx, my] = [(x0 + x1) / 2 - (y1 - y0) * BEND, (y0 + y1) / 2 + (x1 - x0) * BEND];
  const at = (s) => [(1 - s) ** 2 * x0 + 2 * s * (1 - s) * mx + s * s * x1, (1 - s) ** 2 * y0 + 2 * s * (1 - s) * my + s * s * y1];
  return { ...feature, geometry: { type: "LineString", coordinates: Array.from({ length: STEPS + 1 }, (_, step) => at(step / STEPS)) } };
}
