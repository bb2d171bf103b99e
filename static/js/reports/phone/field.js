// One figure of the form: its name, the last value, the box, and what there is to say about it.
import { el } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { named } from "../offline.js";
import { EMPTY, inTheOther, otherOf, turned, typed } from "./figures.js";
import { notesBeside } from "./villages.js";

/** Return the row of a field: {element, input, show}. `form` gives and takes the entries. */
export function fieldRow(field, form) {
  const { name, unit, help } = named(field.code);
  const entry = () => form.entry(field.code);
  const note = el("p", { class: "notes", id: `n-${field.code}` });
  const input = el("input", {
    id: `f-${field.code}`, class: "figure", inputmode: "none", autocomplete: "off", "aria-describedby": `n-${field.code}`,
    onfocus: () => form.focus(field.code),
    oninput: () => {
      const next = typed(field, entry(), input.value);
      if (next) form.change(field.code, next); else show();
    },
    onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); form.next(); } },
  });
  const unitWord = el("span", { class: "unit" });
  const other = el("span", { class: "other" });
  const box = el("div", { class: "box", onclick: () => input.focus() }, input, unitWord, other);
  const second = otherOf(field);
  const switches = second ? units(field, form, entry) : null;
  const label = el("label", { for: `f-${field.code}` }, name);
  const element = el("div", { class: "figure-row", "data-field": field.code },
    el("div", {}, label, el("p", { class: "last" }, switches, lastWords(field, form, unit), ...meaning(field, help))), box, note);

  function show() {
    const said = entry();
    input.value = said.unknown ? t("not yet known") : grouped(said.text);
    unitWord.textContent = said.unknown ? "" : said.other ? unitName(second) : unit;
    const turnedTo = second ? inTheOther(field, said) : null;
    other.textContent = turnedTo === null ? "" : `= ${number(turnedTo, 2)} ${said.other ? unit : unitName(second)}`;
    box.classList.toggle("unknown", said.unknown);
    box.classList.toggle("carried", said.carried);
    switches?.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", String((each.dataset.other === "1") === said.other)));
    showNotes();
  }

  function showNotes() {
    const found = form.findings(field.code);
    const fits = form.fits(field.code);
    box.classList.toggle("wrong", found.some((each) => each.severity !== "warning"));
    box.classList.toggle("doubted", found.length > 0);
    note.replaceChildren(
      ...found.map((each) => el("span", { class: each.severity === "error" ? "said act" : "said watch" }, each.words)),
      ...fits.map((words) => el("span", { class: "said ok" }, words)),
      ...notesBeside(form.asked, field, form),
      ...(found.some((each) => each.severity !== "error") || form.reason(field.code) ? [reasons(field, form, found.some((each) => each.severity === "reason"))] : []),
    );
  }
  return { element, input, show, showNotes };
}

/** What the figure means, by its definition, for who asks: a word to press, and the definition. */
function meaning({ code }, help) {
  if (!help) return [];
  const text = el("span", { class: "means", id: `m-${code}`, hidden: true }, help);
  const button = el("button", {
    type: "button", class: "what", "aria-expanded": "false", "aria-controls": text.id,
    onpointerdown: (event) => event.preventDefault(),
    onclick: () => { text.hidden = !text.hidden; button.setAttribute("aria-expanded", String(!text.hidden)); },
  }, t("Meaning"));
  return [" ", button, text];
}

const unitName = ({ name }) => (name === "mu" ? t("mu") : t("yuan"));

function grouped(text) {
  const [whole, ...rest] = text.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
}

function lastWords(field, form, unit) {
  const last = form.previous(field.code);
  if (last === undefined) return t("no earlier figure");
  return last === null ? t("last: not yet known") : t("last %(n)s %(unit)s", { n: number(last), unit });
}

function units(field, form, entry) {
  const button = (other, words) => el("button", {
    type: "button", "data-other": other ? "1" : "0",
    onclick: () => { if (entry().other !== other) form.change(field.code, { ...turned(field, entry() ?? EMPTY), carried: entry().carried }); },
  }, words);
  return el("span", { class: "segments", role: "group", "aria-label": t("Unit") }, button(true, unitName(otherOf(field))), button(false, named(field.code).unit));
}

/** A cumulative figure that falls (`fell`): one tap says why, or a few words of one's own. What is
 * only doubted asks for a few words too, and goes without. */
function reasons(field, form, fell) {
  const given = form.reason(field.code);
  const words = fell ? [t("Checked again and corrected"), t("Was counted twice"), t("Belongs to another kind now")] : [];
  const choices = words.map((text) => el("button", {
    type: "button", class: "button", "aria-pressed": String(given === text), onclick: () => form.explain(field.code, text),
  }, text));
  const own = el("input", {
    type: "text", maxlength: "400", "aria-label": fell ? t("Another reason") : t("Why it is right so"), placeholder: fell ? t("Another reason") : t("Why it is right so"),
    value: words.includes(given) ? "" : given, onchange: (event) => form.explain(field.code, event.target.value),
  });
  return el("span", { class: "reasons", role: "group", "aria-label": t("Reason") }, choices, own);
}
