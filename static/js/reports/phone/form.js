// 填报: the form on a phone. Each key is kept as a draft; the sums and rules are checked on each key
// with the server's own corpus; saving promises no more than it can: it lies here, and will be sent.
import { ordered, REFUSED, CONFLICT, REPLACED } from "../../outbox/state.js";
import { all, put, read } from "../../outbox/store.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { calm } from "../../shell/touch.js";
import { clock, number, t } from "../../shell/words.js";
import { begin, keepReport, lineOf, named, roundTitle } from "../offline.js";
import { blocking, check, said } from "../rules.js";
import { facts, now, owner, told } from "./facts.js";
import { fieldRow } from "./field.js";
import { carriedOver, EMPTY, entryOf, press, progress, reportOf, sumsThatFit, valueOf, valuesOf } from "./figures.js";
import { groupName, groupsOf } from "./groups.js";
import { pad } from "./pad.js";
import { photoSection } from "./photos.js";
import { telling } from "./telling.js";
import { villagesFiled } from "./villages.js";

/** Draw the form for a round of the facts; `go` leads to another view. Return what says whether
 * somebody is in it (`touched`); nothing where somebody came into the one before (`busy`) meanwhile. */
export async function drawForm(main, { asked, go, trouble, busy }) {
  const { form: data, disaster, area } = facts();
  const about = { disaster: disaster.id, area: area.code, round: asked.code, place: area.name, asked: { kind: asked.kind, number: asked.number, code: asked.code } };
  const key = lineOf(about);
  const saved = ordered(await all("items")).filter((each) => each.line === key && each.owner === owner() && ![REFUSED, CONFLICT, REPLACED].includes(each.state));
  const kept = await read("drafts", key);
  const draft = kept?.owner === owner() ? kept : { ...await begin(asked, saved), owner: owner(), about };
  await calm();
  if (busy()) return null;
  const state = { data, asked, about, key, draft, found: [], at: null, touched: false, rows: new Map(), go, trouble };
  const groups = groupsOf(data.fields);
  const first = data.fields.find((field) => field.core)?.group ?? data.fields[0].group;
  state.group = new URLSearchParams(location.search).get("group") ?? first;
  const ends = el("p", { class: "ends" });
  const save = el("button", { type: "button", class: "button primary save", onclick: () => store(state) }, t("Save; sent when online"));
  const chips = el("div", { class: "chips", role: "group", "aria-label": t("Parts of the form") });
  const list = el("div", { class: "figures" });
  const problem = el("div", { class: "form-problem", role: "alert" });
  const same = sameAgain(state);
  Object.assign(state, { groups, chips, list, ends, problem, same, form: handle(state) });
  state.told = telling({ about, owner: owner(), asked, trouble, touch: () => { state.touched = true; } });
  const besides = draft.besides ? el("p", { class: "muted", "data-besides": true }, t("Another draft of this round is kept. It comes back when this one is saved to be sent.")) : "";
  main.replaceChildren(chips, besides, villagesFiled(asked), list, state.told.element, photoSection({ about, owner: owner(), asked }), el("div", { class: "dock" }, pad((name) => pressed(state, name)), problem, ends, same, save));
  look(state);
  showGroup(state, state.group);
  return state;
}

/** Return what a row of the form may ask and do. */
function handle(state) {
  const { draft, asked, data } = state;
  return {
    asked,
    entry: (code) => draft.entries[code] ?? EMPTY,
    previous: (code) => (asked.report ? asked.report.values : asked.previous)[code],
    findings: (code) => state.found.filter((each) => each.field === code).map((each) => ({ ...each, words: said(each, names(data), t) })),
    fits: (code) => sumsThatFit(data.corpus, valuesOf(data.fields, draft.entries)).filter((each) => each.field === code)
      .map((each) => t("%(parts)s = %(sum)s, adds up", { parts: each.parts.map((one) => number(one)).join(" + "), sum: number(each.sum) })),
    reason: (code) => draft.reasons[code] ?? "",
    explain: (code, text) => { draft.reasons[code] = text; changed(state); },
    change: (code, entry) => { draft.entries[code] = entry; changed(state, code); },
    focus: (code) => { state.at = code; state.touched = true; },
    next: () => step(state),
  };
}

const names = (data) => Object.fromEntries(data.fields.map((field) => [field.code, named(field.code).name]));
const fieldAt = (state) => state.data.fields.find((field) => field.code === state.at);

function look(state) {
  const { data, asked, draft } = state;
  state.found = check(data.corpus, valuesOf(data.fields, draft.entries), {
    previous: asked.previous, base: draft.base && asked.report?.values, known: asked.known, reasons: draft.reasons, context: { ...data.context, kind: asked.kind, no_change: draft.no_change ?? false },
  });
}

