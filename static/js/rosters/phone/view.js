// 台账 on the phone: a row of each roster, added without a network; what waits can be changed until it
// has left. Where the browser cannot lock it (plain http) nothing is kept, and the page says so.
import { locked, openSealed } from "../../outbox/drafts.js";
import { kindOf } from "../../outbox/kinds.js";
import { uuid7 } from "../../outbox/ids.js";
import { CONFLICT, REFUSED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { el } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { carryAlong, facts, isLater, owner } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { KIND, PAGE, canSeal, lineOf, pageOf, rosters } from "../offline.js";
import { entryOf } from "../rows.js";
import { drawRow } from "./form.js";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const OPEN = [WAITING, SENDING, REFUSED, CONFLICT];
let drawn = null; // the form on the screen: {place, element}
let last = null; // the row saved last here: its village and what the next one shares with it

/** Return the received rows that may be corrected: not while a correction waits, nor while the phone
 * has not yet heard what became of one. */
function received(items) {
  const { rosters: known } = facts() ?? {};
  const busy = new Set(items.filter(({ state, settled_at }) => OPEN.includes(state) || (state === SENT && isLater({ settled_at }))).flatMap(({ line, base }) => [line, base]));
  return (known?.rows ?? []).filter((each) => !busy.has(each.id) && !busy.has(lineOf(each.record_id)));
}

/** Return which roster and row the address asks for. */
function asked() {
  const given = new URLSearchParams(location.search);
  const roster = given.get("roster");
  const row = given.get("row") ?? "";
  return Object.hasOwn(rosters(), roster ?? "") ? { roster, row: UUID.test(row) ? row : null, corrects: given.has("correct") } : {};
}

const ready = () => canSeal() && Boolean(facts()?.rosters?.areas.length && facts().disaster);

async function draw(main, here) {
  const { roster, row } = asked();
  if (!roster || !ready()) { drawn = null; overview(main, here); return; }
  if (!row) history.replaceState(null, "", pageOf(roster, lineOf(uuid7())));
  const place = `${location.search} ${owner()}`;
  if (drawn?.place === place && (drawn.element?.isConnected ?? true)) return;
  drawn = { place, element: null };
  const line = lineOf(asked().row);
  const draft = here.drafts.find((each) => each.line === line);
  const there = draft ? null : received(here.items).find((each) => lineOf(each.record_id) === line);
  const content = draft ? await openSealed(draft) : there && await begins(there);
  if (drawn?.place !== place) return;
  if (!draft && !content && asked().corrects) { drawn = null; overview(main, here); return; }
  drawn.element = drawRow(main, { given: given({ roster, line, draft, row: there, content }), areas: facts().rosters.areas, above: above({ roster, draft, row: there, content }), trouble: here.trouble, stored: (state) => stored(state, here) });
}

/** Return what the form of a received row begins with; null once its seal is broken. */
async function begins(row) {
  const values = await openSealed(row);
  const named = Object.keys(values ?? {});
  const fields = rosters()[row.roster].fields.filter(({ code }) => named.includes(code));
  return values && { entries: Object.fromEntries(fields.map((field) => [field.code, entryOf(field, values[field.code])])), named, area: row.area_code, base: row.id };
}

const aboutOf = ({ id, roster, kept, masked, area_name: place }) => ({ disaster: facts().disaster.id, roster, corrects: id, kept, masked, place });

function given({ roster, line, draft, row, content }) {
  const { disaster, area, rosters: known } = facts();
  const about = draft?.about ?? (row ? aboutOf(row) : { disaster: disaster.id, roster });
  const here = known.areas.find(({ code }) => code === (last?.area ?? area.code)) ?? known.areas[0];
  const shared = last?.roster === roster ? last.entries : {};
  return {
    line, about, owner: owner(), replaces: draft?.replaces ?? null,
    content: content ?? { entries: shared, area: here.code }, carried: content ? [] : Object.keys(shared),
  };
}

function above({ roster, draft, row, content }) {
  if (row) return el("p", { class: "notice", role: "status" }, t("%(name)s is with the county. What names people is not on this phone: type only what is to be changed.", { name: [row.masked, row.area_name].join(" · ") }));
  const words = draft && !content ? t("What was typed here was wiped when somebody signed out.")
    : last?.roster === roster && !draft ? t("%(name)s is saved on this phone. Here is the next one.", { name: last.masked }) : "";
  return words ? el("p", { class: draft ? "notice watch" : "notice ok", role: "status" }, words) : null;
}

/** After a row was saved: the next one of the same roster, or back to where it was corrected. */
function stored({ about, area, entries, fields, replaces }, { go }) {
  const shared = fields.filter((field) => field.shared && entries[field.code]).map(({ code }) => [code, entries[code]]);
  if (about.corrects) { go("/phone/outbox"); return; }
  last = { roster: about.roster, area, masked: about.masked, entries: Object.fromEntries(shared) };
  go(replaces ? "/phone/outbox" : pageOf(about.roster, lineOf(uuid7())));
}

function overview(main, { items, drafts, go }) {
  const mine = items.filter((each) => each.kind === KIND && each.owner === owner());
  const begun = drafts.filter((each) => each.kind === KIND);
  const open = mine.filter((each) => OPEN.includes(each.state)).reverse();
  const stopped = why();
  const there = ready() ? received(items) : [];
  main.replaceChildren(...[
    stopped && el("section", { class: "card empty" }, el("p", {}, stopped)),
    facts()?.disaster && Object.entries(rosters()).map(([roster, { title }]) => card(roster, title, mine)),
    begun.length > 0 && list(t("Drafts"), begun.map((each) => line(each, t("Go on"), () => go(each.href)))),
    open.length > 0 && list(t("Not yet with the county"), open.map((each) => line(each, t("Change it"), each.state === WAITING && each.sealed ? async () => go(await kindOf(each).correct(each)) : null))),
    there.length > 0 && list(t("With the county, from you"), there.map((each) => kept(each, go))),
  ].flat().filter(Boolean));
}

/** A row the county has: its roster, village and family name, and the way to correct it. */
const kept = (row, go) => el("li", { class: "item", "data-record": row.record_id }, el("span", { class: "shape ok" }),
  el("p", {}, [t(rosters()[row.roster].title), row.masked, row.area_name].join(" · ")),
  el("button", { type: "button", class: "button", onclick: () => go(`${pageOf(row.roster, lineOf(row.record_id))}&correct=1`) }, t("Correct it")));

/** Say why no row can be added here now; nothing where one can. */
function why() {
  if (!canSeal()) return t("Lists name people. They can lie on this phone only locked, and this browser locks only over https or on this machine itself. Use the ordinary form, it needs a network.");
  if (!facts()) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  if (!facts().disaster) return t("There is no disaster to report on.");
  return ready() ? null : t("You keep no lists here. The desk shows what you may see.");
}

function card(roster, title, mine) {
  const { disaster, area } = facts();
  const rows = mine.filter((each) => each.about.roster === roster && each.about.disaster === disaster.id);
  const of = (...states) => number(rows.filter((each) => states.includes(each.state)).length);
  const way = ready() ? el("a", { class: "button primary", href: `${PAGE}?roster=${roster}`, "data-go": true }, t("Add a row"))
    : canSeal() ? null : el("a", { class: "button", href: `/rosters/${roster}/new?disaster=${disaster.id}&area=${area?.code ?? ""}` }, t("Ordinary form"));
  return el("section", { class: "card roster", "data-roster": roster }, el("h2", {}, t(title)),
    el("p", { class: "muted" }, t("on this phone only %(open)s · received from here %(sent)s", { open: of(...OPEN), sent: of(SENT) })), way);
}

const list = (name, rows) => el("section", {}, el("h2", {}, name), el("ul", { class: "card items" }, rows));

const line = (each, words, act) => el("li", { class: "item", "data-line": each.line }, el("span", { class: "shape ring" }),
  el("p", {}, kindOf(each).title(each)), act && el("button", { type: "button", class: "button", onclick: act }, words));

carryAlong(async ({ area, disaster, owner: who }, get) => {
  const found = area && await get(`${PAGE}/facts?disaster=${disaster.id}&area=${area.code}`);
  return { rosters: found && { ...found, rows: canSeal() ? await Promise.all(found.rows.map((row) => locked(row, who))) : [] } };
});

addView({
  name: "list", path: PAGE, symbol: "users", words: () => t("Rosters"),
  offered: () => !facts() || Boolean(facts().rosters),
  isForm: () => ready() && Boolean(asked().roster),
  bar: () => {
    const { roster } = asked();
    return roster && ready() ? { title: t(rosters()[roster].title), back: { href: PAGE, words: t("‹ Rosters") } } : { title: t("Rosters") };
  },
  draw,
});
