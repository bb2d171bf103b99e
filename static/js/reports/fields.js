// The rows of the form: what stands in each box, as a figure, as unknown, or as nothing.

const UNKNOWN = new Set(["-", "—", "不详", "尚未掌握"]);

/** Return the text of a figure in the indicator's own unit; null where it is not yet known,
 * undefined where nothing is said. */
export function told({ input, box, unit }) {
  if (box?.checked) return null;
  const text = input.value.trim().replaceAll(",", "");
  if (text === "") return undefined;
  if (UNKNOWN.has(text)) return null;
  const { by, scale } = unit?.selectedOptions[0].dataset ?? {};
  return by && Number.isFinite(Number(text)) ? String(round(Number(text) / Number(by), Number(scale))) : text;
}

const round = (number, scale) => Math.round(number * 10 ** scale) / 10 ** scale;

/** Return a figure as typed: a number, null, or undefined where nothing can be said of it. */
export function figure(row) {
  const text = told(row);
  if (text === null || text === undefined) return text;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}

export function rows(form) {
  return [...form.querySelectorAll("[data-field]")].map((row) => ({
    row,
    code: row.dataset.field,
    input: row.querySelector("input.number"),
    box: row.querySelector("input[type=checkbox]"),
    unit: row.querySelector("select.unit"),
  }));
}
