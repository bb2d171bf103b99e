// Digits of a report on the screen: group by group with the words they are said in.
import { el } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { aloud, groups } from "./spoken.js";

/** Draw digits, group by group with the words they are said in, and the link to send them. */
export function drawn(digits) {
  const list = groups(digits);
  return [
    el("ol", { class: "said-groups" }, list.map((each, place) =>
      el("li", {}, el("small", {}, String(place + 1)), el("b", {}, each), el("span", { lang: "zh" }, aloud(each))))),
    el("p", {}, el("a", { class: "button", href: `sms:?body=${encodeURIComponent(list.join(" "))}` }, t("Send as a text message"))),
  ];
}
