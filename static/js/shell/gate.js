// Pages before sign-in: the language, the focus on what went wrong, and a session left open.
import { initErrors } from "./errors.js";
import { endBefore } from "./leave.js";
import { initLanguage } from "./theme.js";

initLanguage();
initErrors();
endBefore();
