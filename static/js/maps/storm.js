// The storm's inset: its track, where it is now, and which agency measured which wind.
import { t, number, clock } from "../shell/words.js";
import { el, svg } from "../shell/dom.js";
import { now } from "../shell/main.js";
import { config, get, query } from "./state.js";
import { counties } from "./areas.js";
import { coded, INTENSITIES } from "./names.js";

const [WIDTH, HEIGHT] = [320, 172];
const EARTH_KM = 6371;
const OVER_MS = 6 * 3600000;
const SIZES = { unknown: 2.5, depression: 2.5, storm: 3, strong: 3.5, typhoon: 4, severe: 4.75, super: 5.5 };
let storm = null;
let track = [];
let land = null;
const listeners = [];

export const fixes = () => track;
export const onStorm = (fn) => { listeners.push(fn); };

/** Fetch the storm of this disaster and keep its inset. */
export async function initStorm(box) {
  if (!config.storm) return;
  const answer = await fetch(`/api/v1/storms/${encodeURIComponent(config.storm)}`).catch(() => null);
  if (!answer?.ok) return;
  storm = await answer.json();
  const [agency, rows] = preferred(storm.agencies);
  storm.agency = agency;
  track = rows.map((each) => ({ ...each, time: Date.parse(each.at) }));
  const lands = await Promise.all(["far_land", "land"].map(collection));
  land = { features: lands.flatMap((each) => each?.features ?? []) };
  const draw = () => { show(box); for (const fn of listeners) fn(); };
  draw();
  setInterval(draw, config.drill ? 2000 : 15000);
}

const collection = (id) => fetch(`/api/v1/layers/${id}?${query()}`).then((each) => (each.ok ? each.json() : null)).catch(() => null);

/** Return the agency to draw: the one with the longest averaging time, and it is named. */
function preferred(agencies) {
  const found = Object.entries(agencies).sort((one, other) => (other[1][0]?.averaging_minutes ?? 0) - (one[1][0]?.averaging_minutes ?? 0));
  return found[0] ?? [null, []];
}

/** Return where the storm is at a moment, evenly between two fixes. */
export function position(time) {
  const next = track.findIndex((each) => each.time >= time);
  if (next <= 0) return next === 0 ? track[0] : track[track.length - 1] ?? null;
  const [before, after] = [track[next - 1], track[next]];
  const share = (time - before.time) / (after.time - before.time);
  return { ...before, lon: before.lon + share * (after.lon - before.lon), lat: before.lat + share * (after.lat - before.lat) };
}

function kilometres(one, other) {
  const rad = Math.PI / 180;
  const half = Math.sin(((other.lat - one.lat) * rad) / 2) ** 2
    + Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(((other.lon - one.lon) * rad) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

function home() {
  const labels = [...counties.values()].map((each) => each.properties.label).filter(Boolean);
  if (!labels.length) return null;
  return { lon: labels.reduce((sum, each) => sum + each[0], 0) / labels.length, lat: labels.reduce((sum, each) => sum + each[1], 0) / labels.length };
}

function show(box) {
  const moment = get("at") ? Date.parse(get("at")) : now();
  const here = position(moment);
  if (!here) return;
  const city = home();
  const over = moment > track.at(-1).time + OVER_MS;
  const name = document.documentElement.lang.startsWith("zh") ? storm.name_zh : storm.name_en;
  const wind = here.wind_kt === null ? t("wind unknown") : `${number(here.wind_kt * 0.514444, 0)} m/s`;
  box.replaceChildren(
    el("div", { class: "head" }, el("strong", {}, `${t("Track")} ${name || storm.code}`), el("small", {}, `${clock(moment)} · ${coded(storm.agency)}`)),
    drawing(here, city, moment, over),
    over ? el("p", { class: "facts" }, t("No positions after %(at)s", { at: day(track.at(-1).time) }))
      : el("p", { class: "facts" }, `${t("centre")} ${number(here.lat, 1)}°N ${number(here.lon, 1)}°E `,
        el("strong", {}, `${number(here.pressure_hpa)} hPa ${wind}`), ` ${t("%(n)s-minute mean", { n: here.averaging_minutes })}`, el("br"),
        el("strong", {}, t(INTENSITIES[here.intensity])), ...notes(here, city, moment).map((each) => ` · ${each}`)));
  box.hidden = false;
}

function notes(here, city, moment) {
  return [city && t("%(km)s km from here", { km: number(kilometres(here, city), 0) }),
    moment < now() + 1 && t("positions to come are those of the archive")].filter(Boolean);
}

function day(time) {
  const [date, month] = clock(time, { day: "2-digit", month: "2-digit" }).split("/");
  return `${month}-${date} ${clock(time)}`;
}

function drawing(here, city, moment, over) {
  const span = 9;
  const centre = city ? { lon: (here.lon + city.lon) / 2, lat: (here.lat + city.lat) / 2 } : here;
  const far = city ? Math.max(span, Math.abs(here.lon - city.lon) * 1.5, Math.abs(here.lat - city.lat) * 2.6) : span;
  const squeeze = Math.cos((centre.lat * Math.PI) / 180);
  const scale = WIDTH / far / squeeze;
  const x = (lon) => WIDTH / 2 + (lon - centre.lon) * scale * squeeze;
  const y = (lat) => HEIGHT / 2 - (lat - centre.lat) * scale;
  const path = (points) => points.map(([lon, lat], index) => `${index ? "L" : "M"}${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join("");
  const lands = (land?.features ?? []).map(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)
    .map((polygon) => polygon.map((ring) => `${path(ring)}Z`).join("")).join("")).join("");
  const past = track.filter((each) => each.time <= moment);
  const ahead = track.filter((each) => each.time > moment);
  const line = (list) => path(list.map((each) => [each.lon, each.lat]));
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("Where the storm is") },
    svg("path", { class: "land", d: lands }),
    city && svg("circle", { class: "home", cx: x(city.lon), cy: y(city.lat), r: 5 }),
    svg("path", { class: "track", d: line([...past, here]) }),
    svg("path", { class: "track ahead", d: line([here, ...ahead]) }),
    past.map((each) => svg("circle", { class: "fix", cx: x(each.lon), cy: y(each.lat), r: SIZES[each.intensity] })),
    ahead.map((each) => svg("circle", { class: "fix ahead", cx: x(each.lon), cy: y(each.lat), r: SIZES[each.intensity] - 0.5 })),
    !over && svg("circle", { class: "wind", cx: x(here.lon), cy: y(here.lat), r: SIZES[here.intensity] * 2.5 }),
    svg("circle", { class: "fix", cx: x(here.lon), cy: y(here.lat), r: 5 }),
    !over && svg("text", { x: x(here.lon) + 12, y: y(here.lat) + 4 }, clock(moment)));
}
