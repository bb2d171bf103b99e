// One column of a row on the phone: its name, its box or its choices, and what is wrong with it.
import { el } from "../../shell/dom.js";
import { t } from "../../shell/words.js";
import { KEYED, valueOf, wrongIdentity } from "../rows.js";

const FEW = 4; // so many choices are buttons, more are a list

/** Say what is wrong with a column, in the words the server has for it. */
export function explain({ code, least, most, longest }) {
  return {
    missing: () => t("This is required."),
    number: () => t("This is not a number we can take."),
    least: () => t("This must be at least %(least)s.", { least }),
    most: () => t("This must be at most %(most)s.", { most }),
    longest: () => t("This is too long: at most %(most)s characters.", { most: longest }),
    pattern: () => t("This value cannot be taken."),
    day: () => t("This is not a valid id, date or time."),
    length: () => t("An identity number has 18 characters: 17 digits and a digit or X."),
    date: () => t("The date of birth in this identity number does not exist or is still to come."),
    check: () => t("The last character does not fit the others: one of them is mistyped."),
    number_or_why: () => t("Enter the identity number, or say why there is none."),
    number_and_why: () => t("There is an identity number: leave out why there is none."),
    outcome_of_dead: () => t("Only somebody missing is found, confirmed or declared dead."),
    more_dwelling_rooms: () => t("The dwelling rooms are part of the rooms: not more than these."),
    no_rooms: () => t("Enter at least one room that collapsed or was damaged."),
    before_moved: () => t("Nobody returns before they were moved."),
  }[code]();
}

/** What an identity number says of its holder, once it holds together: a check for whoever typed it. */
function fits(field, text, today) {
  const number = field.kind === "identity" ? valueOf(field, text) : "";
  if (!number || wrongIdentity(number, today)) return null;
  const born = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  return t("holds together: born %(born)s, %(sex)s", { born, sex: Number(number[16]) % 2 ? t("male") : t("female") });
}

/** Return a column on the screen: {element, focus, show}. `form` gives and takes what is typed. */
export function fieldRow(field, form) {
  const id = `r-${field.code}`;
  const note = el("p", { class: "notes", id: `n-${field.code}` });
  const control = made(field, form, { id, "aria-describedby": note.id });
  const star = field.needed ? el("span", { class: "needed", "aria-hidden": "true" }, "＊") : null;
  const name = el(control.group ? "span" : "label", control.group ? { id: `l-${field.code}`, class: "label" } : { for: id }, t(field.title), star);
  const element = el("div", { class: `row-field ${KEYED.has(field.kind) ? "keyed" : field.kind}`, "data-field": field.code }, name, control.element, note);

  function show() {
    control.show(form.text(field.code));
    if (star) star.hidden = form.had(field.code);
    element.classList.toggle("carried", form.carried(field.code));
    const wrong = form.problem(field.code);
    const right = wrong ? null : fits(field, form.text(field.code), form.today());
    control.invalid(Boolean(wrong));
    const kept = !wrong && form.kept(field.code) && el("span", { class: "muted" }, t("with the county; empty leaves it as it is"));
    note.replaceChildren(...[kept, wrong && el("span", { class: "said act" }, explain(wrong)), right && el("span", { class: "said ok" }, right)].filter(Boolean));
  }
  return { element, show, focus: () => control.first().focus({ preventScroll: true }) };
}

function made(field, form, attributes) {
  const { kind, choices } = field;
  if (kind === "yes_no") return buttons(field, form, { true: t("yes"), false: t("no") });
  if (kind === "choice" && Object.keys(choices).length <= FEW) return buttons(field, form, worded(choices));
  if (kind === "choice") return boxed(field, form, el("select", { ...attributes, required: field.needed }, el("option", { value: "" }, "—"), options(worded(choices))));
  if (kind === "instant" || kind === "date") return timed(field, form, attributes);
  if (kind === "text") return boxed(field, form, el("textarea", { ...attributes, rows: "2", maxlength: field.longest }));
  const keys = KEYED.has(kind);
  const input = el("input", {
    ...attributes, type: kind === "phone" ? "tel" : "text", class: keys ? "figure" : null, autocomplete: "off", maxlength: keys ? null : field.longest,
    inputmode: keys ? "none" : null, required: field.needed, autocapitalize: kind === "identity" ? "characters" : null,
  });
  return boxed(field, form, input, keys ? el("div", { class: "box", onclick: () => input.focus() }, input) : input);
}

const worded = (choices) => Object.fromEntries(Object.entries(choices).map(([value, words]) => [value, t(words)]));
const options = (choices) => Object.entries(choices).map(([value, words]) => el("option", { value }, words));

/** A box of any kind; what is typed is the form's, and what the form knows is shown. */
function boxed(field, form, input, element = input) {
  input.addEventListener("input", () => form.change(field.code, input.value));
  input.addEventListener("focus", () => form.focus(field.code));
  input.addEventListener("blur", () => form.leave(field.code));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && field.kind !== "text") { event.preventDefault(); form.next(field.code); }
  });
  return {
    element, first: () => input,
    show: (text) => { if (input.value !== text) input.value = text; },
    invalid: (wrong) => { if (wrong) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid"); },
  };
}

function timed(field, form, attributes) {
  const whole = field.kind === "instant";
  const input = el("input", { ...attributes, type: whole ? "datetime-local" : "date", max: whole ? "2999-12-31T23:59" : "2999-12-31", required: field.needed });
  const now = el("button", { type: "button", class: "button", onclick: () => form.change(field.code, form.now().slice(0, whole ? 16 : 10)) }, whole ? t("The time now") : t("Today"));
  return boxed(field, form, input, el("div", { class: "timed" }, input, now));
}

/** A few choices as buttons; a second tap takes one back. */
function buttons(field, form, choices) {
  const each = Object.entries(choices).map(([value, words]) => el("button", {
    type: "button", class: "button", "data-value": value, "aria-describedby": `n-${field.code}`,
    onclick: () => { form.focus(field.code); form.change(field.code, form.text(field.code) === value ? "" : value); },
  }, words));
  return {
    group: true, element: el("div", { class: "choice", role: "group", "aria-labelledby": `l-${field.code}` }, each), first: () => each[0],
    show: (text) => each.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.value === text))),
    invalid: (wrong) => each.forEach((one) => one.classList.toggle("wrong", wrong)),
  };
}
