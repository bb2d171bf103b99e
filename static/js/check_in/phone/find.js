// Finding who stands at the door: among the households on this phone at once, and with a network
// also among all others, by a whole number only.
import { pass } from "../../outbox/send.js";
import { el } from "../../shell/dom.js";
import { scanner } from "../../shell/scan.js";
import { number, t } from "../../shell/words.js";
import { among, meant, slipOf } from "../codes.js";
import { PAGE } from "../offline.js";
import { door, shelterNow } from "./parts.js";

const PATIENCE = 8_000;
const SHOWN = 30;
const others = new Map(); // households found over the network that this phone does not carry
let typed = "";

/** Return a household by its id, of the list on this phone or found since. */
export const known = (id) => door()?.households.find((each) => each.id === id) ?? others.get(id) ?? null;
export const toHousehold = (id) => `${PAGE}?household=${id}`;

/** Draw the search: {go, disaster, stands(household)}. */
export function drawFind(here) {
  const results = el("div", { class: "found" });
  const input = el("input", { id: "c-find", type: "search", maxlength: 40, autocomplete: "off", autocapitalize: "characters", enterkeyhint: "search", "aria-label": t("Slip, identity number, telephone or name") });
  input.value = typed;
  const look = () => { typed = input.value; show(results, input.value, here); };
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") search(input.value, results, here); });
  if (typed) look();
  const read = (code) => { input.value = code; search(code, results, here); };
  return el("section", { class: "card finding" }, el("label", { for: "c-find" }, el("strong", {}, t("Slip, identity number, telephone or name"))), scanner({ words: t("Scan the slip"), codeOf: slipOf, read }),
    el("div", { class: "find-line" }, input, el("button", { type: "button", class: "button primary", "data-find": true, onclick: () => search(input.value, results, here) }, t("Find"))), results);
}

/** Forget what was typed: the next household is another one. */
export function forget() {
  typed = "";
}

function show(results, text, here) {
  const asked = meant(text);
  if (!asked) { results.replaceChildren(); return []; }
  if (asked.wrong) { results.replaceChildren(el("p", { class: "form-problem", role: "alert" }, wrongWords(asked.wrong))); return []; }
  const found = among(door().households, asked);
  results.replaceChildren(list(found, here));
  return found;
}

const wrongWords = (what) => (what === "slip" ? t("This is not the code of a slip. Look at its nine characters again.") : t("This is no identity number: its check character does not fit."));

function list(found, { stands }) {
  if (!found.length) return el("p", { class: "muted" }, t("Not among the households on this phone."));
  const line = (each) => el("li", { class: "door", "data-household": each.id }, el("a", { href: toHousehold(each.id), "data-go": true }, el("span", { class: `shape ${stands(each).shape}` }),
    el("strong", {}, `${each.name} · ${t("%(n)s people", { n: number(each.people) })}`), el("span", {}, stands(each).words),
    el("small", {}, [each.area, each.id_number, each.phone].filter(Boolean).join(" · "))));
  return el("ul", { class: "items doors" }, found.slice(0, SHOWN).map(line), found.length > SHOWN ? el("li", { class: "muted" }, t("and %(n)s more households", { n: number(found.length - SHOWN) })) : null);
}

/** Look on this phone, then at the county; one that is found exactly opens at once. */
async function search(text, results, here) {
  const asked = meant(text);
  const found = show(results, text, here);
  if (!asked || asked.wrong) return;
  if (asked.slip && found.length === 1) { open(found[0], here); return; }
  const more = await fromCounty(asked, here.disaster);
  const place = results.isConnected ? results : document.querySelector(".finding .found"); // drawn again meanwhile
  if (!place || typed.trim() !== text.trim() && typed) return;
  if (more === null) {
    place.append(el("p", { class: "muted" }, t("No network: only the households on this phone were looked through.")));
    return;
  }
  for (const each of more) others.set(each.id, each);
  if (more.length === 1 && !asked.name) { open(more[0], here); return; }
  place.replaceChildren(more.length ? list(more, here) : el("p", { class: "muted" }, t("On no list. Register them as a walk-in.")));
}

function open(household, { go }) {
  forget();
  go(toHousehold(household.id));
}

async function fromCounty(asked, disaster) {
  try {
    const held = await pass();
    if (!held) return null;
    const answer = await fetch(`/api/v1/shelters/${shelterNow().id}/search`, {
      method: "POST", body: JSON.stringify({ disaster_id: disaster, ...asked }), cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": held.csrf },
    });
    return answer.ok ? (await answer.json()).households : null;
  } catch {
    return null;
  }
}
