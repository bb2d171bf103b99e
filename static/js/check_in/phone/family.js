// Who else is of a household: by name, and by number where one is at hand, so that a grandmother
// is found by her own name though her son signed. None need be named at the door.
import { el } from "../../shell/dom.js";
import { idNumberOf } from "../../shell/identity.js";
import { t } from "../../shell/words.js";
import { field } from "./parts.js";

const MOST = 20;

/** Draw the names; each line is {name, id_number} in `said.members`. */
export function family(said) {
  const lines = el("div", { class: "family" });
  const add = () => {
    if (said.members.length < MOST) said.members.push({ name: "", id_number: "" });
    draw();
  };
  const draw = () => lines.replaceChildren(...said.members.flatMap((each, place) => one(each, place + 1)));
  const one = (each, n) => [
    field(`member-name-${n}`, t("Person %(n)s: name", { n }), proxy(each, "name")),
    field(`member-number-${n}`, t("Person %(n)s: identity number (may stay empty)", { n }), proxy(each, "id_number"), { most: 24 }),
  ];
  draw();
  return el("details", { class: "card more family-names", open: said.members.length > 0, ontoggle: (event) => { if (event.target.open && !said.members.length) add(); } },
    el("summary", {}, t("Who else is of it (may stay empty)")), el("p", { class: "muted" }, t("Their families find them by their own name and number. Kept sealed.")),
    lines, el("button", { type: "button", class: "button", "data-add-member": true, onclick: add }, t("One more person")));
}

/** A field writes under its own code; here that is one value of one person. */
const proxy = (each, key) => new Proxy(each, { get: () => each[key], set: (_target, _code, value) => { each[key] = value; return true; } });

const trimmed = (said) => said.members.map(({ name, id_number: id }) => ({ name: name.trim(), id_number: id.trim() })).filter(({ name, id_number: id }) => name || id);

/** Return them as they are sent: nothing where nobody is named. */
export function named(said) {
  const all = trimmed(said).map(({ name, id_number: id }) => (id ? { name, id_number: id } : { name }));
  return all.length ? { members: all } : {};
}

/** Return what is wrong with them before they are saved; nothing where all is right. */
export function wrongNames(said) {
  const all = trimmed(said);
  const numbers = [said.id_number.trim(), ...all.map((each) => each.id_number)].filter(Boolean).map((each) => idNumberOf(each) || each);
  if (all.some(({ name }) => !name)) return t("A number without a name: write the name of this person.");
  if (all.some(({ id_number: id }) => id && !idNumberOf(id))) return t("This is no identity number: its check character does not fit.");
  if (new Set(numbers).size < numbers.length) return t("One identity number is given for two people. Correct one of them.");
  return all.length >= said.people && all.length ? t("More people are named than the household has besides its head.") : "";
}
