// Layers of the server, fetched when needed and again when something they show changed.
import { onChange, onSnapshot } from "../live/live.js";
import { inTurn, paced } from "../shell/dom.js";
import { isLive, query, watch } from "./state.js";

const layers = new Map();
const first = [];

/** Keep a layer: `fn(collection)` is called with the whole collection whenever it changed. */
export function keep(id, fn, { events = [], extra = {}, once = false, path = id } = {}) {
  const layer = { id, fn, extra, once, path, text: null, turn: inTurn() };
  layer.refresh = paced(() => load(layer));
  layers.set(id, layer);
  if (!once) for (const prefix of events) onChange(prefix, () => { if (isLive() && layers.get(id) === layer) layer.refresh(); });
  first.push(load(layer));
  return layer;
}

/** Wait until what was asked for so far is here, but not longer than `most` milliseconds. */
export const arrived = (most) => Promise.race([Promise.all(first), new Promise((done) => { setTimeout(done, most); })]);

/** Ask for every layer again: the view changed, or the log was begun anew. */
export function refreshAll() {
  for (const layer of layers.values()) if (!layer.once) layer.refresh();
}

/** Stop keeping a layer. */
export const drop = (id) => layers.delete(id);

async function load(layer) {
  const stands = layer.turn();
  try {
    const answer = await fetch(`/api/v1/layers/${layer.path}?${query(typeof layer.extra === "function" ? layer.extra() : layer.extra)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (layers.get(layer.id) !== layer || !stands() || text === layer.text) return;
    layer.text = text;
    layer.fn(JSON.parse(text));
  } catch {
    setTimeout(layer.refresh, 5000);
  }
}

/** Follow the view and the line. */
export function initStore() {
  watch(["at", "known_at", "basis"], refreshAll);
  onSnapshot(() => { if (isLive()) refreshAll(); });
}
