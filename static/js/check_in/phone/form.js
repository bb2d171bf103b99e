// One household at the door: all of its people came until somebody says otherwise, so that one tap
// more is enough. A walk-in and a group are the same form with other fields.
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { now } from "../../reports/phone/facts.js";
import { idNumberOf } from "../../shell/identity.js";
import { PAGE, keepCheckIn, words } from "../offline.js";
import { family, named, wrongNames } from "./family.js";
import { groupsNow } from "./out.js";
import { admits, door, field, members, shelterNow, stepper, tapped } from "./parts.js";

// What the list says of a household, as the shelter asks for it.
const FROM_LIST = { medical: "medical", children: "infant", pregnant: "pregnant", disabled: "disabled", alone: "alone" };
const typed = new Map(); // what is half said, while it is drawn again
let lastGroup = ""; // whose households are being named: the next one most likely came with it too

/** Of a unit those who are registered nowhere yet, as many as one bus brings at most; of a household all. */
const stillToCome = ({ unit, people, registered }) => (unit ? Math.min(500, Math.max(1, people - registered)) : people);

const fresh = (household) => ({
  people: household ? stillToCome(household) : null, group_id: lastGroup, companions: 0, members: [], issued: {}, name: "", phone: "", id_number: "", origin_code: "", room: "", care_note: "", over_reason: "", over_by: "",
  care: Object.fromEntries(Object.entries(household?.groups ?? {}).filter(([code]) => FROM_LIST[code]).map(([code, n]) => [FROM_LIST[code], n]).concat(household?.pets ? [["pets", 1]] : [])),
});

/** Draw the form: {kind: "household" | "walk_in" | "group", household, items, owner, trouble, go}. */
export function drawForm(found) {
  const { kind, household } = found;
  const key = household?.id ?? kind;
  if (!typed.has(key)) typed.set(key, fresh(household));
  const said = typed.get(key);
  const problem = el("p", { class: "form-problem", role: "alert" });
  const save = el("button", { type: "button", class: "button primary wide save-check-in", onclick: () => take(found, said, key, problem) });
  const changed = () => { save.textContent = label(found, said); };
  changed();
  const parts = kind === "household" ? listed(household, said, changed) : kind === "group" ? group(said, changed) : walkIn(said, changed);
  return el("div", { class: "door-form check-in-form", "data-form": kind, "data-household": household?.id ?? null }, parts,
    kind === "group" || household?.at ? null : ofGroup(found, said), kind === "group" ? null : needs(said, household), kind === "group" || household?.unit ? null : family(said), kind === "group" ? null : more(said), above(said), problem, el("div", { class: "save-bar" }, save));
}

function label({ household }, said) {
  const n = number(said.people ?? 0);
  return movesFrom(household) ? t("Transfer here: %(n)s people", { n }) : t("Check in %(n)s people", { n });
}

/** Return where the household is registered, if that is another shelter. */
export const movesFrom = (household) => (household?.at && household.at.shelter_id !== shelterNow()?.id ? household.at : null);

function listed(household, said, changed) {
  const from = movesFrom(household);
  const here = household.at && !from;
  return [
    el("section", { class: "card" }, el("p", {}, el("strong", {}, household.name), " · ", t("%(n)s people", { n: number(household.people) })),
      el("p", { class: "muted" }, [household.area, household.id_number, household.phone, household.code].filter(Boolean).join(" · "))),
    from && el("section", { class: "card refusal" }, el("p", {}, el("span", { class: "shape watch" }), " ", t("Registered in %(name)s. One tap brings them here and frees their places there.", { name: from.name }))),
    here && el("p", { class: "muted" }, household.at.stay === "on_the_way" ? t("Announced here: their places are kept.") : t("Already registered here.")),
    household.unit && household.registered ? el("p", { class: "muted" }, t("%(n)s of %(m)s are registered already, here or elsewhere.", { n: number(household.registered), m: number(household.people) })) : null,
    household.unit ? stepper("people", t("How many came"), said, { least: 1, most: 500, changed }) : members(said, household.people, changed),
  ];
}

function walkIn(said, changed) {
  const villages = el("select", { id: "c-origin_code", onchange: (event) => { said.origin_code = event.target.value; } },
    el("option", { value: "" }, t("elsewhere, or not known")), door().villages.map(({ code, name }) => el("option", { value: code, selected: code === said.origin_code }, name)));
  return [
    el("section", { class: "card" }, el("p", {}, el("strong", {}, t("On no list"))), el("p", { class: "muted" }, t("Only the number of people is needed now. The identity number can be completed later at the desk."))),
    stepper("people", t("How many people"), said, { least: 1, changed }),
    field("name", t("Contact person"), said),
    field("id_number", t("Identity number (may stay empty)"), said, { most: 24 }), field("phone", t("Telephone (may stay empty)"), said, { most: 32, type: "tel" }),
    el("div", { class: "row-field" }, el("label", { for: "c-origin_code" }, t("Home village")), villages),
  ];
}

const group = (said, changed) => [
  el("section", { class: "card" }, el("p", {}, el("strong", {}, t("A large group"))), el("p", { class: "muted" }, t("A bus, say: its number now, its households one by one when it is quiet."))),
  stepper("people", t("How many people"), said, { least: 1, changed }),
];

