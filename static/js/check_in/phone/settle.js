// One that the county did not take: why, and what can be done about it. It stays until that is done.
import { send } from "../../outbox/send.js";
import { el } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { KIND, OUT, PAGE, again, divide, divisionOf, elsewhere, offer, putAway, registeredAt, stayed, unnumbered, words } from "../offline.js";
import { field } from "./parts.js";

/** Draw what can be done: {item, go, trouble}. */
export function drawSettle({ item, go, trouble }) {
  const { detail, errors = [] } = item.problem ?? {};
  const act = async (work) => {
    try {
      await work();
      go(PAGE);
      send({ eager: true });
    } catch (error) { trouble(error); }
  };
  return el("div", { class: "door-form", "data-settle": item.id },
    el("section", { class: "card refusal" }, el("p", {}, el("span", { class: "shape act" }), " ", el("strong", { class: "word refused" }, t("Not taken by the county"))),
      el("p", {}, `${item.about.name} · ${t("%(n)s people", { n: number(item.about.people) })} · ${item.about.place} ${clock(item.about.at)}`),
      el("p", {}, [detail, ...errors.map(({ message }) => message)].filter(Boolean).join(" ")),
      el("p", { class: "muted" }, t("It is kept on this phone until you settle it."))),
    item.sealed ? (item.kind === KIND ? ways(item, act) : item.kind === OUT ? out(item, act) : once(item, act)) : null,
    el("button", { type: "button", class: "button", "data-away": true, onclick: () => act(() => putAway(item)) }, item.kind !== KIND ? t("The county is right: put mine away") : t("It needs no registration any more: put it away")));
}

/** A clock was wrong: what the county finds fault with in a moment is left to the county: it takes its own now. */
const soon = (item) => Object.fromEntries((item.problem?.errors ?? []).filter(({ field }) => field === "arrived_at" || field === "left_at").map(({ field }) => [field, null]));

function ways(item, act) {
  const other = registeredAt(item);
  const faults = new Set((item.problem?.errors ?? []).map(({ field }) => field));
  const anyway = other?.member || other?.named || faults.has("moved_from") || faults.has("members") ? el("button", { type: "button", class: "button", "data-unnumbered": true, onclick: () => act(() => unnumbered(item)) }, t("Register them without these numbers")) : null;
  if (other) return [other.shelter_id === item.about.shelter ? null : transfer(item, other, act), anyway];
  if (item.problem?.errors?.some((each) => each.field === "handed_to") && !item.about.past) return handed(item, act);
  return [
    anyway,
    ...elsewhere(item).map((each, place) => el("button", { type: "button", class: place ? "button" : "button primary", "data-send": each.id, onclick: () => act(() => sendThere(item, each)) }, t("Send there: %(offer)s", { offer: offer(each) }))),
    past(item, act),
    division(item, act),
    counted(item, act),
    item.problem?.errors?.some(({ field }) => field === "group_id") ? el("button", { type: "button", class: "button", "data-alone": true, onclick: () => act(() => again(item, { group_id: null }, { of: null })) }, t("They did not come with this group: register them alone")) : null,
    item.about.divided && divisionOf(item).length ? null : el("button", { type: "button", class: "button", "data-again": true, onclick: () => act(() => again(item, soon(item))) }, t("Try again here")),
    item.problem?.alternatives && !item.about.divided ? insist(item, act) : null,
  ];
}

const transfer = (item, other, act) => el("button", { type: "button", class: "button primary", "data-transfer": true, onclick: () => act(() => again(item, { moved_from: other.arrival_id })) },
  other.member ? t("Bring only them here from %(name)s", { name: other.name }) : t("Transfer here from %(name)s", { name: other.name }));

/** Minors and elders left the other shelter with somebody: who that is must be said. */
function handed(item, act) {
  const said = { handed_to: "" };
  return [field("handed_to", t("Handed over to (name)"), said),
    el("button", { type: "button", class: "button primary", "data-again": true, onclick: () => act(() => again(item, { handed_to: said.handed_to.trim() })) }, t("Try again here"))];
}

