// 返家查看 on the phone: who is away, what was found where they live; one tap says it, with no network.
import { REFUSED, REPLACED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { carryAlong, facts, now, owner, told } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { DWELLINGS, canSeal, dwellingOf, foundWords, keepFinding, letStand, ofDwelling, stateWords, steps } from "../offline.js";

const dwellings = () => facts()?.dwellings ?? null;
const wanted = () => new URLSearchParams(location.search).get("household");
const chosen = () => dwellings()?.households.find(({ id }) => id === wanted()) ?? null;
const notes = new Map(); // what is half said, while it is drawn again
let drawn = null; // what is on the screen: {signature, element}

/** Return what is known of a dwelling: what the county said last, and on top what was found from here. */
function known(household, items) {
  const mine = ofDwelling(items, { owner: owner(), household: household.id });
  const open = mine.filter(({ state, settled_at: at }) => [WAITING, SENDING].includes(state) || (state === SENT && at > dwellings().asked_at));
  const last = open.sort((a, b) => a.order - b.order).at(-1) ?? null;
  const found = last ? last.about.found : household.found;
  return { household, mine, last, found, at: last ? last.about.at : household.found_at, refused: mine.filter(({ state }) => state === REFUSED),
    shape: found === null ? "blind" : found === "habitable" ? "ok" : "act" };
}

/** Return what was refused of households that are on the list no more: it must be seen all the same. */
const orphans = (items) => ofDwelling(items, { owner: owner() }).filter(({ state, about }) => state === REFUSED && !dwellings().households.some(({ id }) => id === about.household));

const standing = ({ found, at }) => (found === null ? t("not looked at") : `${foundWords(found)} · ${clock(at)}`);

function draw(main, here) {
  const household = why() ? null : chosen();
  const rows = household || why() ? [] : dwellings().households.map((each) => known(each, here.items));
  const one = household && known(household, here.items);
  const gone = one || why() ? [] : orphans(here.items);
  const states = ({ household: each, mine, found }) => [each.id, found, mine.map(({ id, state }) => [id, state])];
  const signature = JSON.stringify([document.documentElement.lang, owner(), why(), facts()?.fetched_at, one && states(one), rows.map(states), gone.map(({ id }) => id)]);
  const typing = one && drawn?.id === household.id && drawn.element.contains(document.activeElement) && document.activeElement.matches("input");
  if (drawn?.element.isConnected && (typing || drawn.signature === signature)) return;
  drawn = { id: household?.id, signature, element: one ? page(one, here) : el("div", {}, list(rows, gone)) };
  main.replaceChildren(drawn.element);
}

function list(rows, gone) {
  const stopped = why();
  if (stopped) return [el("section", { class: "card empty" }, el("p", {}, stopped), el("a", { class: "button", href: "/evacuation/dwellings" }, t("Ordinary page, it needs a network")))];
  const { order, total } = dwellings();
  const left = rows.filter(({ found }) => found === null).length;
  return [
    ...gone.map(refusal),
    el("p", { class: "muted" }, [order.number, t("%(n)s not looked at", { n: number(left) }), t("as of %(at)s", { at: clock(told(facts().fetched_at)) })].join(" · ")),
    rows.length ? el("ul", { class: "card items doors" }, [...rows].sort((a, b) => Number(a.found !== null) - Number(b.found !== null)).map(row)) : el("p", { class: "card empty" }, t("Nobody is away from home here.")),
    total > rows.length ? el("p", { class: "muted" }, t("The first %(n)s of %(m)s are here.", { n: number(rows.length), m: number(total) })) : "",
  ];
}

const row = (one) => el("li", { class: "door", "data-household": one.household.id, "data-found": one.found ?? "" },
  el("a", { href: dwellingOf(one.household.id), "data-go": true }, el("span", { class: `shape ${one.shape}` }),
    el("strong", {}, `${one.household.name} · ${t("%(n)s people", { n: number(one.household.people) })}`), el("span", {}, standing(one)),
    el("small", {}, [one.household.area, stateWords(one.household.state)].join(" · "), one.last && !one.last.receipt ? el("span", { class: "state ring" }, t("on this phone only")) : null,
      one.refused.length ? el("strong", { class: "word refused" }, t("Not taken by the county")) : null)));

function page(one, here) {
  const { household } = one;
  const note = el("input", { id: "d-finding-note", type: "text", maxlength: 400, autocomplete: "off", oninput: (event) => notes.set(household.id, event.target.value) });
  note.value = notes.get(household.id) ?? "";
  const problem = el("p", { class: "form-problem", role: "alert" });
  const button = (code) => el("button", { type: "button", class: code === "habitable" ? "button primary wide" : "button", "data-found": code, onclick: () => take(one, code, here) }, foundWords(code));
  return el("div", { class: "door-form", "data-household": household.id, "data-dwelling": one.found ?? "none" },
    el("section", { class: "card" }, el("p", {}, el("span", { class: `shape ${one.shape}` }), " ", el("strong", {}, standing(one))),
      el("p", { class: "muted" }, [t("%(n)s people", { n: number(household.people) }), household.area, stateWords(household.state)].join(" · "))),
    one.refused.map(refusal), el("div", { class: "row-field" }, el("label", { for: "d-finding-note" }, t("Note (kept sealed)")), note),
    el("h2", {}, t("What was found at their dwelling")), el("div", { class: "door-acts" }, Object.keys(steps().dwellings).map(button)), problem, sent(one.mine));
}

function refusal(item) {
  const { detail, errors = [] } = item.problem ?? {};
  return el("section", { class: "card refusal", "data-id": item.id, "data-state": item.state },
    el("p", {}, el("span", { class: "shape act" }), " ", el("strong", { class: "word refused" }, t("Not taken by the county"))),
    el("p", {}, `${item.about.name} · ${foundWords(item.about.found)} · ${clock(item.about.at)}`), el("p", { class: "muted" }, [detail, ...errors.map((each) => each.message)].filter(Boolean).join(" ")),
    el("button", { type: "button", class: "button", "data-settle": true, onclick: () => letStand(item) }, t("The county is right: put mine away")));
}

const STATES = () => ({ [WAITING]: ["ring", t("on this phone only")], [SENDING]: ["half", t("Being sent")], [SENT]: ["ok", t("Received by the county")], [REFUSED]: ["act", t("Not taken by the county")], [REPLACED]: ["none", t("put away")] });

function sent(mine) {
  if (!mine.length) return null;
  const line = ({ id, about, state }) => {
    const [shape, text] = STATES()[state] ?? STATES()[REFUSED];
    return el("li", { class: "item", "data-id": id, "data-state": state }, el("span", { class: `shape ${shape}` }), el("p", {}, `${foundWords(about.found)} · ${clock(about.at)}`), el("small", {}, text));
  };
  return el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, [...mine].sort((a, b) => b.order - a.order).map(line)));
}

