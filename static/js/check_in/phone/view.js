// 入住登记 on the phone: which shelter, who stands at its door, and what was registered from here.
import { CONFLICT, REFUSED, REPLACED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { put, read } from "../../outbox/store.js";
import { el } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { carryAlong, facts, owner, refresh, told } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { HERE, KIND, OUT, PAGE, canSeal, hereOf, mineOf, offer, outOf, settleOf, words } from "../offline.js";
import { drawFind, forget, known } from "./find.js";
import { drawForm } from "./form.js";
import { drawInside, drawOut, insideNow } from "./out.js";
import { admits, door, pick, pickedNow, shelterNow } from "./parts.js";
import { drawSettle } from "./settle.js";

const REMEMBERED = "check_in_shelter";
const LATEST = 12;
const asked = (name) => new URLSearchParams(location.search).get(name);
let drawn = null; // what is on the screen: {signature, element}

/** Return all that was said here of who came and who left. */
const everything = (items) => [...mineOf(items, owner()), ...outOf(items, owner()), ...hereOf(items, owner())];
const LISTS = ["home", "out"];

/** Return what this address shows: {kind, household | item | row}. */
function chosen(items) {
  if (asked("settle")) {
    const item = everything(items).find(({ id, state }) => id === asked("settle") && state === REFUSED);
    if (item) return { kind: "settle", item };
  }
  if (asked("out") && shelterNow()) {
    const row = insideNow(items, owner()).find(({ arrival_id: id }) => id === asked("out"));
    return row ? { kind: "leave", row } : { kind: "out" };
  }
  const household = asked("household") && known(asked("household"));
  if (household && shelterNow()) return { kind: "household", household };
  return ["walk_in", "group"].includes(asked("new")) && shelterNow() ? { kind: asked("new") } : { kind: "home" };
}

function draw(main, here) {
  const stopped = why();
  if (stopped) { drawn = null; main.replaceChildren(el("section", { class: "card empty" }, el("p", {}, stopped), el("a", { class: "button", href: "/shelters" }, t("Ordinary page, it needs a network")))); return; }
  const shown = chosen(here.items);
  const mine = everything(here.items);
  const base = [document.documentElement.lang, owner(), shown.kind, shown.household?.id, shown.item?.id, shown.row?.arrival_id, shelterNow()?.id];
  const signature = JSON.stringify(LISTS.includes(shown.kind) ? [...base, facts().fetched_at, mine.map(({ id, state }) => [id, state])] : base);
  const busy = drawn?.kind === shown.kind && drawn.element.contains(document.activeElement) && document.activeElement.matches("input, select");
  if (drawn?.element.isConnected && (busy && drawn.place === JSON.stringify(base) || drawn.signature === signature)) return;
  const common = { owner: owner(), disaster: facts().disaster.id, go: here.go, trouble: here.trouble };
  const draws = { home: () => home(here.items, mine, common), out: () => drawInside({ items: here.items, ...common }), settle: () => drawSettle({ ...shown, ...common }), leave: () => drawOut({ ...shown, ...common }) };
  const element = (draws[shown.kind] ?? (() => drawForm({ ...shown, items: here.items, ...common })))();
  drawn = { kind: shown.kind, signature, place: JSON.stringify(base), element };
  main.replaceChildren(element);
}

function home(items, mine, common) {
  const shelter = shelterNow();
  const waiting = mine.filter(({ kind, state, about }) => kind === KIND && [WAITING, SENDING].includes(state) && about.shelter === shelter?.id);
  return el("div", { class: "check-in-home" }, picker(),
    shelter && standing(shelter, waiting), shelter && drawFind({ ...common, stands: (each) => stands(each, mine) }),
    shelter && el("div", { class: "door-acts" }, el("a", { class: "button", href: `${PAGE}?new=walk_in`, "data-go": true }, t("On no list")), el("a", { class: "button", href: `${PAGE}?new=group`, "data-go": true }, t("A large group")),
      el("a", { class: "button wide", href: `${PAGE}?out=list`, "data-go": true }, t("Check-out")), expected(items)),
    latest(mine));
}

/** The way to who was sent on to this shelter and is not here yet, where there is somebody. */
function expected(items) {
  const coming = insideNow(items, owner()).filter(({ stay }) => stay === "on_the_way");
  const people = coming.reduce((sum, each) => sum + each.people, 0);
  return people ? el("a", { class: "button wide", href: `${PAGE}?out=list`, "data-go": true, "data-expected": people }, t("On the way here: %(n)s people", { n: number(people) })) : null;
}

function picker() {
  const { shelters } = door();
  const shelter = shelterNow()?.id;
  const option = (each) => el("option", { value: each.id, selected: each.id === shelter }, `${each.name} · ${t(words().states[each.state])}`);
  return el("section", { class: "card" }, el("div", { class: "row-field" }, el("label", { for: "c-shelter" }, t("Shelter")),
    el("select", { id: "c-shelter", onchange: (event) => choose(event.target) }, shelter ? null : el("option", { value: "" }, t("Choose a shelter")), shelters.map(option))));
}

/** Remember the shelter of this person, and fetch whom it waits for. */
async function choose(select) {
  await put("facts", REMEMBERED, { owner: owner(), shelter: select.value }).catch(() => {});
  pick(select.value);
  forget();
  select.blur();
  if (await refresh() && door()?.shelter !== pickedNow()) await refresh(); // what was on its way when it was chosen
  dispatchEvent(new PopStateEvent("popstate"));
}

function standing(shelter, waiting) {
  const soon = waiting.reduce((sum, { about }) => sum + about.people, 0);
  const shape = admits(shelter) ? shelter.band : "act";
  const nearly = shelter.next && t(shelter.free > 0 && admits(shelter) ? "Nearly full. Next: %(offer)s" : "No room here. Next: %(offer)s", { offer: offer(shelter.next) });
  return el("section", { class: "card", "data-free": shelter.free }, el("p", {}, el("span", { class: `shape ${shape}` }), " ", el("strong", {}, t("%(n)s places free", { n: number(shelter.free) })), ` · ${number(shelter.people)}/${number(shelter.capacity)}`,
    soon ? ` · ${t("%(n)s people wait on this phone", { n: number(soon) })}` : ""),
  admits(shelter) ? null : el("p", { class: "form-problem" }, t("This shelter takes nobody in now: %(state)s.", { state: t(words().states[shelter.state]) })),
  nearly && el("p", { class: "state watch", "data-next": shelter.next.id }, nearly), el("p", { class: "muted" }, t("as of %(at)s", { at: clock(told(facts().fetched_at)) }), " · ", t("%(n)s households on this phone", { n: number(door().households.length) })));
}

/** Where a household is, as far as this phone knows: {shape, words}. */
function stands({ id, at, sent_here: sent }, mine) {
  const own = mine.filter(({ about, state }) => about.household === id && [WAITING, SENDING].includes(state)).at(-1);
  if (own) return { shape: "ring", words: own.kind === OUT ? t("leaves: on this phone only") : t("on this phone only") };
  if (!at) return { shape: "none", words: sent ? t("expected here") : "" };
  if (at.stay === "on_the_way") return { shape: "half", words: at.shelter_id === shelterNow()?.id ? t("on the way here") : at.name };
  return { shape: at.shelter_id === shelterNow()?.id ? "ok" : "watch", words: at.shelter_id === shelterNow()?.id ? t("inside") : at.name };
}

const STATES = () => ({ [WAITING]: ["ring", t("on this phone only")], [SENDING]: ["half", t("Being sent")], [SENT]: ["ok", t("Received by the county")], [REFUSED]: ["act", t("Not taken by the county")], [CONFLICT]: ["watch", t("You decide")], [REPLACED]: ["none", t("put away")] });

const SAID = () => ({ [OUT]: `${t("Check-out")} · `, [HERE]: `${t("They are here")} · ` });

function latest(mine) {
  const rows = [...mine].filter(({ state }) => state !== REPLACED).sort((a, b) => Number(b.state === REFUSED) - Number(a.state === REFUSED) || b.order - a.order).slice(0, LATEST);
  if (!rows.length) return null;
  const line = (item) => {
    const [shape, text] = STATES()[item.state];
    const way = item.state === REFUSED ? el("a", { class: "button", href: settleOf(item), "data-go": true }, t("Settle it")) : null;
    return el("li", { class: "item", "data-id": item.id, "data-state": item.state }, el("span", { class: `shape ${shape}` }),
      el("div", {}, el("p", {}, `${SAID()[item.kind] ?? ""}${item.about.name} · ${t("%(n)s people", { n: number(item.about.people) })} · ${item.about.place}`), el("small", {}, `${text} · ${clock(item.about.at)}`)), way);
  };
  return el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, rows.map(line)));
}

/** Say why nobody can be registered here now; nothing where somebody can. */
function why() {
  if (!canSeal()) return t("Names can lie on this phone only locked, and this browser locks only over https or on this machine itself. Use the ordinary page, it needs a network.");
  if (!facts()) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  return door()?.shelters.length ? null : t("There is no shelter in your areas where you register people.");
}

carryAlong(async ({ area, disaster }, get) => {
  const remembered = await read("facts", REMEMBERED).catch(() => null);
  const shelter = pickedNow() ?? (remembered?.owner === owner() ? remembered.shelter : null);
  return { check_in: await get(`${PAGE}/facts?disaster=${disaster.id}${area ? `&area=${area.code}` : ""}${shelter ? `&shelter=${shelter}` : ""}`) };
});

addView({
  name: "check_in", path: PAGE, symbol: "users", words: () => t("Check-in"), fresh: true,
  offered: () => Boolean(door()?.shelters.length),
  isForm: () => false,
  bar: () => (location.search ? { title: shelterNow()?.name ?? t("Check-in"), back: { href: PAGE, words: t("‹ Check-in") } } : { title: t("Check-in") }),
  draw,
});
