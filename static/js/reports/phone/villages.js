// What the villages filed for the round, and what others know (shelters, evacuation), beside the
// township's own figure on the phone: a note that a tap takes over, and that turns to watch where
// the two differ.
import { el } from "../../shell/dom.js";
import { ago, number, t } from "../../shell/words.js";
import { told } from "../villages.js";
import { facts, now } from "./facts.js";
import { entryOf, valueOf } from "./figures.js";

/** Return the line that says how many villages have filed for a round; "" where none has. */
export function villagesFiled({ villages }) {
  if (!villages) return "";
  const { disaster, area } = facts();
  return el("p", { class: "villages-filed" }, t("%(filed)s of %(of)s villages have filed for this round", villages),
    el("a", { href: `/reports?disaster=${disaster.id}&area=${area.code}` }, t("Village by village")));
}

/** Return the notes below a figure; none where no village and nobody else knows it. */
export function notesBeside({ villages }, field, form) {
  const offers = facts().form.offered?.[field.code] ?? [];
  const sums = villages?.sums[field.code] ? [villages.sums[field.code].map(Number)] : [];
  return [
    ...sums.map(([sum, known]) => note(sum, t("villages' sum %(sum)s (%(known)s of %(of)s)", { sum: number(sum), known, of: villages.of }), t("Take the sum"), field, form)),
    ...offers.map(({ source, value, as_of }) => note(Number(value), `${SOURCES[source]?.() ?? source} ${number(Number(value))} (${ago(Date.parse(as_of), now())})`, t("Take this figure"), field, form)),
  ];
}

const SOURCES = {
  shelters: () => t("headcounts of the shelters"), evacuation: () => t("steps of the evacuation"),
  stockpile: () => t("stock received at the last place"),
};

function note(value, words, title, field, form) {
  const said = told(valueOf(field, form.entry(field.code)), value, words);
  const take = () => form.change(field.code, entryOf(value));
  return el("button", { type: "button", class: `button village-sum ${said.state}`, title, onclick: take }, said.words);
}