/** The shelter was emptied since they came: their stay is recorded, with where they went. */
function past(item, act) {
  const left = item.problem?.past?.left_at;
  if (!left && !item.about.past) return null;
  const said = { handed_to: "" };
  return el("section", { class: "card", "data-past": true }, el("p", {}, left ? t("They were here, and left by %(at)s when it was emptied. Where to?", { at: clock(left) }) : t("They were here, and left. Where to?")),
    field("handed_to", t("Handed over to (name)"), said),
    el("div", { class: "taps" }, ["home", "relatives", "hospital", "other_shelter"].map((left_to) => el("button", { type: "button", class: "button", "data-stayed": left_to, onclick: () => act(() => stayed(item, { left_to, handed_to: said.handed_to.trim() })) }, t(words().left[left_to])))));
}

/** A group no shelter has room for goes to several at once: how many to which. */
function division(item, act) {
  const parts = divisionOf(item);
  if (!parts.length) return null;
  const line = (each) => el("li", {}, `${each.here ? t("stay here") : offer(each)}: `, el("strong", {}, t("%(n)s people", { n: number(each.people) })));
  const { left } = item.problem;
  return el("section", { class: "card", "data-division": parts.length }, el("p", {}, t("No shelter has room for all of them. Divided:")), el("ul", {}, parts.map(line)),
    left ? el("p", { class: "form-problem" }, t("%(n)s people find no place in any open shelter.", { n: number(left) })) : null,
    el("button", { type: "button", class: "button primary", "data-divide": true, onclick: () => act(() => divide(item)) }, t("Divide them so")));
}

/** Who was inside when people were counted has a place already; the time they came says so. */
function counted(item, act) {
  const { unregistered, counted_up_to: before } = item.problem ?? {};
  if (!unregistered || item.about.sent) return null;
  return el("button", { type: "button", class: "button", "data-counted": true, onclick: () => act(() => again(item, { arrived_at: before })) }, t("They were inside and counted at %(at)s: register them", { at: clock(before) }));
}

const once = (item, act) => el("button", { type: "button", class: "button primary", "data-again": true, onclick: () => act(() => again(item, soon(item))) }, t("Try again here"));

/** What can be done about a check-out: name who takes charge, another shelter, or once more. */
function out(item, act) {
  const said = { handed_to: "" };
  const more = () => ({ ...soon(item), ...(said.handed_to.trim() ? { handed_to: said.handed_to.trim() } : {}) });
  return [
    field("handed_to", t("Handed over to (name)"), said),
    ...elsewhere(item).map((each) => el("button", { type: "button", class: "button", "data-send": each.id, onclick: () => act(() => again(item, { ...more(), shelter_id: each.id })) }, t("Send there: %(offer)s", { offer: offer(each) }))),
    el("button", { type: "button", class: "button primary", "data-again": true, onclick: () => act(() => again(item, more())) }, t("Try again here")),
  ];
}

/** The household goes on to another shelter, and its places there are taken now; it is drawn from its group here. */
function sendThere(item, { id, name }) {
  return again(item, { on_the_way: true, sent_from: item.about.sent ?? item.about.shelter }, { shelter: id, place: name, of: null, sent: item.about.sent ?? item.about.shelter });
}

function insist(item, act) {
  const said = { over_reason: "", over_by: "" };
  const problem = el("p", { class: "form-problem", role: "alert" });
  const take = () => {
    const [over_reason, over_by] = [said.over_reason.trim(), said.over_by.trim()];
    problem.textContent = over_reason && over_by ? "" : t("Above the limit: give the reason and the name of who decided it.");
    if (!problem.textContent) act(() => again(item, { over_reason, over_by }));
  };
  return el("details", { class: "card force" }, el("summary", {}, t("No room left: let them in all the same")),
    field("over_reason", t("Why"), said, { most: 200 }), field("over_by", t("Who decided it (name)"), said), problem,
    el("button", { type: "button", class: "button danger", "data-above": true, onclick: take }, t("Register above the limit")));
}
