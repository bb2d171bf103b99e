// What the desk looks at, kept in the address: a link shows the same thing to somebody else.

const KEYS = ["view", "indicator", "basis", "at", "known_at", "open", "off", "zoom", "centre"];
const DEFAULTS = { view: "map", basis: "reported" };
const listeners = [];

export const config = JSON.parse(document.getElementById("desk-config").textContent);
const values = read();

function read() {
  const query = new URLSearchParams(location.search);
  const found = { ...DEFAULTS };
  for (const key of KEYS) if (query.has(key)) found[key] = query.get(key);
  return found;
}

/** Return one part of the view. */
export const get = (key) => values[key] ?? null;

/** Change parts of the view; null removes one. Listeners hear which keys changed. */
export function set(changes) {
  const changed = Object.keys(changes).filter((key) => (values[key] ?? null) !== changes[key]);
  if (!changed.length) return;
  for (const key of changed) {
    if (changes[key] === null) delete values[key];
    else values[key] = changes[key];
  }
  write();
  for (const { keys, fn } of listeners) if (keys.some((key) => changed.includes(key))) fn();
}

/** Call `fn()` when one of the keys changes. */
export function watch(keys, fn) {
  listeners.push({ keys, fn });
}

function write() {
  const query = new URLSearchParams(location.search);
  for (const key of KEYS) {
    const value = values[key] ?? null;
    if (value === null || value === DEFAULTS[key]) query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  history.replaceState(null, "", text ? `${location.pathname}?${text}` : location.pathname);
}

/** Give a link to another area or disaster on this page what is looked at here: its place is its own. */
export function carry(link) {
  if (link?.pathname !== location.pathname) return;
  const asked = new URLSearchParams(link.search);
  const kept = ["view", "indicator", "basis", "off"].filter((key) => values[key] && values[key] !== DEFAULTS[key]);
  for (const key of kept) asked.set(key, values[key]);
  link.search = asked;
}

/** Return the query string that asks the server for this view. */
export function query(extra = {}) {
  const asked = new URLSearchParams();
  if (config.disaster) asked.set("disaster", config.disaster);
  asked.set("area", config.area.code);
  for (const key of ["at", "known_at"]) if (values[key]) asked.set(key, values[key]);
  asked.set("basis", values.basis);
  for (const [key, value] of Object.entries(extra)) asked.set(key, value);
  return asked.toString();
}

/** Whether the desk shows the present and follows it. */
export const isLive = () => !values.at && !values.known_at;
