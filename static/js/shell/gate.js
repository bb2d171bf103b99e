// Pages before sign-in: the language, and the focus on what went wrong.
import { initErrors } from "./errors.js";
import { initLanguage } from "./theme.js";

initLanguage();
initErrors();
