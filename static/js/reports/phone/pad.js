// The number pad: four rows of keys under the form, so that no system keyboard covers what is
// typed or the button that saves it.
import { el } from "../../shell/dom.js";
import { t } from "../../shell/words.js";

const FIGURES = [["1", "2", "3", "delete"], ["4", "5", "6", "last"], ["7", "8", "9", "unknown"], [".", "0", "00", "next"]];

function label(key) {
  const words = { delete: t("⌫ Delete"), last: t("As last time"), unknown: t("Not yet known"), next: t("Next field") };
  return words[key] ?? key;
}

/** Return the pad; `onKey` hears each key. It never takes the focus from the field. */
export function pad(onKey, rows = FIGURES) {
  const keys = rows.flat().map((key) => el("button", {
    type: "button", class: `key-${/\d|\./.test(key) ? "digit" : key}`, "data-key": key, tabindex: "-1",
    onpointerdown: (event) => event.preventDefault(),
    onclick: () => onKey(key),
  }, label(key)));
  return el("div", { class: "pad", role: "group", "aria-label": t("Number keys") }, keys);
}
