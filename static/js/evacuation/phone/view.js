// 挨户登记 on the phone: the households to go to, as the county said last, and the steps taken here.
import { REFUSED } from "../../outbox/state.js";
import { el } from "../../shell/dom.js";
import { clock, moment, number, t } from "../../shell/words.js";
import { carryAlong, facts, now as clockNow, owner, told } from "../../reports/phone/facts.js";
import { addView } from "../../reports/phone/views.js";
import { PAGE, canSeal, doorOf, ofHousehold, stateWords, steps } from "../offline.js";
import { standing } from "../standing.js";
import { drawDoor } from "./door.js";

const SHAPES = { refused: "watch", not_found: "act", on_the_way: "half", to_tell: "ring" };
const doors = () => facts()?.doors ?? null;
const wanted = () => new URLSearchParams(location.search).get("household");
const chosen = () => doors()?.households.find(({ id }) => id === wanted()) ?? null;
// What is on the screen: {signature, element}. What says the same is not drawn again: a finger that
// is down just then would find nothing under it when it comes up.
let drawn = null;

/** Return all there is to draw of a household. */
function known(household, items) {
  const mine = ofHousehold(items, { owner: owner(), orders: doors().orders ?? [doors().order.id], household: household.id });
  const now = standing(household, mine, doors().asked_at);
  return { household, mine, ...now, turn: turnOf(household, now.state), refused: mine.filter(({ state }) => state === REFUSED), shape: steps().safe.includes(now.state) ? "ok" : SHAPES[now.state] ?? "none", about: about(household) };
}

/** Return whose turn a household of another cadre is: "mine" once that cadre had long enough; nothing for one's own. */
const turnOf = ({ deputy, deputy_at: at }, state) => (deputy && at && state === "to_tell" ? (clockNow() >= Date.parse(at) ? "mine" : "cadre") : null);

function about({ groups, shelter, destination, transport, risk, refusals }) {
  const { groups: special, destinations, transports, risks } = steps();
  return [
    ...Object.entries(groups).map(([code, n]) => `${t(special[code])} ${number(n)}`),
    shelter ?? t(destinations[destination]), t(transports[transport]), risk && t(risks[risk]),
    refusals > 0 && t("refused %(n)s times", { n: refusals }),
  ].filter(Boolean).join(" · ");
}

function draw(main, here) {
  const household = canSeal() && owner() && doors()?.order ? chosen() : null;
  if (!household) { overview(main, here.items); return; }
  const found = known(household, here.items);
  const signature = JSON.stringify([document.documentElement.lang, owner(), household, doors().order, found.mine.map(({ id, state }) => [id, state])]);
  const typing = drawn?.id === household.id && drawn.element.contains(document.activeElement) && document.activeElement.matches("input[type=text]");
  if (drawn?.element.isConnected && (typing || drawn.signature === signature)) return;
  drawn = { id: household.id, signature, element: drawDoor({ ...found, order: doors().order, owner: owner(), trouble: here.trouble }) };
  main.replaceChildren(drawn.element);
}

function overview(main, items) {
  const rows = (doors()?.order && !why() ? doors().households : []).map((each) => known(each, items));
  rows.sort((one, other) => Number(other.turn === "mine") - Number(one.turn === "mine")); // the rest as the county has them
  const signature = JSON.stringify([document.documentElement.lang, why(), facts()?.fetched_at, doors()?.order, rows.map(({ household, mine, ...said }) => [household.id, said, mine.map(({ id, state }) => [id, state])])]);
  if (drawn?.element.isConnected && drawn.signature === signature) return;
  drawn = { signature, element: el("div", {}, listOf(rows)) };
  main.replaceChildren(drawn.element);
}

function listOf(rows) {
  const stopped = why();
  if (stopped) return [el("section", { class: "card empty" }, el("p", {}, stopped), el("a", { class: "button", href: "/evacuation/doors" }, t("Ordinary page, it needs a network")))];
  const { order, total } = doors();
  const at = clock(told(facts().fetched_at));
  return [
    el("p", { class: "muted" }, [order.number, t("everybody away by %(at)s", { at: moment(order.deadline_at) }), t("as of %(at)s", { at })].join(" · ")),
    rows.length ? el("ul", { class: "card items doors" }, rows.map(row))
      : el("p", { class: "card empty" }, t("No household here.")),
    total > rows.length ? el("p", { class: "muted" }, t("The %(n)s most urgent of %(m)s are here.", { n: number(rows.length), m: number(total) })) : "",
  ];
}

/** Return how many of a household are safe while the others are not; nothing where all are, or none. */
export const partly = ({ safe = 0, people }, state) => (safe > 0 && safe < people && !steps().safe.includes(state) ? t("%(n)s of %(m)s safe", { n: number(safe), m: number(people) }) : "");

const TURNS = { mine: () => el("strong", { class: "word refused", "data-turn": "mine" }, t("Your turn: nobody answers their cadre")), cadre: () => el("span", { "data-turn": "cadre" }, t("their cadre's turn")) };

const row = ({ household, state, turn, last, refused, shape, about: more }) => el("li", { class: "door", "data-household": household.id, "data-standing": state },
  el("a", { href: doorOf(household.id), "data-go": true }, el("span", { class: `shape ${shape}` }),
    el("strong", {}, `${household.name} · ${t("%(n)s people", { n: number(household.people) })}`), el("span", {}, [stateWords(state), partly(household, state)].filter(Boolean).join(" · ")),
    el("small", {}, turn && TURNS[turn](), turn && " · ", more, last && !last.receipt ? el("span", { class: "state ring" }, t("on this phone only")) : null,
      refused.length > 0 ? el("strong", { class: "word refused" }, t("Not taken by the county")) : null)));

/** Say why no step can be taken here now; nothing where one can. */
function why() {
  if (!canSeal()) return t("What people say can lie on this phone only locked, and this browser locks only over https or on this machine itself. Use the ordinary page, it needs a network.");
  if (!facts()) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  return doors()?.order ? null : t("No evacuation order concerns this area.");
}

carryAlong(async ({ area, disaster }, get) => {
  const asked_at = Date.now();
  const found = await get(`${PAGE}/facts?disaster=${disaster.id}${area ? `&area=${area.code}` : ""}`);
  return { doors: found && { ...found, asked_at } };
});

addView({
  name: "doors", path: PAGE, symbol: "home", words: () => t("Doors"), fresh: true,
  offered: () => Boolean(doors()?.order),
  isForm: () => false,
  bar: () => (chosen() ? { title: chosen().name, back: { href: PAGE, words: t("‹ Doors") } } : { title: doors()?.own ? t("My households") : t("Door to door") }),
  draw,
});
