// What the villages filed for the round, beside the township's own figure on the phone: a note that
// a tap takes over, and that turns to watch where the two differ.
import { el } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { told } from "../villages.js";
import { facts } from "./facts.js";
import { entryOf, valueOf } from "./figures.js";

/** Return the line that says how many villages have filed for a round; "" where none has. */
export function villagesFiled({ villages }) {
  if (!villages) return "";
  const { disaster, area } = facts();
  return el("p", { class: "villages-filed" }, t("%(filed)s of %(of)s villages have filed for this round", villages),
    el("a", { href: `/reports?disaster=${disaster.id}&area=${area.code}` }, t("Village by village")));
}

/** Return the note below a figure, in a list; an empty one where no village knows it. */
export function villageNote({ villages }, field, form) {
  const known = villages?.sums[field.code];
  if (!known) return [];
  const [sum, count] = known.map(Number);
  const words = t("villages' sum %(sum)s (%(known)s of %(of)s)", { sum: number(sum), known: count, of: villages.of });
  const said = told(valueOf(field, form.entry(field.code)), sum, words);
  const take = () => form.change(field.code, entryOf(sum));
  return [el("button", { type: "button", class: `button village-sum ${said.state}`, title: t("Take the sum"), onclick: take }, said.words)];
}
