// A signature drawn with a finger: the path of an SVG of 300 by 100, moves and lines in whole numbers.
import { el, svg } from "../../shell/dom.js";
import { t } from "../../shell/words.js";

const WIDE = 300;
const HIGH = 100;
const MOST = 15_000; // a thousand characters below what the county takes

/** Draw the pad; what is drawn stands in `said.drawing`. */
export function pad(said) {
  const path = svg("path", { d: said.drawing });
  const field = svg("svg", { class: "sign-pad", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": t("Signature") }, path);
  let down = false;
  const point = (event) => {
    const box = field.getBoundingClientRect();
    const at = (where, start, size, most) => Math.max(0, Math.min(most, Math.round(((where - start) / size) * most)));
    return `${at(event.clientX, box.left, box.width, WIDE)} ${at(event.clientY, box.top, box.height, HIGH)}`;
  };
  const add = (sign, event) => {
    if (said.drawing.length > MOST) return;
    said.drawing += `${sign}${point(event)}`;
    path.setAttribute("d", said.drawing);
  };
  field.addEventListener("pointerdown", (event) => { down = true; field.setPointerCapture(event.pointerId); add("M", event); });
  field.addEventListener("pointermove", (event) => { if (down) add("L", event); });
  for (const name of ["pointerup", "pointercancel"]) field.addEventListener(name, () => { down = false; });
  const wipe = () => { said.drawing = ""; path.setAttribute("d", ""); };
  return el("div", { class: "row-field" }, el("span", { class: "label" }, t("Signature with a finger; left empty, it is signed on paper")), field,
    el("button", { type: "button", class: "button", onclick: wipe }, t("Wipe the signature")));
}
