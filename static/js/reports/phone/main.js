// The reporter's phone: one page, its views and those of other features, all from what lies on the phone.
import { kindOf } from "../../outbox/kinds.js";
import { Full, all, onChange, open, persist } from "../../outbox/store.js";
import { SENT } from "../../outbox/state.js";
import { endLeft } from "../../outbox/leave.js";
import { line, startSending } from "../../outbox/send.js";
import { drawOutbox } from "../../outbox/list.js";
import { installWorker } from "../../outbox/wake.js";
import { settle } from "../../shell/dom.js";
import { calm } from "../../shell/touch.js";
import { clock } from "../../shell/words.js";
import { KIND } from "../offline.js";
import { disown, facts, now, owner, recall, refresh, told } from "./facts.js";
import { drawBar, drawStrip, drawTabs, settings } from "./frame.js";
import { drawForm } from "./form.js";
import { onOwn, rounds } from "./rounds.js";
import { drawTonight, formOf, left } from "./tonight.js";
import { viewAt } from "./views.js";

const VIEWS = { "/phone": "tonight", "/phone/report": "report", "/phone/outbox": "outbox" };
const OFTEN = 60_000;
const at = (id) => document.getElementById(id);
const state = { items: [], drafts: [], trouble: null, persisted: null, shown: null };

async function look() {
  if (state.trouble && !(state.trouble instanceof Full)) return;
  [state.items, state.drafts] = await Promise.all([all("items"), all("drafts")]);
  const mine = (each) => each.owner === owner();
  state.drafts = state.drafts.filter(mine).map(placed);
}

/** Return a draft with its kind and the page it is on; those of reports carry neither. */
function placed(draft) {
  if (draft.kind) return { ...draft, href: kindOf(draft).page?.(draft) };
  const { disaster, area, round } = draft.about;
  return { ...draft, kind: KIND, key: `${KIND}:${disaster}:${area}:${round}`, href: formOf({ code: round }) };
}

const viewNow = () => VIEWS[location.pathname] ?? viewAt(location.pathname)?.name ?? "tonight";

function asked() {
  const known = rounds();
  const code = new URLSearchParams(location.search).get("round");
  return known.find((each) => each.code === code) ?? (code ? older(code) : known[0]) ?? null;
}

/** A round that is no longer asked for still has its draft, and its draft its form. */
function older(code) {
  const draft = facts()?.form && state.drafts.find((each) => each.kind === KIND && each.about.round === code);
  return draft ? { ...draft.about.asked, due: null, daily: false, previous: {}, report: null } : null;
}

/** Draw what is here; the form is left alone while somebody types in it. */
async function draw() {
  await look();
  await calm();
  const view = viewNow();
  const other = viewAt(location.pathname);
  const round = view === "report" ? asked() : null;
  drawBar(at("bar"), view, round);
  frame(view);
  if (view === "report" && round) await drawReport(round);
  else {
    state.shown = view;
    if (other) await other.draw(at("content"), { items: state.items, drafts: state.drafts, go, trouble });
    else if (view === "outbox") drawOutbox(at("content"), { items: state.items, drafts: state.drafts, owner: owner(), go, redraw: draw, told });
    else drawTonight(at("content"), { items: state.items, drafts: state.drafts, settings: settings({ persisted: state.persisted, choose }) });
  }
  document.documentElement.dataset.ready = view;
}

let form = null; // the one on the screen, once somebody is in it

/** Newer facts are drawn into a form nobody is in; a draft keeps what it was begun on. */
async function drawReport(round) {
  const { area, fetched_at } = facts();
  const place = `report:${round.code}:${area.code}@`;
  const begun = state.drafts.some(({ kind, about }) => kind === KIND && about.round === round.code && about.area === area.code);
  const same = state.shown?.startsWith(place);
  if (same && (begun || form?.touched || state.shown === place + fetched_at)) return;
  if (!same) form = null;
  state.shown = place + fetched_at;
  form = await drawForm(at("content"), { asked: await onOwn(round, state.items.filter((each) => each.owner === owner())), go, trouble, busy: () => form?.touched }) ?? form;
}

function strip() {
  const last = Math.max(0, ...state.items.filter((each) => each.state === SENT).map((each) => each.settled_at));
  drawStrip(at("strip"), { items: state.items, trouble: state.trouble, last });
}

function frame(view) {
  strip();
  drawTabs(at("tabs"), view, state.items);
  document.body.dataset.view = view;
  document.body.toggleAttribute("data-form", view === "report" || Boolean(viewAt(location.pathname)?.isForm()));
}

function go(href) {
  history.pushState(null, "", href);
  state.shown = null;
  scrollTo(0, 0);
  draw();
}

async function choose(...asked) {
  if (await refresh(...asked)) draw();
}

function trouble(error) {
  if (state.trouble === error) return;
  state.trouble = error;
  frame(viewNow());
}

/** When the line comes up: whose things are these, and what has changed there meanwhile. */
let before = "unknown";
let received = 0;
async function follow() {
  const arrived = state.items.filter((each) => each.settled_at).length;
  const fresh = line.state === "up" && (before !== "up" || arrived > received);
  [before, received] = [line.state, arrived];
  if (!fresh) return;
  await disown(line.user);
  const wanted = new URLSearchParams(location.search).get("area") ?? undefined;
  if (await refresh(wanted)) draw();
}

async function tick() {
  await calm();
  for (const each of document.querySelectorAll("[data-clock]")) each.textContent = clock(now());
  for (const each of document.querySelectorAll("[data-left]")) each.textContent = left(each.dataset.left);
  if (!at("strip").contains(document.activeElement)) strip();
  if (state.shown === "outbox" && !at("content").contains(document.activeElement)) draw();
}

async function start() {
  if (await endLeft()) return void (location.href = "/sign-in");
  try {
    await open();
  } catch (error) {
    state.trouble = error; // said before anything is typed
    await draw();
    return;
  }
  await recall();
  await draw();
  const changed = settle(async () => { await draw(); follow(); }, 50);
  onChange(changed);
  addEventListener("popstate", () => { state.shown = null; draw(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  setInterval(tick, 5000);
  setInterval(() => { if (document.visibilityState === "visible" && line.state === "up" && (state.shown === "tonight" || viewAt(location.pathname)?.fresh)) refresh().then((came) => came && draw()); }, OFTEN);
  persist().then((promised) => { state.persisted = promised; if (state.shown === "tonight") draw(); }, () => {});
  installWorker();
  startSending();
}

start();
