// 台账 on the phone: a row of each roster, added without a network; what waits can be changed until it
// has left. Where the browser cannot lock it (plain http) nothing is kept, and the page says so.
import { openSealed } from "../../outbox/drafts.js";
import { kindOf } from "../../outbox/kinds.js";
import { uuid7 } from "../../outbox/ids.js";
import { CONFLICT, REFUSED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { el } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { carryAlong, facts, owner } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { KIND, PAGE, canSeal, lineOf, pageOf, rosters } from "../offline.js";
import { drawRow } from "./form.js";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const OPEN = [WAITING, SENDING, REFUSED, CONFLICT];
let drawn = null; // the form on the screen: {place, element}
let last = null; // the row saved last here: its village and what the next one shares with it

/** Return which roster and row the address asks for. */
function asked() {
  const given = new URLSearchParams(location.search);
  const roster = given.get("roster");
  const row = given.get("row") ?? "";
  return Object.hasOwn(rosters(), roster ?? "") ? { roster, row: UUID.test(row) ? row : null } : {};
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
  const content = draft && await openSealed(draft);
  if (drawn?.place !== place) return;
  drawn.element = drawRow(main, { given: given({ roster, line, draft, content }), areas: facts().rosters.areas, above: above({ roster, draft, content }), trouble: here.trouble, stored: (state) => stored(state, here) });
}

function given({ roster, line, draft, content }) {
  const { disaster, area, rosters: known } = facts();
  const about = draft?.about ?? { disaster: disaster.id, roster };
  const here = known.areas.find(({ code }) => code === (last?.area ?? area.code)) ?? known.areas[0];
  const shared = last?.roster === roster ? last.entries : {};
  return {
    line, about, owner: owner(), replaces: draft?.replaces ?? null,
    content: content ?? { entries: shared, area: here.code }, carried: content ? [] : Object.keys(shared),
  };
}

function above({ roster, draft, content }) {
  const words = draft && !content ? t("What was typed here was wiped when somebody signed out.")
    : last?.roster === roster && !draft ? t("%(name)s is saved on this phone. Here is the next one.", { name: last.masked }) : "";
  return words ? el("p", { class: draft ? "notice watch" : "notice ok", role: "status" }, words) : null;
}

/** After a row was saved: the next one of the same roster, or back to where it was corrected. */
function stored({ about, area, entries, fields, replaces }, { go }) {
  const shared = fields.filter((field) => field.shared && entries[field.code]).map(({ code }) => [code, entries[code]]);
  last = { roster: about.roster, area, masked: about.masked, entries: Object.fromEntries(shared) };
  go(replaces ? "/phone/outbox" : pageOf(about.roster, lineOf(uuid7())));
}

function overview(main, { items, drafts, go }) {
  const mine = items.filter((each) => each.kind === KIND && each.owner === owner());
  const begun = drafts.filter((each) => each.kind === KIND);
  const open = mine.filter((each) => OPEN.includes(each.state)).reverse();
  const stopped = why();
  main.replaceChildren(...[
    stopped && el("section", { class: "card empty" }, el("p", {}, stopped)),
    facts()?.disaster && Object.entries(rosters()).map(([roster, { title }]) => card(roster, title, mine)),
    begun.length > 0 && list(t("Drafts"), begun.map((each) => line(each, t("Go on"), () => go(each.href)))),
    open.length > 0 && list(t("Not yet with the county"), open.map((each) => line(each, t("Change it"), each.state === WAITING && each.sealed ? async () => go(await kindOf(each).correct(each)) : null))),
  ].flat().filter(Boolean));
}

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

carryAlong(async ({ area, disaster }, get) => ({ rosters: area && await get(`${PAGE}/facts?disaster=${disaster.id}&area=${area.code}`) }));

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
