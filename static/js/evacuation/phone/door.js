// One household on the phone: where it stands, what was said of it from here, and a big button for
// each step it may take. Saving promises no more than it can: it lies here locked, and will be sent.
import { CONFLICT, REFUSED, REPLACED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { now } from "../../reports/phone/facts.js";
import { keepStep, letStand, stateWords, steps, stood } from "../offline.js";
import { moment, outcome } from "../standing.js";

const TELLING = ["told", "to_tell"];
const AWAY = ["at_shelter", "with_relatives", "on_the_way"];
const fresh = () => ({ means: "door", read_back: false, note: "", decided_by: "", present: "" });
const typed = new Map(); // what is half said of a household, while it is drawn again

function saidOf({ household }) {
  if (!typed.has(household.id)) typed.set(household.id, fresh());
  return typed.get(household.id);
}

/** Draw a household: {household, state, since, shape, about, mine, refused, order, owner, trouble}. */
export function drawDoor(found) {
  const said = saidOf(found);
  const { household, state, since, shape, about, order } = found;
  const may = following(state, order);
  const problem = el("p", { class: "form-problem", role: "alert" });
  const button = (next, index) => el("button", { type: "button", class: index ? "button" : "button primary wide", "data-state": next, onclick: () => take(found, next, problem) }, words(next, state));
  return el("div", { class: "door-form", "data-household": household.id, "data-standing": state },
    el("section", { class: "card" }, el("p", {}, el("span", { class: `shape ${shape}` }), " ", el("strong", {}, stateWords(state)), since ? ` · ${clock(since)}` : ""),
      el("p", { class: "muted" }, [t("%(n)s people", { n: number(household.people) }), about].filter(Boolean).join(" · "))),
    found.refused.map((each) => refusal(each, found)),
    may.some((each) => TELLING.includes(each)) ? telling(said) : null,
    field("note", t("What they said (kept sealed)"), said, 400),
    el("div", { class: "door-acts" }, may.map(button)),
    state === "refused" ? force(found, problem) : null, problem,
    sent(found.mine));
}

/** Return the steps that may follow, onward ones first: what would say the same again comes last. */
function following(state, order) {
  const may = steps().next[state].filter((each) => each !== "returned" || order.home);
  const back = (each) => Number(each === state || (each === "to_tell" && AWAY.includes(state)));
  return may.sort((one, other) => back(one) - back(other));
}

function words(next, state) {
  if (next !== "to_tell") return stateWords(next);
  return AWAY.includes(state) ? t("Went back") : t("No answer");
}

function telling(said) {
  const choices = Object.entries(steps().means).map(([code, text]) => el("option", { value: code, selected: code === said.means }, t(text)));
  return el("div", { class: "row-field" }, el("label", { for: "d-means" }, t("Told by what means")),
    el("select", { id: "d-means", onchange: (event) => { said.means = event.target.value; } }, choices),
    el("button", { type: "button", class: "button", id: "d-read_back", "aria-pressed": String(said.read_back), onclick: (event) => readBack(said, event.currentTarget) }, t("They said it back")),
    el("p", { class: "muted" }, t("Told counts once they said it back; until then it is one more try.")));
}

function readBack(said, button) {
  said.read_back = !said.read_back;
  button.setAttribute("aria-pressed", String(said.read_back));
}

function field(code, label, said, most) {
  const input = el("input", { id: `d-${code}`, type: "text", maxlength: most, autocomplete: "off", oninput: (event) => { said[code] = event.target.value; } });
  input.value = said[code];
  return el("div", { class: "row-field" }, el("label", { for: `d-${code}` }, label), input);
}

function force(found, problem) {
  const said = saidOf(found);
  return el("details", { class: "card force", open: Boolean(said.decided_by || said.present) }, el("summary", {}, t("Moved by force")),
    field("decided_by", t("Who decided it"), said, 200), field("present", t("Who was present"), said, 200),
    el("button", { type: "button", class: "button danger", "data-force": true, onclick: () => take(found, "on_the_way", problem, true) }, t("Moved by force: on their way")));
}

/** What the county did not take: what was said here, and where the household stood there. */
function refusal(item, { state }) {
  const { detail, errors = [] } = item.problem ?? {};
  return el("section", { class: "card refusal", "data-id": item.id, "data-state": item.state },
    el("p", {}, el("span", { class: "shape act" }), " ", el("strong", { class: "word refused" }, t("Not taken by the county"))),
    el("p", {}, t("Said here at %(at)s: %(state)s.", { at: clock(item.about.at), state: stateWords(item.about.state) })),
    el("p", {}, stood(item) ?? t("It stands now: %(state)s.", { state: stateWords(state) })),
    el("p", { class: "muted" }, [detail, ...errors.map((each) => each.message)].filter(Boolean).join(" ")),
    el("button", { type: "button", class: "button", "data-settle": true, onclick: () => letStand(item) }, t("The county is right: put mine away")));
}

const STANDING = () => ({ [WAITING]: ["ring", t("on this phone only")], [SENDING]: ["half", t("Being sent")], [SENT]: ["ok", t("Received by the county")], [REFUSED]: ["act", t("Not taken by the county")], [CONFLICT]: ["watch", t("You decide")], [REPLACED]: ["none", t("put away")] });

/** The steps taken here, the latest first, each with its one honest state. */
function sent(mine) {
  if (!mine.length) return null;
  const line = ({ id, about, state }) => {
    const [shape, text] = STANDING()[state];
    return el("li", { class: "item", "data-id": id, "data-state": state }, el("span", { class: `shape ${shape}` }), el("p", {}, `${stateWords(about.state)} · ${clock(about.at)}`), el("small", {}, text));
  };
  return el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, [...mine].sort((a, b) => b.order - a.order).map(line)));
}

async function take(found, state, problem, compulsory = false) {
  const said = saidOf(found);
  if (compulsory && !(said.decided_by.trim() && said.present.trim())) {
    problem.textContent = t("Nobody is moved by force without who decided it and who was present.");
    return;
  }
  if (found.taken) return; // a second tap, before this is drawn again, is the same tap
  found.taken = true;
  document.activeElement?.blur(); // what has the focus is not drawn again
  try {
    await keepStep(step(found, state, said, compulsory));
    typed.delete(found.household.id);
    say(t("Saved on this phone."), { urgent: true });
    send({ eager: true });
  } catch (error) {
    found.taken = false;
    found.trouble(error);
  }
}

function step({ household, order, owner, since }, state, said, compulsory) {
  const at = moment(now(), since);
  const { means, read_back, note, decided_by, present } = said;
  const telling = TELLING.includes(state);
  return {
    owner, about: { order: household.order ?? order.id, household: household.id, name: household.name, state: outcome(state, read_back), at },
    body: {
      order_id: household.order ?? order.id, households: [household.id], state, at, note: note.trim(),
      ...(telling ? { means, read_back: read_back && state === "told" } : {}),
      ...(compulsory ? { compulsory, decided_by: decided_by.trim(), present: present.trim() } : {}),
    },
  };
}
