// Words for figures: the name of the derived indicator, rates, states.
import { t, number } from "../shell/words.js";
import { config } from "./state.js";

/** Return what a code of a source or an agency means; what is in words already stays. */
export const coded = (code) => config.codes[code] ?? code;

const DERIVED = { not_moved: "Not moved yet" };

/** Return an indicator's name in the page's language. */
export const title = (indicator) => indicator.title ?? t(DERIVED[indicator.id] ?? indicator.id);

/** Return how a county's rate reads: a share in percent, or so many for ten thousand people. */
export function rateWords(rate, scale) {
  if (rate === null || rate === undefined) return "—";
  const digits = rate < 10 ? 1 : 0;
  return scale.factor === 100 ? `${number(rate, digits)}%` : number(rate, digits);
}

/** Return what the colour of a county says, in words. */
export function fillWords(indicator) {
  const { county } = indicator;
  if (county.per === "should") return t("share not moved yet");
  return county.factor === 100 ? t("share of residents") : t("per 10,000 residents");
}

/** Return the words of a class: <10, 10–20, …, ≥50. */
export function classWords(borders, index, factor) {
  const unit = factor === 100 ? "%" : "";
  if (index === 0) return `<${number(borders[0])}${unit}`;
  if (index === borders.length) return `≥${number(borders[index - 1])}${unit}`;
  return `${number(borders[index - 1])}–${number(borders[index])}`;
}

/** Return the words of a class by its lower border only, where counts are too wide: <100, 100+. */
export const countWords = (borders, index) => (index === 0 ? `<${number(borders[0])}` : `${number(borders[index - 1])}+`);


// The classes of GB/T 19201: sized, not coloured, for a hazard never shares the colours of states.
export const INTENSITIES = { unknown: "wind unknown", depression: "tropical depression", storm: "tropical storm", strong: "severe tropical storm", typhoon: "typhoon", severe: "severe typhoon", super: "super typhoon" };
export const STATES = { ok: "in order", watch: "watch", act: "act", blind: "not heard of" };
