// The age of what is shown, said in the top bar, and in a strip when the page is blind.
import { t, number } from "../shell/words.js";
import { say } from "../shell/dom.js";

const WORDS = {
  connecting: "connecting",
  live: "%(n)s s ago, connected",
  delayed: "%(n)s s ago, delayed",
  stale: "%(n)s s ago, stale",
  offline: "no connection for %(n)s s",
};

/** Keep the age in the top bar and on the root element. */
export function showAge(live) {
  const root = document.documentElement;
  const tick = () => {
    const { state, seconds } = live.age();
    const words = t(WORDS[state], { n: Math.round(seconds) });
    const before = root.dataset.age;
    root.dataset.age = state;
    put("age-words", words);
    put("age-seq", live.highest ? number(live.highest) : "—");
    put("blind-words", t("What you see is old: %(words)s. Nothing is lost; it is fetched as soon as the server answers.", { words }));
    if (before !== state && (state === "stale" || state === "offline")) say(words, { urgent: true });
  };
  tick();
  setInterval(tick, 1000);
}

function put(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}