/** 无变化: one tap files the last report once more, whole, as a zero report; only while nothing is typed. */
function sameAgain(state) {
  const { asked, draft, data } = state;
  const typed = Object.values(draft.entries).some((entry) => (entry.text || entry.unknown) && !entry.carried);
  const fits = asked.kind === "update" && !asked.report && Object.keys(asked.previous).length > 0;
  const again = () => {
    Object.assign(draft, { entries: carriedOver(data.fields, asked.previous), reasons: {}, no_change: true });
    store(state);
  };
  return el("button", { type: "button", class: "button same", hidden: !fits || typed, onclick: again }, t("No change since the last report"));
}

async function changed(state, code) {
  state.touched = true;
  state.same.hidden = true;
  state.draft.no_change = false;
  look(state);
  for (const [each, row] of state.rows) if (each === code) row.show(); else row.showNotes();
  marks(state);
  const text = { ...state.draft, saved_at: Date.now() };
  try {
    await put("drafts", state.key, text);
    state.draft.saved_at = text.saved_at;
    state.trouble(null);
  } catch (error) {
    state.trouble(error);
  }
  marks(state);
}

function pressed(state, key) {
  const field = fieldAt(state) ?? state.shown[0];
  if (state.at === null) state.rows.get(field.code).input.focus();
  if (key === "next") { step(state); return; }
  const entry = state.form.entry(field.code);
  if (key === "last") {
    const last = state.form.previous(field.code);
    if (last !== undefined) state.form.change(field.code, entryOf(last));
  } else if (key === "unknown") state.form.change(field.code, { ...entryOf(null), other: entry.other });
  else state.form.change(field.code, press(field, entry, key));
}

/** Go to the next field, over the end of a part into the next one. */
function step(state) {
  const place = state.data.fields.findIndex((field) => field.code === state.at);
  const following = state.data.fields[(place + 1) % state.data.fields.length];
  jump(state, following.code);
}

function jump(state, code) {
  const field = state.data.fields.find((each) => each.code === code);
  if (field.group !== state.group) showGroup(state, field.group);
  const { input, element } = state.rows.get(code);
  input.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
}

function showGroup(state, group) {
  state.group = group;
  state.at = null;
  state.shown = state.groups.get(group);
  state.rows = new Map(state.shown.map((field) => [field.code, fieldRow(field, state.form)]));
  state.list.replaceChildren(...[...state.rows.values()].map((row) => row.element));
  for (const row of state.rows.values()) row.show();
  state.chips.replaceChildren(...[...state.groups.keys()].map((each) => chip(state, each)));
  state.chips.querySelector('[aria-pressed="true"]').scrollIntoView({ inline: "center", block: "nearest" });
  marks(state);
}

const chip = (state, group) => el("button", {
  type: "button", "data-group": group, "aria-pressed": String(group === state.group), onclick: () => showGroup(state, group),
}, el("span", { class: "mark" }), groupName(group));

/** Say on each part how it stands, and at the end of the form what lies where. */
function marks(state) {
  for (const each of state.chips.children) {
    const part = state.groups.get(each.dataset.group);
    const wrong = state.found.some((one) => part.some((field) => field.code === one.field));
    const { filled, of } = progress(part, state.draft.entries);
    const shape = wrong ? "watch" : filled === of ? "ok" : filled ? "ok hollow" : "none";
    each.firstChild.className = `mark shape ${shape}`;
    each.title = t("%(n)s of %(m)s filled", { n: filled, m: of });
  }
  const at = state.draft.saved_at;
  state.ends.replaceChildren(
    el("span", { class: at ? "state ok" : "state none" }, at ? t("on this phone %(at)s", { at: clock(told(at)) }) : t("nothing typed yet")),
    el("span", { class: "dots", "aria-hidden": "true" }), el("span", { class: "state ring" }, t("not yet with the county")));
}

async function store(state) {
  const { data, draft, about, asked, key } = state;
  look(state);
  const stops = blocking(state.found);
  if (stops.length) { refuse(state, stops); return; }
  const content = { ...about, round: asked, as_of: new Date(now()).toISOString(), fields: data.fields, ...draft };
  const count = data.fields.filter((field) => valueOf(field, draft.entries[field.code]) !== undefined).length;
  if (!count) { state.problem.textContent = t("Nothing is filled in yet."); return; }
  try {
    await state.told.save();
    await keepReport({ about: { ...about, count }, owner: draft.owner, base: draft.base, replaces: draft.replaces ?? null, draft: key, body: (base) => reportOf(content, base) });
    if (draft.besides) await put("drafts", key, draft.besides);
  } catch (error) {
    state.trouble(error);
    return;
  }
  say(t("Saved on this phone."), { urgent: true });
  send({ eager: true });
  state.go("/phone/outbox");
}

function refuse(state, stops) {
  const one = stops[0];
  state.problem.textContent = t("Not yet: %(what)s", { what: said(one, names(state.data), t) });
  jump(state, one.field);
}
