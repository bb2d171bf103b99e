// The way out: who is inside as far as this phone knows, where they go, who takes charge of them.
import { SENDING, SENT, WAITING } from "../../outbox/state.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { now } from "../../reports/phone/facts.js";
import { among, meant } from "../codes.js";
import { PAGE, hereOf, keepCheckOut, keepHere, mineOf, offer, outOf, words } from "../offline.js";
import { admits, door, field, shelterNow } from "./parts.js";

const SHOWN = 40;
const GOING = [WAITING, SENDING, SENT];
const typed = new Map(); // what is half said, while it is drawn again
let looked = "";

export const toOut = (row) => `${PAGE}?out=${row.arrival_id}`;

/** Return who is inside this shelter: as the county said last, and whom this phone let in since. */
export function insideNow(items, owner) {
  const shelter = shelterNow();
  if (!shelter) return [];
  const told = door().inside ?? [];
  const own = mineOf(items, owner).filter(({ id, about, state }) => GOING.includes(state) && about.shelter === shelter.id && !about.sent
    && !told.some((each) => each.arrival_id === id || (about.household && each.listed_id === about.household)));
  const gone = new Set(outOf(items, owner).filter(({ state }) => GOING.includes(state)).map(({ about }) => about.arrival));
  const mine = own.map(({ id, about }) => ({ arrival_id: id, listed_id: about.household, name: about.name, origin: "", people: about.people, room: "", stay: "present", care: null, group: about.group ?? false, since: about.at }));
  const come = new Set(hereOf(items, owner).filter(({ state }) => GOING.includes(state)).map(({ about }) => about.arrival));
  const asTold = told.map((each) => (come.has(each.arrival_id) ? { ...each, stay: "present" } : each));
  return [...asTold, ...mine].filter((each) => !gone.has(each.arrival_id));
}

/** Return the groups inside of whom somebody is not named yet: those named on this phone are off. */
export function groupsNow(items, owner) {
  const waiting = mineOf(items, owner).filter(({ state }) => [WAITING, SENDING].includes(state));
  const named = (id) => waiting.filter(({ about }) => about.of === id).reduce((sum, { about }) => sum + about.people, 0);
  return insideNow(items, owner).filter(({ group, stay }) => group && stay !== "on_the_way")
    .map((each) => ({ ...each, people: each.people - named(each.arrival_id) })).filter(({ people }) => people > 0);
}

/** Draw who is inside, narrowed by what is typed: {items, owner, disaster, go, trouble}. */
export function drawInside({ items, ...here }) {
  const { owner } = here;
  const rows = insideNow(items, owner);
  const list = el("div", { class: "found" });
  const input = el("input", { id: "c-out-find", type: "search", maxlength: 40, autocomplete: "off" });
  input.value = looked;
  const look = () => { looked = input.value; list.replaceChildren(listed(narrowed(rows, looked), here)); };
  input.addEventListener("input", look);
  look();
  return el("div", { class: "check-in-home", "data-out": "list" },
    el("section", { class: "card finding" }, el("div", { class: "row-field" }, el("label", { for: "c-out-find" }, t("Who leaves: slip, identity number, telephone, name or room")), input)),
    el("p", { class: "muted" }, t("%(n)s households inside, as far as this phone knows", { n: number(rows.length) })), list);
}

function narrowed(rows, text) {
  const asked = meant(text);
  if (!asked || asked.wrong) return rows;
  const named = ({ name, room }) => asked.name && (name.includes(asked.name) || name.startsWith(asked.name.slice(0, 1)) || room === asked.name);
  const listed = new Set(among(door().households, asked).map(({ id }) => id));
  return rows.filter((each) => listed.has(each.listed_id) || named(each) || each.room === text.trim());
}

function listed(rows, here) {
  if (!rows.length) return el("p", { class: "card empty" }, t("Nobody like this is inside, as far as this phone knows."));
  const called = (each) => each.name || (each.group ? t("A group of people") : t("no name"));
  const line = (each) => el("li", { class: "door", "data-arrival": each.arrival_id }, el("a", { href: toOut(each), "data-go": true },
    el("span", { class: `shape ${each.stay === "on_the_way" ? "half" : "ok"}` }), el("strong", {}, `${called(each)} · ${t("%(n)s people", { n: number(each.people) })}`),
    el("span", {}, each.stay === "on_the_way" ? t("on the way here") : t("inside")), el("small", {}, [each.room, each.origin, each.care ? t("only to somebody named") : ""].filter(Boolean).join(" · "))),
  each.stay === "on_the_way" ? el("button", { type: "button", class: "button", "data-here": each.arrival_id, onclick: (event) => came(each, event.target, here) }, t("They are here")) : null);
  return el("ul", { class: "card items doors" }, rows.slice(0, SHOWN).map(line), rows.length > SHOWN ? el("li", { class: "muted" }, t("and %(n)s more households", { n: number(rows.length - SHOWN) })) : null);
}

