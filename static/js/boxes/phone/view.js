// 箱签 on the phone: labels are read at the ramp, one after the other; each word is kept here at once.
import { CONFLICT, REFUSED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { scanner } from "../../shell/scan.js";
import { clock, t } from "../../shell/words.js";
import { carryAlong, facts, now, owner } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { KIND, PAGE, STAGES, keepWord, labelOf, mineOf, putAway } from "../offline.js";

const LATEST = 12;
const SHOWN = 30;
const carried = () => facts()?.boxes ?? { stages: [], boxes: [] };
const english = () => document.documentElement.lang === "en";
const wordsOf = ({ zh, en, item, unit, unit_en: unitEn, quantity }) => `${(english() ? en : zh) ?? item ?? ""} ${quantity}${(english() ? ` ${unitEn ?? ""}` : unit ?? "")}`.trim();
let stage = null;
let said = []; // what was said from this phone, as it was drawn last
let drawn = null; // what is on the screen: {signature, element, scanning, stage}

async function draw(main, here) {
  if (!facts()) { empty(main, t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.")); return; }
  if (!carried().stages.length) { empty(main, t("You neither send nor receive goods.")); return; }
  stage = carried().stages.includes(stage) ? stage : carried().stages.find((each) => each === "arrived") ?? carried().stages[0];
  said = mineOf(here.items, owner());
  const signature = JSON.stringify([document.documentElement.lang, owner(), stage, facts().fetched_at, said.map(({ id, state }) => [id, state])]);
  if (drawn?.element.isConnected && drawn.signature === signature) return;
  const scanning = drawn?.element.isConnected && drawn.stage === stage ? drawn.scanning : reading(here);
  const element = el("div", { class: "box-home" }, chooser(here), scanning, loads(), latest());
  drawn = { signature, element, scanning, stage };
  const typing = scanning.contains(document.activeElement);
  main.replaceChildren(element);
  if (typing) scanning.querySelector("input").focus();
}

function empty(main, words) {
  drawn = null;
  main.replaceChildren(el("section", { class: "card empty" }, el("p", {}, words)));
}

function chooser(here) {
  const pick = (each) => () => { stage = each; here.go(PAGE); };
  return el("div", { class: "segments", role: "group", "aria-label": t("What is said of the boxes") },
    carried().stages.map((each) => el("button", { type: "button", class: "button", "aria-pressed": String(each === stage), "data-stage": each, onclick: pick(each) }, STAGES()[each])));
}

/** Where labels are read: the camera, and a field for numbers and hand scanners. It stays while the rest is drawn anew. */
function reading(here) {
  const problem = el("p", { class: "form-problem", role: "alert" });
  const choice = el("div", { class: "box-choice" });
  const input = el("input", { id: "b-code", type: "text", autocomplete: "off", enterkeyhint: "done" });
  const take = async (box) => {
    choice.replaceChildren();
    problem.textContent = await keepOne(here, box);
    input.value = "";
  };
  const typed = () => {
    const found = meant(input.value.trim());
    problem.textContent = found.length ? "" : t("There is no such box on this phone. Scan its label, or fetch afresh.");
    if (found.length === 1) take(found[0]);
    else choice.replaceChildren(...found.map((each) => el("button", { type: "button", class: "button wide", onclick: () => take(each) }, `${each.from} → ${each.to}: ${wordsOf(each)}`)));
  };
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); typed(); } });
  return el("section", { class: "card box-reading" }, scanner({ words: t("Scan labels"), codeOf: labelOf, read: (label) => take(known(label)), many: true }),
    el("div", { class: "row-field" }, el("label", { for: "b-code" }, t("Number on the label")), input), choice, problem,
    el("div", { class: "save-bar" }, el("button", { type: "button", class: "button primary wide", "data-take": true, onclick: typed }, t("Keep it"))));
}

/** What the phone knows of a scanned box; the label itself says enough where it knows nothing. */
const known = (label) => carried().boxes.find(({ id }) => id === label.id) ?? label;

function meant(text) {
  const label = labelOf(text);
  if (label) return [known(label)];
  return /^\d{1,9}$/.test(text) ? carried().boxes.filter(({ number }) => number === Number(text)) : [];
}

