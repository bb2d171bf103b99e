// Figures by area code: one indicator's values, their ages and their fixed classes.
import { config, get, watch } from "./state.js";
import { keep, drop } from "./store.js";
import { now } from "../shell/main.js";

const OLD_MS = 3 * 3600000;
const LAYER = "indicators";
const NOT_MOVED = { id: "not_moved", should: "should_move_rt", moved: "relocated_rt" };
const listeners = [];
const parts = new Map();
const populations = new Map();
let figures = new Map();

/** Return the indicators the chooser offers, the derived one first where it can be derived. */
export function choices() {
  const known = new Map(config.indicators.map((each) => [each.id, each]));
  if (!known.has(NOT_MOVED.should) || !known.has(NOT_MOVED.moved)) return config.indicators;
  const derived = {
    id: NOT_MOVED.id, group: "derived", unit: known.get(NOT_MOVED.moved).unit, scale: 0, core: true,
    county: { borders: [10, 20, 35, 50], per: "should", factor: 100 },
    township: { borders: [100, 500, 1000, 2000], per: "none", factor: 1 },
  };
  return [derived, ...config.indicators];
}

/** Return the indicator in view. */
export function indicator() {
  const all = choices();
  return all.find((each) => each.id === get("indicator")) ?? all[0];
}

/** Return an area's figure, or null where none was asked for. */
export const figure = (code) => figures.get(code) ?? null;

/** Remember how many people live in a county. */
export const populate = (code, people) => { populations.set(code, people); work(); };

/** Call `fn()` when figures changed. */
export const onFigures = (fn) => { listeners.push(fn); };

function needed() {
  const { id } = indicator();
  return id === NOT_MOVED.id ? [NOT_MOVED.should, NOT_MOVED.moved] : [id];
}

function ask() {
  for (const id of parts.keys()) drop(`figures:${id}`);
  parts.clear();
  const layer = config.layers.find((each) => each.id === LAYER);
  if (!layer) return work();
  for (const id of needed()) {
    parts.set(id, null);
    keep(`figures:${id}`, (collection) => { parts.set(id, collection); work(); },
      { events: layer.events, extra: { indicator: id }, path: LAYER });
  }
}

function work() {
  const [first, second] = needed().map((id) => byCode(parts.get(id)));
  figures = new Map();
  if (!first) return tell();
  for (const [code, own] of first) {
    figures.set(code, second ? difference(own, second.get(code)) : { ...own });
  }
  for (const [code, each] of figures) classify(code, each);
  tell();
}

function byCode(collection) {
  if (!collection) return null;
  return new Map(collection.features.map(({ properties }) => [properties.code, properties]));
}

/** Not moved = should move − moved; unknown when either is. */
function difference(should, moved) {
  const known = should.value !== null && moved && moved.value !== null && moved.value !== undefined;
  return {
    ...should, should: should.value, moved: moved?.value ?? null,
    as_of: moved?.as_of ?? null, value: known ? Math.max(0, should.value - moved.value) : null,
    known: moved?.known ?? 0, expected: moved?.expected ?? should.expected,
  };
}

function classify(code, each) {
  const { county, township } = indicator();
  const isCounty = populations.has(code);
  const scale = isCounty ? county : township;
  each.rate = rate(code, each, county);
  const measured = isCounty ? each.rate : each.value;
  each.class = measured === null ? null : 1 + scale.borders.filter((border) => measured >= border).length;
  // A rate of two townships in twenty says nothing about the county: it is not coloured by it.
  each.partial = isCounty && each.expected > 0 && each.known < each.expected / 2;
  each.never = !each.as_of && each.value === null;
  each.age = each.as_of ? Math.max(0, now() - Date.parse(each.as_of)) : null;
  each.old = each.age !== null && each.age > OLD_MS;
}

function rate(code, each, scale) {
  const per = scale.per === "should" ? each.should : populations.get(code);
  return each.value === null || !per ? null : (each.value * scale.factor) / per;
}

function tell() {
  for (const fn of listeners) fn();
}

/** Ask for the figures in view, and again when another indicator is chosen. */
export function initFigures() {
  watch(["indicator"], ask);
  ask();
  setInterval(() => { for (const [code, each] of figures) classify(code, each); tell(); }, 60000);
}
