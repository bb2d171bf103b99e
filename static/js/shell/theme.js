// Light, dark, night; Chinese, English. Both are cookies the server reads.
import { t } from "./words.js";

const THEMES = ["light", "dark", "night"];
const NAMES = { light: "Light", dark: "Dark", night: "Night" };

function keep(name, value) {
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
}

/** Let the two buttons of the top bar change the colours and the language. */
export function initTheme() {
  const button = document.getElementById("theme");
  button?.addEventListener("click", () => {
    const root = document.documentElement;
    const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    root.dataset.theme = next;
    keep("theme", next);
    button.textContent = t(NAMES[next]);
    root.dispatchEvent(new CustomEvent("theme", { detail: next, bubbles: true }));
  });
  initLanguage();
}

/** Let buttons with data-lang change the language of the page. */
export function initLanguage() {
  for (const each of document.querySelectorAll("[data-lang]")) {
    each.addEventListener("click", () => { keep("lang", each.dataset.lang); location.reload(); });
  }
}

/** Return the value of a colour token in the present theme. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
