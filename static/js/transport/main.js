// The driver's phone: a page without an account, for one load. It keeps what it knows, says where the
// truck is while it is open, and sends when it can.
import { all, onChange, open, persist, put, read } from "../outbox/store.js";
import { counts } from "../outbox/state.js";
import { line, send, startSending } from "../outbox/send.js";
import { installWorker } from "../outbox/wake.js";
import { el, settle } from "../shell/dom.js";
import { clock, t } from "../shell/words.js";
import { KIND, photosOf, say } from "./offline.js";
import { photoSection } from "./photos.js";
import { draw, nextStep } from "./view.js";

const KEY = "drive";
const OFTEN = 60_000; // a position a minute at most,
const FAR = 300; // or after so many metres
const LONG = 600_000; // a standing truck says so every ten minutes
const FRESH = 30_000;
const at = (id) => document.getElementById(id);
let facts = null;
let placing = "asking";
let last = null; // the last position said: {place, at}
let place = null; // the last one known
let stopped = null;
const load = el("div", { class: "load" });
const log = el("div");
const photos = photoSection();

async function refresh() {
  const answer = await fetch("/drive/facts", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" }).catch(() => null);
  if (answer?.ok) {
    facts = { ...(await answer.json()), fetched_at: Date.now() };
    await put("facts", KEY, { ...facts, owner: facts.user }).catch(() => {});
    stopped = null;
  } else if (answer?.status === 401) stopped = t("This link is no longer yours: another driver took over, or its time is over. What you said before is kept here.");
}

const mine = async () => (await all("items")).filter((each) => each.owner === facts?.user);
const told = async () => (await mine()).filter(({ kind }) => kind === KIND);

async function redraw() {
  const items = facts ? await mine() : [];
  bar();
  strip(items);
  if (!facts) at("content").replaceChildren(el("p", { class: "card empty" }, stopped ?? t("Looking for the county")));
  else {
    const open = at("obstacle")?.open;
    draw(load, log, { facts, items: items.filter(({ kind }) => kind === KIND), act, placing });
    if (!load.isConnected) at("content").replaceChildren(load, photos.section, log);
    if (open && at("obstacle")) at("obstacle").open = true;
    await photos.draw(facts, photosOf(items, facts.user), stopped !== null || line.state === "sign_in");
  }
  document.documentElement.dataset.ready = facts ? "drive" : "none";
}

function bar() {
  const title = t("My load");
  document.title = title;
  at("bar").replaceChildren(el("div", { class: "titles" }, el("h1", {}, title), el("small", {}, facts?.disaster.name ?? "")),
    el("div", { class: "times" }, el("strong", {}, clock(Date.now())), facts?.disaster.drill ? el("span", { class: "drill-mark" }, t("DRILL")) : null));
}

function strip(items) {
  const { waiting } = counts(items);
  const [shape, words] = stopped || line.state === "sign_in" ? ["watch", stopped ?? t("This link is no longer yours.")]
    : line.state === "down" ? ["watch", t("No network. What you save stays on this phone and goes by itself.")]
      : line.state === "up" ? ["ok", t("Connected, the county answered %(at)s", { at: clock(line.heard) })] : ["ring", t("Looking for the county")];
  at("strip").className = `app-strip ${shape}`;
  at("strip").replaceChildren(el("span", { class: `state ${shape}` }, words), el("span", {}, waiting ? t("to send %(n)s", { n: waiting }) : ""));
}

async function act({ kind, cause = null }) {
  await say({ owner: facts.user, kind, cause, place });
  send({ eager: true });
}

function metres(a, b) {
  const rad = Math.PI / 180;
  const x = (b.longitude - a.longitude) * rad * Math.cos((a.latitude * rad + b.latitude * rad) / 2);
  return Math.hypot(x, (b.latitude - a.latitude) * rad) * 6_371_000;
}

/** Say where the truck is: not too often, and not before it drove off. */
async function placed(found) {
  place = found;
  if (placing !== "on") { placing = "on"; redraw(); }
  if (!facts || facts.state !== "on_the_way" || nextStep(facts, await told()) !== "arrived") return;
  const passed = Date.now() - (last?.at ?? 0);
  const moved = last ? metres(last.place.coords, found.coords) : Infinity;
  if (passed < OFTEN || (moved < FAR && passed < LONG)) return;
  last = { place: found, at: Date.now() };
  await act({ kind: "position" });
}

function watch() {
  if (!navigator.geolocation) { placing = "off"; return; }
  navigator.geolocation.watchPosition(placed, () => { placing = "off"; redraw(); }, { enableHighAccuracy: true, maximumAge: 15_000 });
}

async function start() {
  try {
    await open();
  } catch {
    at("content").replaceChildren(el("p", { class: "card form-problem" }, t("This browser keeps nothing here. Use another one.")));
    return;
  }
  facts = await read("facts", KEY).catch(() => null) ?? null;
  await redraw();
  const changed = settle(redraw, 50);
  onChange(changed);
  watch();
  await refresh();
  await redraw();
  setInterval(async () => { if (document.visibilityState === "visible") { await refresh(); redraw(); } }, FRESH);
  persist().catch(() => {});
  installWorker("/drive");
  startSending();
}

start();
