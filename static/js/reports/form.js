// The form of a report: each figure is checked as it is typed, with the server's own rules and
// the facts it knows (last figures, population, who sleeps in the shelters). It only speaks;
// what is refused, the server refuses.
import { el } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { figure, rows } from "./fields.js";
import { check, said } from "./rules.js";
import { besideVillages } from "./villages.js";
import { offer } from "./without_network.js";

const PAUSE = 300;

function typed(fields) {
  const values = {};
  const reasons = {};
  for (const { code, ...field } of fields) {
    const value = figure(field);
    if (value !== undefined) values[code] = value;
    const reason = field.row.querySelector('input[name^="reasons."]');
    if (reason) reasons[code] = reason.value;
  }
  return { values, reasons };
}

function show({ row, code, input }, found, names) {
  row.querySelector(".finding")?.remove();
  const refused = row.querySelector(".error-line:not(.finding)") !== null;
  if (found.length === 0) {
    if (!refused) input.removeAttribute("aria-describedby");
    return;
  }
  const mild = found.every((each) => each.severity === "warning");
  const words = found.map((each) => said(each, names, t)).join(" ");
  const id = `w-${code}`;
  row.append(el("span", { class: mild ? "finding warning-line" : "finding error-line", id }, words));
  if (!refused) input.setAttribute("aria-describedby", id);
  askWhy(row, code);
}

/** Let what is doubted be explained where it is typed; it stays once it was asked for. */
function askWhy(row, code) {
  if (row.querySelector('input[name^="reasons."]')) return;
  const words = t("Reason, if it is right so");
  row.append(el("span", { class: "field" }, el("label", { for: `r-${code}` }, words),
    el("input", { id: `r-${code}`, name: `reasons.${code}`, maxlength: "400" })));
}

// A form that says only a part takes over the rest (see services/filing.py).
function taken(form, values, { base, previous }) {
  return form.elements.partial ? { ...(base ?? previous), ...values } : values;
}

function start(form, known) {
  const fields = rows(form);
  const run = () => {
    const { values, reasons } = typed(fields);
    const found = check(known.corpus, taken(form, values, known), {
      previous: known.previous, base: known.base, known: known.known, reasons, context: known.context,
    });
    for (const field of fields) {
      show(field, found.filter((each) => each.field === field.code), known.names);
    }
    form.dataset.checked = String(found.length);
  };
  let timer = null;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  });
  run();
}

const form = document.querySelector("[data-report-form]");
const known = document.getElementById("report-rules");
if (form && known) start(form, JSON.parse(known.textContent));
if (form) {
  offer(form);
  besideVillages(form, rows(form));
}
