// 到户发放 on the phone: who took what at which place, kept here at once and sent when there is a network.
import { CONFLICT, REFUSED, REPLACED, SENDING, SENT, WAITING } from "../../outbox/state.js";
import { send } from "../../outbox/send.js";
import { el, say } from "../../shell/dom.js";
import { idNumberOf } from "../../shell/identity.js";
import { clock, number, t } from "../../shell/words.js";
import { carryAlong, facts, now, owner } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { PAGE, canSeal, changeOf, keepHandout, mineOf, putAway, saidIn } from "../offline.js";
import { pad } from "./sign.js";

const LATEST = 12;
const desks = () => facts()?.handouts?.desks ?? [];
const fresh = () => ({ place: desks()[0]?.id ?? "", id_number: "", name: "", people: null, goods: {}, drawing: "", replaces: null });
let said = null; // what is half said, while it is drawn again
let drawn = null; // what is on the screen: {signature, element}

const deskNow = () => desks().find(({ id }) => id === said.place) ?? desks()[0];
const changing = () => new URLSearchParams(location.search).get("change");

async function draw(main, here) {
  const stopped = why();
  if (stopped) { drawn = null; main.replaceChildren(el("section", { class: "card empty" }, el("p", {}, stopped), el("a", { class: "button", href: "/stock/handouts" }, t("Ordinary page, it needs a network")))); return; }
  said ??= fresh();
  const mine = mineOf(here.items, owner());
  const item = mine.find(({ id, state }) => id === changing() && state === REFUSED);
  if (item && said.replaces !== item.id) await begin(item);
  const signature = JSON.stringify([document.documentElement.lang, owner(), said.replaces, said.place, facts().fetched_at, mine.map(({ id, state }) => [id, state])]);
  const busy = drawn?.element.isConnected && drawn.element.contains(document.activeElement) && document.activeElement.matches("input, select");
  if (drawn?.element.isConnected && (busy || drawn.signature === signature)) return;
  const element = el("div", { class: "handout-home" }, form(here), latest(mine));
  drawn = { signature, element };
  main.replaceChildren(element);
}

/** Begin with what one says that was not taken; not twice, over what was typed meanwhile. */
async function begin(item) {
  const content = await saidIn(item);
  if (!content || said.replaces === item.id) return;
  said = { ...fresh(), ...content, goods: Object.fromEntries(content.lines.map(({ item: code, quantity }) => [code, quantity])), replaces: item.id };
}

function form(here) {
  const problem = el("p", { class: "form-problem", role: "alert" }, refusal(here));
  const place = el("select", { id: "h-place", onchange: (event) => { said.place = event.target.value; event.target.blur(); dispatchEvent(new PopStateEvent("popstate")); } },
    desks().map(({ id, name }) => el("option", { value: id, selected: id === said.place }, name)));
  return el("section", { class: "card handout-form" }, el("div", { class: "row-field" }, el("label", { for: "h-place" }, t("Place")), place),
    field("id_number", t("Identity number (may stay empty)"), { maxlength: 24 }), field("name", t("Full name"), { maxlength: 60 }),
    count("people", t("How many people"), said, "people", 500), el("h2", {}, t("Goods")),
    deskNow().items.map((each) => count(`q-${each.code}`, `${each[document.documentElement.lang === "en" ? "en" : "zh"]} (${each.unit})`, said.goods, each.code, 100_000)),
    pad(said), problem, el("div", { class: "save-bar" }, el("button", { type: "button", class: "button primary wide save-handout", onclick: () => take(here, problem) }, t("Handed out: keep it"))));
}

const refusal = ({ items }) => items.find(({ id }) => id === said.replaces)?.problem?.detail ?? "";

function field(code, label, attributes) {
  const input = el("input", { id: `h-${code}`, type: "text", autocomplete: "off", ...attributes, oninput: (event) => { said[code] = event.target.value; } });
  input.value = said[code] ?? "";
  return el("div", { class: "row-field" }, el("label", { for: `h-${code}` }, label), input);
}