async function take(one, found, here) {
  if (one.taken) return; // a second tap, before this is drawn again, is the same tap
  one.taken = true;
  document.activeElement?.blur(); // what has the focus is not drawn again
  const { household } = one;
  const at = new Date(now()).toISOString();
  try {
    const note = (notes.get(household.id) ?? "").trim();
    await keepFinding({ owner: owner(), about: { household: household.id, name: household.name, found, at },
      body: { disaster_id: facts().disaster.id, households: [household.id], found, note, at } });
    notes.delete(household.id);
    say(t("Saved on this phone."), { urgent: true });
    send({ eager: true });
  } catch (error) {
    one.taken = false;
    here.trouble(error);
  }
}

/** Say why nothing can be said here now; nothing where it can. */
function why() {
  if (!canSeal()) return t("What people say can lie on this phone only locked, and this browser locks only over https or on this machine itself. Use the ordinary page, it needs a network.");
  if (!facts()) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  return owner() && dwellings()?.order ? null : t("No evacuation order concerns this area.");
}

carryAlong(async ({ area, disaster }, get) => {
  const asked_at = Date.now();
  const found = await get(`${DWELLINGS}/facts?disaster=${disaster.id}${area ? `&area=${area.code}` : ""}`);
  return { dwellings: found && { ...found, asked_at } };
});

addView({
  name: "dwellings", path: DWELLINGS, symbol: "clipboard-list", words: () => t("Dwellings"), fresh: true,
  offered: () => Boolean(dwellings()?.order && dwellings().households.length && now() >= Date.parse(dwellings().order.impact_at)),
  isForm: () => false,
  bar: () => (chosen() ? { title: chosen().name, back: { href: DWELLINGS, words: t("‹ Dwellings") } } : { title: t("Who can go home") }),
  draw,
});