/** The group a household came with: counted already, and smaller by them from now on. */
function ofGroup({ items, owner }, said) {
  const groups = groupsNow(items, owner);
  if (!groups.some(({ arrival_id: id }) => id === said.group_id)) said.group_id = "";
  if (!groups.length) return null;
  const option = (each) => el("option", { value: each.arrival_id, selected: each.arrival_id === said.group_id }, `${clock(each.since)} · ${t("%(n)s people not named yet", { n: number(each.people) })}`);
  return el("section", { class: "card" }, el("div", { class: "row-field" }, el("label", { for: "c-group_id" }, t("Came with a group that is registered already")),
    el("select", { id: "c-group_id", onchange: (event) => { said.group_id = event.target.value; } }, el("option", { value: "" }, t("no")), groups.map(option))));
}

function needs(said, household) {
  return el("div", { class: "row-field" }, el("span", { class: "label" }, t("Special needs (each tap one person more)")),
    tapped(words().care, said.care, () => said.people ?? household?.people), kept());
}

/** How many places of its kinds this shelter keeps, and has left as far as this phone knows. */
function kept() {
  const used = door().kinds_used ?? {};
  const line = ([kind, places]) => t("%(kind)s: %(free)s of %(places)s places free", { kind: t(words().care[kind]), free: number(Math.max(0, places - (used[kind] ?? 0))), places: number(places) });
  const lines = Object.entries(shelterNow()?.kinds ?? {}).map(line);
  return lines.length ? el("small", { class: "muted" }, lines.join(" · ")) : null;
}

function more(said) {
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  const items = Object.fromEntries(door().items.map((each) => [each.code, each[language]]));
  return el("details", { class: "card more" }, el("summary", {}, t("Room, belongings issued, companions")),
    field("room", t("Bed or room"), said, { most: 40 }),
    el("div", { class: "row-field" }, el("span", { class: "label" }, t("Issued (each tap one more)")), tapped(items, said.issued, () => Math.max(5, 3 * (said.people ?? 1)))),
    stepper("companions", t("Companions among them"), said),
    field("care_note", t("Medicine, diet (kept sealed)"), said, { most: 200 }));
}

/** Above the limit: only where the shelter is full, and only by somebody's name. */
function above(said) {
  const shelter = shelterNow();
  const ranOut = Object.entries(shelter?.kinds ?? {}).some(([kind, places]) => (door().kinds_used?.[kind] ?? 0) >= places);
  if (!admits(shelter) || (shelter.free > (said.people ?? 1) && !ranOut)) return null;
  return el("details", { class: "card force", open: Boolean(said.over_reason || said.over_by) }, el("summary", {}, t("No room left: let them in all the same")),
    field("over_reason", t("Why"), said, { most: 200 }), field("over_by", t("Who decided it (name)"), said));
}

/** Return what is wrong before it is saved; nothing where all is right. */
function wrong(said) {
  if (!said.people) return t("Say how many people came.");
  if (said.id_number.trim() && !idNumberOf(said.id_number)) return t("This is no identity number: its check character does not fit.");
  if (Boolean(said.over_reason.trim()) !== Boolean(said.over_by.trim())) return t("Above the limit: give the reason and the name of who decided it.");
  return said.companions > said.people ? t("More companions than people.") : wrongNames(said);
}

async function take(found, said, key, problem) {
  problem.textContent = wrong(said);
  if (problem.textContent || found.taken) return; // a second tap is the same tap
  found.taken = true;
  try {
    await keepCheckIn(registration(found, said));
    typed.delete(key);
    lastGroup = said.group_id;
    say(t("Saved on this phone."), { urgent: true });
    found.go(PAGE);
    send({ eager: true });
  } catch (error) {
    found.taken = false;
    found.trouble(error);
  }
}

const filled = (counts) => Object.fromEntries(Object.entries(counts).filter(([, n]) => n));
const masked = (name) => (name ? `${name.slice(0, 1)}*` : t("no name"));

function registration({ kind, household, owner, disaster }, said) {
  const shelter = shelterNow();
  const at = new Date(now()).toISOString();
  const from = movesFrom(household);
  const texts = ["name", "phone", "id_number", "origin_code", "room", "over_reason", "over_by"].map((code) => [code, said[code].trim()]);
  return {
    owner, about: { shelter: shelter.id, place: shelter.name, household: household?.id ?? null, name: household?.name ?? (kind === "group" ? t("A group of people") : masked(said.name.trim())), people: said.people, at, ...(kind === "group" ? { group: true } : {}), ...(said.group_id ? { of: said.group_id } : {}) },
    body: {
      disaster_id: disaster, people: said.people, arrived_at: at, ...Object.fromEntries(texts.filter(([, text]) => text)), ...filled(said.care),
      ...(household ? { listed_id: household.id } : {}), ...(from ? { moved_from: from.arrival_id } : {}), ...(kind === "group" ? { group: true } : {}), ...(said.group_id ? { group_id: said.group_id } : {}),
      ...(said.companions ? { companions: said.companions } : {}), ...(said.care_note.trim() ? { care: said.care_note.trim() } : {}),
      ...named(said), ...(Object.keys(filled(said.issued)).length ? { issued: filled(said.issued) } : {}),
    },
  };
}
