// 本镇地图 on the phone: one's area and what lies around it, without a network, and a list that says the same.
import { carryAlong, facts, told } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { el, svg } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { apart, draw, metres, middle } from "./ground.js";

const PAGE = "/phone/map";
const [NEAREST, WHOLE] = [600, 12000]; // how wide the view may be, in metres
const words = JSON.parse(document.getElementById("data-map").textContent);
const map = () => facts()?.map ?? null;
const start = () => ({ x: 0, y: 0, width: WHOLE / 2 });
// What is on the screen: of which facts it was drawn, the canvas, the view, what is chosen, where one is.
let shown = null;
let [view, chosen, here, lost] = [start(), null, null, ""];

const named = (layer) => t(words.layers[layer.id] ?? layer.title);
const standing = ({ state }) => (words.states[state] ? t(words.states[state]) : "");
const far = (metres) => (metres < 950 ? t("%(n)s m", { n: number(Math.round(metres / 50) * 50) }) : t("%(n)s km", { n: number(metres / 1000, 1) }));
const from = () => here ?? map().centre;
const away = (each) => far(apart(map(), from(), middle(each.geometry)));

function redraw() {
  const { canvas, caption } = shown;
  const side = canvas.clientWidth || 320;
  draw(canvas, map(), { view, pixel: view.width / side, chosen, choose, here });
  caption.textContent = chosen ? [chosen.name, standing(chosen), away(chosen)].filter(Boolean).join(" · ") : lost;
  for (const [button, each] of shown.rows) button.setAttribute("aria-pressed", String(each === chosen));
}

function choose(each) {
  chosen = each;
  redraw();
}

function look(at) {
  const [x, y] = metres(map())(at);
  Object.assign(view, { x, y });
}

function find(each) {
  look(middle(each.geometry));
  choose(each);
  shown.canvas.scrollIntoView({ block: "nearest" });
}

function zoom(by) {
  view.width = Math.min(WHOLE, Math.max(NEAREST, view.width * by));
  redraw();
}

function move(right, down) {
  view.x += right;
  view.y += down;
  redraw();
}

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  const step = KEYS[event.key];
  if (step) move(...step.map((each) => each * view.width / 8));
  else if (event.key === "+" || event.key === "=") zoom(1 / 1.5);
  else if (event.key === "-") zoom(1.5);
  else return;
  event.preventDefault();
}

/** Move the ground under a finger; two fingers draw nearer or away. */
function follow(canvas) {
  const fingers = new Map();
  const spread = () => { const [one, other] = [...fingers.values()]; return Math.hypot(one[0] - other[0], one[1] - other[1]); };
  canvas.addEventListener("pointerdown", (event) => fingers.set(event.pointerId, [event.clientX, event.clientY]));
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) canvas.addEventListener(name, (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const pixel = view.width / canvas.clientWidth;
    if (fingers.size === 2) zoom(before / (spread() || 1));
    else move((last[0] - event.clientX) * pixel, (last[1] - event.clientY) * pixel);
  });
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2); }, { passive: false });
}

function locate() {
  lost = t("Looking for where you are …");
  redraw();
  const failed = () => { lost = t("This phone does not say where it is."); redraw(); };
  if (!navigator.geolocation) { failed(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    here = [coords.longitude, coords.latitude];
    lost = "";
    look(here);
    show();
  }, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
}

function whole() {
  view = { ...start(), width: WHOLE };
  redraw();
}

const button = (text, act, name) => el("button", { type: "button", class: "button", onclick: act, "aria-label": name }, text);

function listed(layer) {
  const rows = [...layer.things].sort((one, other) => apart(map(), from(), middle(one.geometry)) - apart(map(), from(), middle(other.geometry)));
  return el("section", { "data-layer": layer.id }, el("div", { class: "section-head" }, el("h2", {}, `${named(layer)} ${number(rows.length)}`), el("small", {}, here ? t("nearest first, from where you are") : t("nearest first"))),
    el("ul", { class: "card items map-list" }, rows.map((each) => {
      const row = el("button", { type: "button", onclick: () => find(each), "aria-pressed": "false" }, el("strong", {}, each.name), el("span", {}, standing(each)), el("small", {}, away(each)));
      shown.rows.push([row, each]);
      return el("li", {}, row);
    })));
}

function show() {
  const canvas = svg("svg", { class: "ground", tabindex: 0, role: "application", "aria-label": t("Map; the list below says the same"), onkeydown: key });
  const main = shown.main;
  shown = { main, of: map(), lang: document.documentElement.lang, canvas, caption: el("p", { class: "caption", role: "status" }), rows: [] };
  follow(canvas);
  main.replaceChildren(
    el("p", { class: "muted" }, [t("as of %(at)s", { at: clock(told(facts().fetched_at)) }), map().approximate && t("the place of this area is approximate")].filter(Boolean).join(" · ")),
    el("div", { class: "card phone-map" }, canvas, shown.caption,
      el("div", { class: "choices" }, button("+", () => zoom(1 / 1.5), t("Nearer")), button("−", () => zoom(1.5), t("Farther")), button(t("Whole"), whole), button(t("Where am I"), locate)),
      el("small", { class: "muted" }, "© OpenStreetMap (ODbL) · Natural Earth")),
    ...map().layers.map(listed));
  redraw();
}

function drawView(main) {
  if (!map()) {
    shown = null;
    main.replaceChildren(el("p", { class: "card empty" }, facts() ? t("Nobody has told where this area lies.") : t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.")));
    return;
  }
  if (shown?.canvas?.isConnected && shown.of === map() && shown.lang === document.documentElement.lang) return;
  if (shown?.of?.centre.join() !== map().centre.join()) [view, chosen] = [start(), null];
  chosen = null;
  shown = { main };
  show();
}

carryAlong(async ({ area, disaster }, get) => {
  const found = area && await get(`${PAGE}/facts?disaster=${disaster.id}&area=${area.code}`);
  return { map: found?.map ?? null };
});

addView({
  name: "map", path: PAGE, symbol: "map-2", words: () => t("Area map"), linked: () => Boolean(map()),
  offered: () => false, isForm: () => false,
  bar: () => ({ title: t("Area map"), back: { href: "/phone", words: t("‹ Tonight") } }),
  draw: drawView,
});
