// The rows of the form: what stands in each box, as a figure, as unknown, or as nothing.

const UNKNOWN = new Set(["-", "—", "不详", "尚未掌握"]);

/** Return the text of a figure; null where it is not yet known, undefined where nothing is said. */
export function told(input, box) {
  if (box?.checked) return null;
  const text = input.value.trim().replaceAll(",", "");
  if (text === "") return undefined;
  return UNKNOWN.has(text) ? null : text;
}

/** Return a figure as typed: a number, null, or undefined where nothing can be said of it. */
export function figure(input, box) {
  const text = told(input, box);
  if (text === null || text === undefined) return text;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}

export function rows(form) {
  return [...form.querySelectorAll("[data-field]")].map((row) => ({
    row,
    code: row.dataset.field,
    input: row.querySelector("input.number"),
    box: row.querySelector("input[type=checkbox]"),
    reason: row.querySelector('input[name^="reasons."]'),
  }));
}
