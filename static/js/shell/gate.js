// Pages before sign-in: the language, and the focus on what went wrong.
import { initLanguage } from "./theme.js";

initLanguage();
document.querySelector("[data-autofocus]")?.focus();
