// Small parts of the forms at the door: a field, a row of numbers to tap, and what lies on the phone.
import { el } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { facts } from "../../reports/phone/facts.js";

export const door = () => facts()?.check_in ?? null;
let picked = null; // what was chosen here, while facts fetched before that are still arriving
export const pick = (id) => { picked = id; };
export const pickedNow = () => picked;
export const shelterNow = () => door()?.shelters.find(({ id }) => id === (picked ?? door().shelter)) ?? null;
export const admits = (shelter) => ["preparing", "open", "full"].includes(shelter?.state);

/** A text field that writes into `said`. */
export function field(code, label, said, { most = 64, type = "text", mode = null, note = null } = {}) {
  const input = el("input", { id: `c-${code}`, type, maxlength: most, inputmode: mode, autocomplete: "off", oninput: (event) => { said[code] = event.target.value; } });
  input.value = said[code] ?? "";
  return el("div", { class: "row-field" }, el("label", { for: `c-${code}` }, label), input, note && el("small", { class: "muted" }, note));
}

/** A number with a big minus and plus beside it. */
export function stepper(code, label, said, { least = 0, most = 500, changed = () => {} } = {}) {
  const input = el("input", { id: `c-${code}`, class: "number", type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": label });
  const show = () => { input.value = said[code] || said[code] === 0 ? String(said[code]) : ""; };
  const set = (value) => { said[code] = Math.min(most, Math.max(least, value)); show(); changed(); };
  input.addEventListener("input", () => {
    const typed = input.value.replace(/\D/g, "");
    said[code] = typed ? Math.min(most, Number(typed)) : null;
    changed();
  });
  show();
  const step = (by, sign) => el("button", { type: "button", class: "button", "aria-label": `${label} ${sign}`, onclick: () => set((said[code] ?? 0) + by) }, sign);
  return el("div", { class: "row-field stepped", "data-field": code }, el("span", { class: "label" }, label), el("div", { class: "stepper" }, step(-1, "−"), input, step(1, "+")));
}

/** Needs to tap: each tap is one person more, after all of them none again. */
export function tapped(names, counts, people) {
  return el("div", { class: "taps" }, Object.entries(names).map(([code, label]) => {
    const button = el("button", { type: "button", class: "button", "data-tap": code });
    const show = () => {
      button.setAttribute("aria-pressed", String(Boolean(counts[code])));
      button.textContent = counts[code] ? `${t(label)} ${number(counts[code])}` : t(label);
    };
    button.addEventListener("click", () => { counts[code] = (counts[code] ?? 0) >= (people() || 1) ? 0 : (counts[code] ?? 0) + 1; show(); });
    show();
    return button;
  }));
}

/** The members of a household, all of them here until one is tapped away. */
export function members(said, total, changed) {
  if (total > 12) return stepper("people", t("How many came"), said, { least: 1, most: 500, changed });
  const away = new Set(Array.from({ length: total - said.people }, (_each, place) => total - place));
  const one = (place) => {
    const button = el("button", { type: "button", class: "button", "data-member": place, "aria-label": t("Person %(n)s", { n: place }) }, String(place));
    const show = () => button.setAttribute("aria-pressed", String(!away.has(place)));
    button.addEventListener("click", () => {
      if (away.has(place)) away.delete(place); else if (said.people > 1) away.add(place);
      said.people = total - away.size;
      show();
      changed();
    });
    show();
    return button;
  };
  return el("div", { class: "row-field" }, el("span", { class: "label" }, t("Who came (tap away who did not)")), el("div", { class: "taps members" }, Array.from({ length: total }, (_each, place) => one(place + 1))));
}
