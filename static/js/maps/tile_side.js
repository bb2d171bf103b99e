// Beside the tiles: the sum, the legend, the counties, and who has not filed.
import { t, number } from "../shell/words.js";
import { el, svg } from "../shell/dom.js";
import { set } from "./state.js";
import { figure, indicator } from "./figures.js";
import { counties, townships } from "./areas.js";
import { classWords, rateWords, title } from "./names.js";

/** Return the sections of the side panel for these county blocks. */
export function side(blocks) {
  const codes = blocks.flatMap((block) => block.townships.map((each) => each.code));
  return [sum(codes), legend(codes), byCounty(blocks), missing(codes)];
}

const known = (code) => { const own = figure(code); return own && own.value !== null ? own : null; };

function sum(codes) {
  const filed = codes.map(known).filter(Boolean);
  const total = filed.reduce((all, own) => all + own.value, 0);
  return el("section", {}, el("h3", {}, title(indicator())),
    filed.length ? el("p", { class: "big" }, number(total), el("span", { class: "unit" }, indicator().unit))
      : el("p", { class: "unknown" }, el("span", { class: "shape blind" }), t("not yet known")),
    el("small", {}, t("%(n)s of %(m)s known", { n: filed.length, m: codes.length })));
}

function legend(codes) {
  const { borders } = indicator().township;
  const counts = [0, 0, 0, 0, 0];
  let [never, unknown, old] = [0, 0, 0];
  for (const code of codes) {
    const own = figure(code);
    if (!own || own.never) never += 1;
    else if (own.value === null) unknown += 1;
    else { counts[own.class - 1] += 1; old += own.old ? 1 : 0; }
  }
  const row = (swatch, words, count) => el("li", {}, el("span", { class: `swatch ${swatch}` }), words, el("span", { class: "num" }, number(count)));
  return el("section", {}, el("header", {}, el("h3", {}, t("Legend")), el("small", {}, indicator().unit)),
    el("ul", { class: "legend" }, counts.map((count, index) => row(`c${index + 1}`, classWords(borders, index, 1), count)).reverse(),
      row("never", t("never filed"), never), unknown > 0 && row("not-known", t("filed, not yet known"), unknown),
      row("faded", t("over 3 hours old, bar in its true colour"), old)));
}

function byCounty(blocks) {
  const rows = blocks.map((block) => ({ block, own: figure(block.code) })).sort((one, other) => (other.own?.rate ?? -1) - (one.own?.rate ?? -1));
  const most = Math.max(1, ...rows.map(({ own }) => own?.rate ?? 0));
  return el("section", {}, el("header", {}, el("h3", {}, t("By county")), el("small", {}, t("highest first"))),
    el("ul", { class: "by-county" }, rows.map(({ block, own }) => el("li", {},
      el("button", { class: "plain", type: "button", onclick: () => set({ open: block.code }) }, counties.get(block.code)?.properties.name ?? block.name),
      svg("svg", { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "fill", width: (100 * (own?.rate ?? 0)) / most, height: 6 })),
      el("span", { class: "num" }, own ? rateWords(own.rate, indicator().county) : "—"),
      el("span", { class: "num" }, own ? number(own.value) : "—")))));
}

function missing(codes) {
  const absent = codes.filter((code) => !figure(code) || figure(code).never);
  return el("section", {}, el("header", {}, el("h3", {}, t("Not filed")), el("small", {}, t("%(n)s townships", { n: absent.length }))),
    el("ul", { class: "missing" }, absent.slice(0, 40).map((code) => el("li", {}, el("span", { class: "shape blind" }),
      el("button", { class: "plain", type: "button", onclick: () => set({ open: code }) }, townships.get(code).properties.name),
      el("small", {}, townships.get(code).properties.county)))));
}
