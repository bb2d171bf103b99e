// The driver's page: one thing to do next, big; what stands in the way; what was said.
import { REFUSED, SENDING, SENT, WAITING } from "../outbox/state.js";
import { el } from "../shell/dom.js";
import { clock, number, t } from "../shell/words.js";
import { causes, words } from "./offline.js";

const LATEST = 8;
const SHAPES = { [WAITING]: "ring", [SENDING]: "half", [SENT]: "ok", [REFUSED]: "act" };

/** Return what was said so far, from this phone and from what the county has: kinds by time. */
function said(facts, items) {
  const mine = items.map(({ id, about }) => ({ id, kind: about.said, at: about.at }));
  const known = new Set(mine.map(({ id }) => id));
  return [...mine, ...facts.said.filter(({ id }) => !known.has(id))].sort((a, b) => a.at.localeCompare(b.at));
}

/** Return which of the three steps comes next; null once the truck is there. */
export function nextStep(facts, items) {
  const kinds = said(facts, items).map(({ kind }) => kind);
  if (kinds.includes("arrived")) return null;
  if (kinds.some((each) => ["left", "position", "held_up"].includes(each))) return "arrived";
  return kinds.some((each) => each.startsWith("load")) ? "left" : "loaded";
}

/** Draw the page: `act({kind, cause})` says something; `log` takes what was said. */
export function draw(main, log, { facts, items, act, placing }) {
  const step = facts.state === "on_the_way" ? nextStep(facts, items) : null;
  main.replaceChildren(...[goods(facts, step), steps(step, act, facts), obstacle(step, act, facts, items), standing(step, placing)].filter(Boolean));
  log.replaceChildren(...[list(items)].filter(Boolean));
}

function goods(facts, step) {
  const map = facts.to.lon === null ? null : el("p", {}, el("a", { class: "button", href: `geo:${facts.to.lat},${facts.to.lon}?q=${facts.to.lat},${facts.to.lon}` }, t("Open the way in this phone's map")));
  return el("section", { class: "card" },
    el("p", {}, el("strong", {}, `${facts.from.name} → ${facts.to.name}`), facts.vehicle ? ` · ${facts.vehicle}` : ""),
    el("ul", { class: "items" }, facts.load.map(({ item, lot, quantity, unit }) => el("li", { class: "item" }, el("span", { class: "shape none" }), el("div", {}, el("p", {}, `${item} ${number(quantity)} ${unit}`), el("small", {}, t("lot %(label)s", { label: lot })))))),
    step === "loaded" ? null : map);
}

const ASKED = () => ({ loaded: t("I counted the load: it is all there"), left: t("I drive off now"), arrived: t("I am there") });

function steps(step, act, facts) {
  if (!step) return el("section", { class: "card" }, el("p", {}, el("span", { class: "shape ok" }), " ", el("strong", {}, facts.state === "on_the_way" ? t("You are there. Whoever receives counts and signs.") : t("This load is signed for. Thank you."))));
  const other = step === "loaded" ? el("button", { type: "button", class: "button wide", "data-say": "load_differs", onclick: () => act({ kind: "load_differs" }) }, t("It is not what the slip says")) : null;
  return el("section", { class: "card" }, el("button", { type: "button", class: "button primary wide big", "data-say": step, onclick: () => act({ kind: step }) }, ASKED()[step]), other);
}

function obstacle(step, act, facts, items) {
  if (step !== "arrived") return null;
  const told = said(facts, items).filter(({ kind }) => kind !== "position").at(-1);
  if (told?.kind === "held_up") return el("section", { class: "card" }, el("p", {}, el("span", { class: "state act" }, words().held_up)), el("button", { type: "button", class: "button wide", "data-say": "left", onclick: () => act({ kind: "left" }) }, t("I go on")));
  const choices = Object.entries(causes()).map(([cause, word]) => el("button", { type: "button", class: "button wide", "data-cause": cause, onclick: () => act({ kind: "held_up", cause }) }, word));
  return el("details", { class: "card", id: "obstacle" }, el("summary", {}, t("I cannot go on")), ...choices);
}

function standing(step, placing) {
  if (!step || step === "loaded") return null;
  const text = { on: t("The truck's place is sent while this page is open."), off: t("This phone does not say where it is. Allow it in the browser, or report by the buttons."), asking: t("Looking for the place …") }[placing];
  return el("p", { class: "muted", "data-placing": placing }, text);
}

function list(items) {
  const rows = [...items].sort((a, b) => b.order - a.order).slice(0, LATEST);
  if (!rows.length) return null;
  const line = ({ id, state, about, problem }) => el("li", { class: "item", "data-id": id, "data-state": state }, el("span", { class: `shape ${SHAPES[state] ?? "none"}` }),
    el("div", {}, el("p", {}, [words()[about.said], about.cause && causes()[about.cause]].filter(Boolean).join(" · ")),
      el("small", {}, [clock(about.at), state === SENT ? t("Received by the county") : state === REFUSED ? problem?.detail ?? t("Not taken by the county") : t("on this phone only")].join(" · "))));
  return el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, rows.map(line)));
}
