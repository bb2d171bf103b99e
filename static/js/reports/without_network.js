// The figures in the form as digits to read out or to send as a text message: made on the
// device, so that it needs no network.
import { el } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { rows, told } from "./fields.js";
import { drawn } from "./said.js";
import { encode, isCurrent, minuteOf, slotOf } from "./spoken.js";

// What the form says now, as `encode` wants it. Throws RangeError naming what has no number.
function core(form, numbers) {
  const [round, asOf] = [form.elements.round.value, form.elements.as_of.value];
  const number = numbers.rounds[round] ?? (round === slotOf(asOf) ? 0 : undefined);
  if (number === undefined) throw new RangeError("round");
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(asOf)) throw new RangeError("time");
  const values = Object.fromEntries(rows(form).map((row) => [row.code, told(row)]));
  return { disaster: numbers.disaster, area: numbers.area, round: number, minute: minuteOf(asOf), values };
}

function why(problem) {
  if (problem === "figure") return t("A figure is no number yet. Put it right first.");
  if (problem === "round") return t("This round has no number by which it can be said.");
  return t("Say first of what time the figures are.");
}

function show(form, numbers, place) {
  try {
    place.replaceChildren(...drawn(encode(core(form, numbers), numbers.figures)));
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    place.replaceChildren(el("p", { class: "error-line" }, why(problem.message)));
  }
}

/** Let the button beside the form make its digits, where the area and the disaster have numbers. */
export function offer(form) {
  const numbers = JSON.parse(document.getElementById("report-numbers")?.textContent || "null");
  const button = document.querySelector("[data-make-digits]");
  const place = document.getElementById("digits");
  if (!numbers?.area || !isCurrent(numbers.figures) || !button || !place) return;
  button.closest("section").hidden = false;
  button.addEventListener("click", () => show(form, numbers, place));
  form.addEventListener("input", () => place.replaceChildren());
}