/** Keep one word, once; return what is wrong, or nothing. */
async function keepOne(here, box) {
  const name = t("Box %(number)s", { number: box.number });
  if (said.some(({ about, state }) => about.box === box.id && about.stage === stage && state !== REFUSED)) return `${name}: ${t("said already")}`;
  try {
    await keepWord({ owner: owner(), box: { id: box.id, number: box.number, words: wordsOf(box) }, stage, at: new Date(now()).toISOString() });
    navigator.vibrate?.(60);
    say(`${name} · ${STAGES()[stage]}`, { urgent: true });
    send({ eager: true });
    return "";
  } catch (error) {
    here.trouble(error);
    return "";
  }
}

/** Each load with how many of its boxes were read, and which were not. */
function loads() {
  const read = new Set(said.filter(({ state, about }) => state !== REFUSED && about.stage === stage).map(({ about }) => about.box));
  const has = (box) => read.has(box.id) || box.said.includes(stage) || (stage === "arrived" && box.said.includes("damaged"));
  const ways = grouped(carried().boxes.filter(({ state }) => (stage === "loaded" ? state !== "received" : state !== "packed")));
  const section = ([way, boxes]) => {
    const left = boxes.filter((each) => !has(each));
    const numbers = left.slice(0, SHOWN).map(({ number }) => number).join(", ") + (left.length > SHOWN ? " …" : "");
    return el("li", { class: "item", "data-left": left.length }, el("span", { class: `shape ${left.length ? "half" : "ok"}` }),
      el("div", {}, el("p", {}, way), el("p", {}, t("%(stage)s: %(n)s of %(m)s", { stage: STAGES()[stage], n: boxes.length - left.length, m: boxes.length })), left.length ? el("small", {}, `${t("Not read yet:")} ${numbers}`) : null));
  };
  return ways.size ? el("section", {}, el("h2", {}, t("Loads")), el("ul", { class: "card items" }, [...ways].map(section))) : null;
}

const wayOf = ({ from, to, shipment }) => `${from} → ${to}${shipment ? ` · ${t("No. %(number)s", { number: shipment })}` : ""}`;

function grouped(boxes) {
  const found = new Map();
  for (const each of boxes) found.set(wayOf(each), [...(found.get(wayOf(each)) ?? []), each]);
  return found;
}

const STATES = () => ({ [WAITING]: ["ring", t("on this phone only")], [SENDING]: ["half", t("Being sent")], [SENT]: ["ok", t("Received by the county")], [REFUSED]: ["act", t("Not taken by the county")], [CONFLICT]: ["watch", t("You decide")] });

function latest() {
  const rows = [...said].sort((a, b) => Number(b.state === REFUSED) - Number(a.state === REFUSED) || b.order - a.order).slice(0, LATEST);
  const line = (item) => {
    const [shape, text] = STATES()[item.state];
    const why = item.state === REFUSED ? el("small", {}, item.problem?.detail ?? "") : null;
    const away = item.state === REFUSED ? el("button", { type: "button", class: "button", onclick: () => putAway(item) }, t("Put it away")) : null;
    return el("li", { class: "item", "data-id": item.id, "data-state": item.state }, el("span", { class: `shape ${shape}` }),
      el("div", {}, el("p", {}, `${t("Box %(number)s", { number: item.about.number })} · ${STAGES()[item.about.stage]}`), el("small", {}, `${item.about.words} · ${text} · ${clock(item.about.at)}`), why), away);
  };
  return rows.length ? el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, rows.map(line))) : null;
}

// An answer that is none (busy, refused) leaves what was carried before.
carryAlong(async ({ area, disaster }, get) => ({ boxes: await get(`${PAGE}/facts?disaster=${disaster.id}${area ? `&area=${area.code}` : ""}`) ?? facts()?.boxes }));

addView({
  name: KIND, path: PAGE, symbol: "qrcode", words: () => t("Boxes"), fresh: true,
  offered: () => carried().boxes.length > 0,
  isForm: () => false,
  bar: () => ({ title: t("Boxes") }),
  draw,
});