function count(id, label, into, code, most) {
  const input = el("input", { id: `h-${id}`, class: "number", type: "text", inputmode: "numeric", autocomplete: "off" });
  input.value = into[code] ?? "";
  input.addEventListener("input", () => { const typed = input.value.replace(/\D/g, ""); into[code] = typed ? Math.min(most, Number(typed)) : null; });
  return el("div", { class: "row-field" }, el("label", { for: `h-${id}` }, label), input);
}

const linesOf = () => Object.entries(said.goods).filter(([code, n]) => n && deskNow().items.some((each) => each.code === code)).map(([item, quantity]) => ({ item, quantity }));

/** Say what is missing; nothing where all is there. */
function wrong() {
  if (said.id_number.trim() && !idNumberOf(said.id_number)) return t("This identity number is mistyped.");
  if (!said.people) return t("Say how many people they are.");
  if (!said.id_number.trim() && !said.name.trim()) return t("Give the identity number, or the name and how many people.");
  return linesOf().length ? "" : t("Say what was handed out.");
}

async function take(here, problem) {
  problem.textContent = wrong();
  if (problem.textContent || said.taken) return; // a second tap is the same tap
  said.taken = true;
  const at = new Date(now()).toISOString();
  const [name, idNumber, people] = [said.name.trim(), said.id_number.trim(), said.people];
  const body = {
    disaster_id: facts().disaster.id, place: deskNow().id, id_number: idNumber, name, people, lines: linesOf(), handed_over_at: at, offline: true,
    signed: said.drawing ? "screen" : "paper", drawing: said.drawing,
  };
  try {
    await keepHandout({ owner: owner(), about: { place: deskNow().name, name: name ? `${name.slice(0, 1)}*` : t("no name"), people, at }, body, replaces: said.replaces });
    said = { ...fresh(), place: body.place };
    document.activeElement?.blur();
    say(t("Saved on this phone."), { urgent: true });
    here.go(PAGE);
    send({ eager: true });
  } catch (error) {
    said.taken = false;
    here.trouble(error);
  }
}

const STATES = () => ({ [WAITING]: ["ring", t("on this phone only")], [SENDING]: ["half", t("Being sent")], [SENT]: ["ok", t("Received by the county")], [REFUSED]: ["act", t("Not taken by the county")], [CONFLICT]: ["watch", t("You decide")] });

function latest(mine) {
  const rows = [...mine].filter(({ state }) => state !== REPLACED).sort((a, b) => Number(b.state === REFUSED) - Number(a.state === REFUSED) || b.order - a.order).slice(0, LATEST);
  const line = (item) => {
    const [shape, text] = STATES()[item.state];
    const ways = item.state === REFUSED ? [el("a", { class: "button", href: changeOf(item), "data-go": true }, t("Change it")), el("button", { type: "button", class: "button", onclick: () => putAway(item) }, t("Put it away"))] : null;
    return el("li", { class: "item", "data-id": item.id, "data-state": item.state }, el("span", { class: `shape ${shape}` }),
      el("div", {}, el("p", {}, `${item.about.name} · ${t("%(n)s people", { n: number(item.about.people) })} · ${item.about.place}`), el("small", {}, `${text} · ${clock(item.about.at)}`)), ways);
  };
  return rows.length ? el("section", {}, el("h2", {}, t("Said from this phone")), el("ul", { class: "card items" }, rows.map(line))) : null;
}

/** Say why nothing can be kept here now; nothing where it can. */
function why() {
  if (!canSeal()) return t("Names can lie on this phone only locked, and this browser locks only over https or on this machine itself. Use the ordinary page, it needs a network.");
  if (!facts()) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  return desks().length ? null : t("There is no place in your areas where you hand goods out.");
}

carryAlong(async ({ area, disaster }, get) => ({ handouts: await get(`${PAGE}/facts?disaster=${disaster.id}${area ? `&area=${area.code}` : ""}`) }));

addView({
  name: "handouts", path: PAGE, symbol: "package", words: () => t("Handouts"), fresh: true,
  offered: () => desks().length > 0,
  isForm: () => false,
  bar: () => ({ title: t("Handouts") }),
  draw,
});
