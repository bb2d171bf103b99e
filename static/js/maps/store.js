// Layers of the server, fetched when needed and again when something they show changed.
import { onChange, onSnapshot } from "../live/live.js";
import { settle } from "../shell/dom.js";
import { isLive, query, watch } from "./state.js";

const layers = new Map();

/** Keep a layer: `fn(collection)` is called with the whole collection whenever it changed. */
export function keep(id, fn, { events = [], extra = {}, once = false, path = id } = {}) {
  const layer = { id, fn, events, extra, once, path, text: null };
  const fetching = settle(() => load(layer), 250);
  layer.refresh = fetching;
  layers.set(id, layer);
  if (once) { load(layer); return layer; }
  for (const prefix of events) onChange(prefix, () => { if (isLive()) fetching(); });
  load(layer);
  return layer;
}

/** Ask for every layer again: the view changed, or the log was begun anew. */
export function refreshAll() {
  for (const layer of layers.values()) if (!layer.once) layer.refresh();
}

/** Stop keeping a layer. */
export const drop = (id) => layers.delete(id);

async function load(layer) {
  if (layer.loading) { layer.again = true; return; }
  layer.loading = true;
  try {
    const answer = await fetch(`/api/v1/layers/${layer.path}?${query(layer.extra)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (layers.get(layer.id) === layer && text !== layer.text) {
      layer.text = text;
      layer.fn(JSON.parse(text));
    }
    layer.failed = false;
  } catch (error) {
    layer.failed = true;
    if (layer.text === null) setTimeout(layer.refresh, 5000);
  } finally {
    layer.loading = false;
    if (layer.again) { layer.again = false; layer.refresh(); }
  }
}

/** Follow the view and the line. */
export function initStore() {
  watch(["at", "known_at", "basis"], refreshAll);
  onSnapshot(() => { if (isLive()) refreshAll(); });
}
