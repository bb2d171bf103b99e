// Time at the bottom: the present, the past, and what was known at a moment.
import { t, clock } from "../shell/words.js";
import { el, svg } from "../shell/dom.js";
import { now } from "../shell/main.js";
import { config, get, isLive, set, watch } from "./state.js";
import { fixes, onStorm } from "./storm.js";

const HOUR = 3600000;
const STEP = 10 * 60000;
const STEPS = [6, 12, 24, 48, 120, 240, 720, 2160, 8760]; // hours between two marks
let strip = null;
let slider = null;

/** Build the timeline. */
export function initTimeline(box) {
  slider = el("input", { type: "range", min: 0, max: 1000, step: 1, "aria-label": t("Moment shown"), oninput: drag, onchange: drag });
  strip = el("div", { class: "strip" }, slider);
  const back = el("button", { class: "button small", type: "button", onclick: () => set({ at: null, known_at: null }) }, t("Back to now"));
  box.append(el("div", { class: "modes" }, modes(), el("div", { class: "steps" }, step(-1), step(1)), el("small", {}, t("drag to look back"))), strip, back);
  const redraw = () => { draw(); box.dataset.live = isLive(); };
  watch(["at", "known_at"], redraw);
  onStorm(redraw);
  new ResizeObserver(redraw).observe(strip);
  setInterval(redraw, config.drill ? 2000 : 15000); // a drill runs hours in seconds
}

function range() {
  const start = config.started_at ? Date.parse(config.started_at) : now() - 24 * HOUR;
  const end = Math.max(start + 48 * HOUR, now() + 12 * HOUR);
  return [start - 12 * HOUR, config.ended_at ? Math.min(end, Date.parse(config.ended_at)) : end];
}

const moment = () => (get("at") || get("known_at") ? Date.parse(get("at") ?? get("known_at")) : now());
const iso = (time) => new Date(Math.round(time / STEP) * STEP).toISOString();

function modes() {
  const button = (mode, words) => el("button", { type: "button", "data-mode": mode, onclick: () => choose(mode) }, words);
  const group = el("div", { class: "segments", role: "group", "aria-label": t("Which time") },
    button("live", t("Live")), button("past", t("Past")), button("known", t("As known then")));
  const press = () => {
    const mode = get("known_at") ? "known" : get("at") ? "past" : "live";
    for (const each of group.children) each.setAttribute("aria-pressed", String(each.dataset.mode === mode));
  };
  watch(["at", "known_at"], press);
  press();
  return group;
}

function choose(mode) {
  const time = iso(Math.min(moment(), now()));
  if (mode === "live") set({ at: null, known_at: null });
  if (mode === "past") set({ at: time, known_at: null });
  if (mode === "known") set({ at: time, known_at: time });
}

const step = (way) => el("button", { class: "button small", type: "button", onclick: () => go(moment() + way * HOUR) },
  way < 0 ? "−1 h" : "+1 h", el("span", { class: "sr" }, ` ${way < 0 ? t("One hour back") : t("One hour on")}`));

function go(time) {
  if (time >= now()) return set({ at: null, known_at: null });
  const at = iso(time);
  set(get("known_at") ? { at, known_at: at } : { at });
}

let timer = null;
function drag() {
  clearTimeout(timer);
  const [start, end] = range();
  const time = start + (Number(slider.value) / 1000) * (end - start); // a redraw meanwhile moves the slider
  timer = setTimeout(() => { timer = null; go(time); }, 120);
}

function draw() {
  const width = strip.clientWidth;
  if (!width) return;
  const [start, end] = range();
  const x = (time) => Math.round(((time - start) / (end - start)) * width);
  const at = moment();
  if (timer === null) slider.value = String(Math.round(((at - start) / (end - start)) * 1000));
  slider.setAttribute("aria-valuetext", clock(at, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" }));
  const art = svg("svg", { "aria-hidden": "true" }, nights(start, end, x), ticks(start, end, x, width, x(at)), track(start, end, x), cursor(at, x, width));
  strip.querySelector("svg")?.remove();
  strip.prepend(art);
}

function nights(start, end, x) {
  const found = [];
  if (x(start + 12 * HOUR) - x(start) < 3) return found; // a long disaster: nights would be a grey wall
  for (let evening = Math.floor((start + 8 * HOUR) / (24 * HOUR)) * 24 * HOUR + 10 * HOUR - 24 * HOUR; evening < end; evening += 24 * HOUR) {
    const [from, to] = [Math.max(start, evening), Math.min(end, evening + 12 * HOUR)];
    if (to > from) found.push(svg("rect", { class: "night", x: x(from), y: 20, width: x(to) - x(from), height: 60 }));
  }
  return found;
}

function ticks(start, end, x, width, taken) {
  const every = STEPS.find((hours) => ((end - start) / HOUR / hours) * 56 < width) ?? STEPS.at(-1);
  const found = [];
  for (let time = Math.ceil((start + 8 * HOUR) / (every * HOUR)) * every * HOUR - 8 * HOUR; time < end; time += every * HOUR) {
    const hour = clock(time, { hour: "2-digit" }).slice(0, 2);
    const [day, month] = clock(time, { day: "2-digit", month: "2-digit" }).split("/");
    found.push(svg("line", { class: "tick", x1: x(time), x2: x(time), y1: 20, y2: 80 }));
    if (x(time) > 16 && x(time) < width - 16 && Math.abs(x(time) - taken) > 60) found.push(svg("text", { x: x(time), y: 14, "text-anchor": "middle" }, hour === "00" ? `${month}-${day}` : hour));
  }
  return found;
}

function track(start, end, x) {
  const inside = fixes().filter((each) => each.time >= start && each.time <= end);
  if (!inside.length) return [];
  const present = now();
  const past = inside.filter((each) => each.time <= present);
  const line = (list, extra) => list.length > 1 && svg("line", { class: `track ${extra}`, x1: x(list[0].time), x2: x(list[list.length - 1].time), y1: 40, y2: 40 });
  return [line(past, ""), line(inside.filter((each) => each.time >= (past.at(-1)?.time ?? 0)), "ahead"),
    ...inside.map((each) => svg("circle", { class: each.time <= present ? "fix" : "fix ahead", cx: x(each.time), cy: 40, r: 4 }))].filter(Boolean);
}

function cursor(at, x, width) {
  const middle = Math.min(Math.max(x(at), 44), width - 44);
  const words = `${clock(at)} ${isLive() ? t("now") : t("looked at")}`;
  return [svg("line", { class: "cursor", x1: x(at), x2: x(at), y1: 18, y2: 80 }),
    svg("rect", { class: "cursor-plate", x: middle - 44, y: 0, width: 88, height: 18, rx: 4 }),
    svg("text", { class: "cursor-label", x: middle, y: 13, "text-anchor": "middle" }, words)];
}