/** Who was announced stands at the door: their places are theirs already. A second tap is the same tap. */
async function came(row, button, { owner, disaster, trouble }) {
  const shelter = shelterNow();
  const at = new Date(now()).toISOString();
  button.disabled = true;
  try {
    await keepHere({
      owner, about: { shelter: shelter.id, place: shelter.name, arrival: row.arrival_id, household: row.listed_id ?? null, name: row.name || t("no name"), people: row.people, at },
      body: { disaster_id: disaster, arrival_id: row.arrival_id, arrived_at: at },
    });
    say(t("Saved on this phone."), { urgent: true });
    send({ eager: true });
  } catch (error) {
    button.disabled = false;
    trouble(error);
  }
}

/** Draw the way out of one household: {row, owner, disaster, go, trouble}. */
export function drawOut(found) {
  const { row } = found;
  if (!typed.has(row.arrival_id)) typed.set(row.arrival_id, { to: "home", shelter_id: "", signed_by: "", handed_to: "" });
  const said = typed.get(row.arrival_id);
  const problem = el("p", { class: "form-problem", role: "alert" });
  const elsewhere = el("div", {});
  const buttons = ways(row).map((code) => el("button", { type: "button", class: "button", "data-to": code, onclick: () => { said.to = code; show(); } }, t(words().left[code])));
  const show = () => {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.to === said.to));
    elsewhere.replaceChildren(said.to === "other_shelter" ? shelters(said) : "");
  };
  show();
  return el("div", { class: "door-form check-out-form", "data-arrival": row.arrival_id },
    el("section", { class: "card" }, el("p", {}, el("strong", {}, row.name || t("no name")), " · ", t("%(n)s people", { n: number(row.people) })), el("p", { class: "muted" }, [row.room, row.origin].filter(Boolean).join(" · "))),
    el("section", { class: "card" }, el("div", { class: "row-field" }, el("span", { class: "label", id: "c-to" }, t("Where they go")), el("div", { class: "taps", role: "group", "aria-labelledby": "c-to" }, buttons)), elsewhere),
    field("handed_to", row.care ? t("Handed over to (name, must be said)") : t("Handed over to (name)"), said, { note: t("Minors nobody is with, and elders alone or frail, leave only to somebody named.") }),
    field("signed_by", t("Signed for them by"), said), problem,
    el("div", { class: "save-bar" }, el("button", { type: "button", class: "button primary wide save-check-out", onclick: () => take(found, said, problem) }, t("Check out %(n)s people", { n: number(row.people) }))));
}

const ways = ({ stay }) => ["home", "relatives", "hospital", "other_shelter", ...(stay === "on_the_way" ? ["cancelled"] : [])];

function shelters(said) {
  const here = shelterNow();
  const found = new Map(door().shelters.filter((each) => admits(each) && each.id !== here.id).map((each) => [each.id, `${each.name} · ${t("%(n)s places free", { n: number(each.free) })}`]));
  if (here.next) found.set(here.next.id, offer(here.next));
  if (!found.size) return el("p", { class: "muted" }, t("No other open shelter is known on this phone."));
  if (!found.has(said.shelter_id)) [said.shelter_id] = found.keys();
  return el("div", { class: "row-field" }, el("label", { for: "c-shelter_id" }, t("To which shelter")),
    el("select", { id: "c-shelter_id", onchange: (event) => { said.shelter_id = event.target.value; } }, [...found].map(([id, name]) => el("option", { value: id, selected: id === said.shelter_id }, name))));
}

/** Return what is wrong before it is saved; nothing where all is right. */
function wrong(row, said) {
  if (row.care && said.to !== "cancelled" && !said.handed_to.trim()) return t("Minors nobody is with, and elders alone or frail, leave only to somebody named.");
  return said.to === "other_shelter" && !said.shelter_id ? t("No other open shelter is known on this phone.") : "";
}

async function take(found, said, problem) {
  problem.textContent = wrong(found.row, said);
  if (problem.textContent || found.taken) return; // a second tap is the same tap
  found.taken = true;
  try {
    await keepCheckOut(departure(found, said));
    typed.delete(found.row.arrival_id);
    looked = "";
    say(t("Saved on this phone."), { urgent: true });
    found.go(PAGE);
    send({ eager: true });
  } catch (error) {
    found.taken = false;
    found.trouble(error);
  }
}

function departure({ row, owner, disaster }, { to, shelter_id, signed_by, handed_to }) {
  const shelter = shelterNow();
  const at = new Date(now()).toISOString();
  return {
    owner, about: { shelter: shelter.id, place: shelter.name, arrival: row.arrival_id, household: row.listed_id ?? null, name: row.name || t("no name"), people: row.people, to, at },
    body: {
      disaster_id: disaster, arrival_id: row.arrival_id, ...(row.listed_id ? { listed_id: row.listed_id } : {}), to, left_at: at,
      ...(to === "other_shelter" ? { shelter_id } : {}), ...(signed_by.trim() ? { signed_by: signed_by.trim() } : {}), ...(handed_to.trim() ? { handed_to: handed_to.trim() } : {}),
    },
  };
}
