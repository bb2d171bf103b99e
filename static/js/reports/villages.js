// The sum of a township's villages, and what others know (shelters, evacuation), beside its own
// figure: a tap takes it over, and it turns to watch where the two differ. It never stands in the
// way; without scripts it is a note to be read.
import { el } from "../shell/dom.js";
import { number, t } from "../shell/words.js";
import { figure } from "./fields.js";

/** Return the note on a township's own figure: its words and its state. */
export function told(own, sum, words) {
  if (own === undefined || own === null) return { words, state: "" };
  const n = number(Math.abs(own - sum));
  const more = own === sum ? t("agrees") : own < sum ? t("yours is %(n)s less", { n }) : t("yours is %(n)s more", { n });
  return { words: `${words} · ${more}`, state: own === sum ? "ok" : "watch" };
}

/** Hold each figure of the form at a desk against the sum of the villages. */
export function besideVillages(form, fields) {
  const { round } = form.elements;
  const begun = round.value;
  const notes = fields.flatMap((field) => [...field.row.querySelectorAll("[data-village-sum], [data-offered]")].map((note) => made(field, note)));
  const filed = document.querySelector("[data-villages-filed]");
  const show = () => {
    const other = round.value !== begun; // the sums are those of the round the page was made for
    if (filed) filed.hidden = other;
    for (const each of notes) each(other);
  };
  form.addEventListener("input", show);
  show();
}

function made({ input, box, unit }, note) {
  const ofRound = "villageSum" in note.dataset;
  const sum = Number(note.dataset.villageSum ?? note.dataset.offered);
  const words = note.textContent;
  const take = () => {
    box.checked = false;
    if (unit) unit.value = ""; // the sum is in the indicator's own unit
    input.value = String(sum);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const button = el("button", { type: "button", title: ofRound ? t("Take the sum") : t("Take this figure"), onclick: take });
  note.replaceWith(button);
  return (hidden) => {
    const said = told(figure({ input, box, unit }), sum, words);
    button.textContent = said.words;
    button.className = `button village-sum ${said.state}`;
    button.hidden = hidden && ofRound;
  };
}
