// 方格示意图: every township the same size, so a large empty one does not outshout a small full one.
import { hours, number, t } from "../shell/words.js";
import { el } from "../shell/dom.js";
import { get, set } from "./state.js";
import { figure, indicator } from "./figures.js";
import { counties, inScope, onAreas, short, townships } from "./areas.js";
import { rateWords } from "./names.js";
import { layout, TILE } from "./tile_layout.js";
import { side } from "./tile_side.js";
import { picker } from "./chooser.js";
import { hide, hover } from "./hover.js";

let place = null;
let shape = "";
const tiles = new Map();

/** Build the tile map into its place; it is drawn when it is looked at. */
export function initTiles(box) {
  place = box;
  onAreas(() => { if (!place.hidden) show(); });
  new ResizeObserver(() => { if (!place.hidden) show(); }).observe(place);
}

/** Draw what changed; lay the tiles out again only when areas or the room changed. */
export function show() {
  const blocks = grouped();
  const room = place.clientWidth - (place.clientWidth > 767 ? 280 : 0) - 40;
  const wanted = `${room}:${blocks.map((each) => `${each.code}${each.townships.length}`).join()}`;
  if (wanted !== shape) build(blocks, room);
  shape = wanted;
  for (const [code, tile] of tiles) paint(tile, code);
  for (const head of place.querySelectorAll("[data-county]")) head.replaceChildren(...headWords(head.dataset.county));
  place.querySelector(".tile-side").replaceChildren(...side(blocks));
}

function grouped() {
  const found = new Map();
  for (const { properties: area, geometry } of townships.values()) {
    if (!inScope(area.code)) continue;
    const known = found.get(area.county_code) ?? found.set(area.county_code, { code: area.county_code, name: area.county, townships: [] }).get(area.county_code);
    known.townships.push({ code: area.code, lon: geometry.coordinates[0], lat: geometry.coordinates[1] });
  }
  return [...found.values()].map((each) => ({ ...each, ...middle(each.townships) }));
}

function middle(points) {
  const sum = points.reduce((total, each) => ({ lon: total.lon + each.lon, lat: total.lat + each.lat }), { lon: 0, lat: 0 });
  return { lon: sum.lon / points.length, lat: sum.lat / points.length };
}

function build(blocks, room) {
  const made = layout(blocks, room);
  tiles.clear();
  const board = el("div", { class: "board" }, made.blocks.map(countyBlock));
  board.style.setProperty("width", `${made.width}px`);
  board.style.setProperty("height", `${made.height}px`);
  const note = el("p", { class: "note" }, picker("tile-indicator"), " ",
    t("One tile for each township, placed roughly; no area and no border is meant."));
  place.replaceChildren(note, el("div", { class: "tile-page" },
    el("div", { class: "tiles", tabindex: "-1" }, board), el("aside", { class: "tile-side", "aria-label": t("Legend") })));
  board.addEventListener("keydown", steer);
}

function countyBlock(block) {
  const grid = el("div", { class: "grid" }, block.tiles.map((each) => {
    const tile = el("button", { class: "tile", type: "button", "data-code": each.code, tabindex: "-1",
      onclick: () => set({ open: each.code }), onmouseenter: () => hover(tile, each.code), onmouseleave: hide,
      onfocus: () => hover(tile, each.code), onblur: hide });
    tile.style.setProperty("left", `${each.column * (TILE.width + TILE.gap)}px`);
    tile.style.setProperty("top", `${each.row * (TILE.height + TILE.gap)}px`);
    tiles.set(each.code, tile);
    return tile;
  }));
  grid.style.setProperty("height", `${block.height - TILE.head}px`);
  grid.querySelector(".tile")?.setAttribute("tabindex", "0");
  const box = el("section", { class: "county-block", "aria-label": block.name }, el("h3", { "data-county": block.code }), grid);
  box.style.setProperty("left", `${block.x}px`);
  box.style.setProperty("top", `${block.y}px`);
  box.style.setProperty("width", `${block.width}px`);
  return box;
}

function headWords(code) {
  const own = figure(code);
  const rate = own && own.rate !== null ? rateWords(own.rate, indicator().county) : "";
  const known = own?.expected ? t("%(n)s of %(m)s known", { n: own.known ?? 0, m: own.expected }) : "";
  const value = own && own.value !== null && own.value !== undefined ? `${number(own.value)} ${indicator().unit}` : "";
  return [counties.get(code)?.properties.name ?? "", el("small", {}, [value, rate, known].filter(Boolean).join("  "))];
}

/** Colour, words and age of one tile: never filed is hatched, old is faded with its true colour. */
function paint(tile, code) {
  const area = townships.get(code).properties;
  const own = figure(code);
  const known = own && own.value !== null;
  const classes = ["tile", known ? `c${own.class}` : own && !own.never ? "not-known" : "never", known && own.old && "faded",
    own?.estimated && "estimated", get("open") === code && "selected"].filter(Boolean).join(" ");
  const value = known ? number(own.value) : own && !own.never ? t("unknown") : t("not filed");
  const more = [area.name, known && indicator().unit, known && own.old && hours(own.age)].filter(Boolean).join(", ");
  const text = `${value} ${more}`;
  if (tile.dataset.text === `${classes}|${text}`) return;
  tile.dataset.text = `${classes}|${text}`;
  tile.className = classes;
  tile.replaceChildren(...[el("span", { class: "name" }, short(area.name)), known && own.old && el("span", { class: "old" }, own.value < 1000 ? hours(own.age) : `${Math.floor(own.age / 3600000)}h`),
    el("span", { class: "value" }, value), el("span", { class: "sr" }, more)].filter(Boolean));
}

/** Arrow keys go from tile to tile by where they stand. */
function steer(event) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = ways[event.key];
  const from = event.target.closest(".tile");
  if (!way || !from) return;
  event.preventDefault();
  const here = from.getBoundingClientRect();
  let [nearest, least] = [null, Infinity];
  for (const tile of tiles.values()) {
    const there = tile.getBoundingClientRect();
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const along = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (along > 8 && along + 3 * aside < least) [nearest, least] = [tile, along + 3 * aside];
  }
  nearest?.focus();
}
