// A row of a roster on the phone. Each key is kept as a sealed draft; what the server would refuse is
// said before; saving promises no more than it can: it lies here locked, and will be sent.
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { clock, t } from "../../shell/words.js";
import { now, told } from "../../reports/phone/facts.js";
import { pad } from "../../reports/phone/pad.js";
import { fieldsOf, keepDraft, keepRow } from "../offline.js";
import { KEYED, begun, masked, press, problems, unkept, valuesOf } from "../rows.js";
import { explain, fieldRow } from "./field.js";

const KEYS = [["1", "2", "3", "delete"], ["4", "5", "6", "next"], ["7", "8", "9"], ["00", "0", "X"]];
const HOURS_EAST = 8 * 3600_000; // Beijing
const beijing = (at) => new Date(at + HOURS_EAST).toISOString();

/** Draw the form of a row; `given` is {line, about, owner, replaces, content, carried}. `stored(state)`
 * is called once the row lies in the outbox. Return the form's element. */
export function drawRow(main, { given, areas, above, trouble, stored }) {
  const fields = fieldsOf(given.about);
  const { entries, area, base = null, named = null } = given.content;
  const state = {
    ...given, fields, entries: { ...entries }, area, base, named, areas, trouble, stored, at: null,
    carried: new Set(given.carried), tried: new Set(), found: [], saved: Boolean(given.replaces),
  };
  const save = el("button", { type: "button", class: "button primary save", onclick: (event) => store(state, event.target) }, t("Save; sent when online"));
  Object.assign(state, { form: handle(state), keys: pad((key) => pressed(state, key), KEYS), problem: el("div", { class: "form-problem", role: "alert" }), ends: el("p", { class: "ends" }) });
  state.rows = new Map(fields.map((field) => [field.code, fieldRow(field, state.form)]));
  const shown = (more) => fields.filter((field) => Boolean(field.more) === more).map((field) => state.rows.get(field.code).element);
  state.more = el("details", { class: "more" }, el("summary", {}, t("More, as far as it is known")), shown(true));
  const element = el("div", { class: "row-form" }, above, village(state), shown(false), state.more);
  state.keys.classList.add("keys");
  main.replaceChildren(element, el("div", { class: "dock" }, state.keys, state.problem, state.ends, save));
  look(state);
  show(state);
  dock(state);
  return element;
}

function village(state) {
  const choose = (event) => { state.area = event.target.value; changed(state); };
  return el("div", { class: "row-field" }, el("label", { for: "r-area" }, t("Village, or the township itself")),
    el("select", { id: "r-area", onchange: choose, onfocus: () => state.form.focus(null) },
      state.areas.map(({ code, name }) => el("option", { value: code, selected: code === state.area }, name))));
}

/** Return what a column may ask and do. */
function handle(state) {
  return {
    text: (code) => state.entries[code] ?? "",
    carried: (code) => state.carried.has(code),
    had: (code) => (state.about.kept ?? []).includes(code),
    kept: (code) => !state.entries[code] && (state.about.kept ?? []).includes(code),
    problem: (code) => state.tried.has(code) && state.found.find((each) => each.field === code),
    change: (code, text) => { state.entries[code] = text; state.carried.delete(code); changed(state); },
    focus: (code) => { state.at = code; dock(state); },
    leave: (code) => { if (state.entries[code]) state.tried.add(code); show(state); },
    next: (code) => step(state, code),
    today: () => beijing(Date.now()).slice(0, 10),
    now: () => beijing(now()),
  };
}

function look(state) {
  const found = problems(state.about.roster, state.fields, valuesOf(state.fields, state.entries), state.form.today());
  state.found = unkept(found, state.about.kept ?? []);
  const number = state.entries.id_number ?? "";
  if (number.length >= 18) state.tried.add("id_number");
}

function show(state) {
  for (const row of state.rows.values()) row.show();
  const without = state.entries.id_number && !state.entries.no_number;
  state.rows.get("no_number").element.hidden = Boolean(without);
  ends(state);
}

function ends(state) {
  const at = state.saved_at;
  state.ends.replaceChildren(
    el("span", { class: at ? "state ok" : "state none" }, at ? t("locked on this phone %(at)s", { at: clock(told(at)) }) : t("nothing typed yet")),
    el("span", { class: "dots", "aria-hidden": "true" }), el("span", { class: "state ring" }, state.base ? t("your change: not yet with the county") : t("not yet with the county")));
}

/** The number keys are there only for what is typed with them, and never over it. */
function dock(state) {
  const field = state.fields.find((each) => each.code === state.at);
  state.keys.hidden = !field || !KEYED.has(field.kind);
  if (!state.keys.hidden) state.rows.get(field.code).element.scrollIntoView({ block: "nearest" });
}

async function changed(state) {
  look(state);
  state.problem.textContent = ""; // what was said of the last try; a new one says it anew
  show(state);
  if (state.done || !(state.saved || begun(state.entries))) return;
  const { entries, area, base, named } = state;
  state.about = placed(state);
  try {
    await keepDraft(state, { entries, area, base, named });
    Object.assign(state, { saved: true, saved_at: Date.now() });
    state.trouble(null);
  } catch (error) {
    state.trouble(error);
  }
  ends(state);
}

/** Return what stands of the row in the open: roster, village, family name. */
const placed = ({ about, areas, area, entries }) =>
  ({ ...about, place: areas.find((each) => each.code === area)?.name ?? "", masked: masked(entries.name ?? "") || (about.corrects ? about.masked : "") });

function pressed(state, key) {
  const field = state.fields.find((each) => each.code === state.at);
  if (!field) return;
  if (key === "next") { step(state, field.code); return; }
  state.form.change(field.code, press(field, state.form.text(field.code), key));
}

/** Go to the next column that is on the screen. */
function step(state, code) {
  const order = [...state.rows.keys()].filter((each) => !state.rows.get(each).element.hidden && (state.more.open || !more(state, each)));
  const following = order[order.indexOf(code) + 1];
  if (following) jump(state, following);
  else document.activeElement?.blur();
}

const more = (state, code) => state.fields.find((field) => field.code === code).more;

function jump(state, code) {
  if (more(state, code)) state.more.open = true;
  const { element, focus } = state.rows.get(code);
  state.form.focus(code);
  focus();
  element.scrollIntoView({ block: "center" });
}

async function store(state, button) {
  look(state);
  const [one] = state.found;
  if (one) { refuse(state, one); return; }
  button.disabled = true;
  state.done = true;
  try {
    await keepRow({ ...state, about: placed(state) });
  } catch (error) {
    state.done = false;
    state.trouble(error);
    return;
  } finally {
    button.disabled = false;
  }
  say(t("Saved on this phone."), { urgent: true });
  send({ eager: true });
  state.stored({ ...state, about: placed(state) });
}

function refuse(state, one) {
  for (const { field } of state.found) state.tried.add(field);
  show(state);
  const field = state.fields.find((each) => each.code === one.field);
  state.problem.textContent = t("Not yet: %(what)s", { what: `${t(field.title)}: ${explain(one)}` });
  jump(state, one.field);
}
