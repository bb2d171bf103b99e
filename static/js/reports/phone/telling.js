// 文字说明 under the form: what the figures do not say. Each key is kept; it goes with the figures, or alone.
import { contentOf } from "../../outbox/keep.js";
import { send } from "../../outbox/send.js";
import { CONFLICT, REFUSED, REPLACED, ordered } from "../../outbox/state.js";
import { all, read } from "../../outbox/store.js";
import { el, say } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { draftText, keepText, textLine } from "../narrative.js";
import { isLater } from "./facts.js";

const OVER = [REFUSED, CONFLICT, REPLACED];

/** Return what the text begins with: the draft, what went last from here, or what stands with the county. */
async function begin({ about, owner, asked }) {
  const draft = await read("drafts", textLine(about)).catch(() => null);
  if (draft?.owner === owner) return { words: draft.words, base: draft.base, replaces: draft.replaces, draft: true };
  const mine = ordered(await all("items").catch(() => [])).filter((each) => each.line === textLine(about) && each.owner === owner && !OVER.includes(each.state));
  const later = mine.filter((each) => !each.receipt || isLater(each)).at(-1);
  const content = later && await contentOf(later);
  if (content) return { words: content.words, base: later.id, replaces: null };
  return { words: asked.narrative?.words ?? "", base: asked.narrative?.id ?? null, replaces: null };
}

/** Return the section of a round's text and `save()`, which keeps it to be sent where something was typed;
 * `touch` hears who came into it, so that nothing newer is drawn over it, nor takes away the cursor. */
export function telling({ about, owner, asked, trouble, touch }) {
  const field = el("textarea", { id: "told-words", rows: 3, maxlength: 20000, disabled: true, "aria-describedby": "told-note" });
  const ends = el("small", { role: "status" });
  const keepIt = el("button", { type: "button", class: "button", hidden: true }, t("Send the text alone"));
  let begun = null;
  let typed = false;
  const count = () => { ends.textContent = field.value ? t("%(n)s characters", { n: number(field.value.length) }) : ""; };
  begin({ about, owner, asked }).then((found) => {
    begun = found;
    typed = Boolean(found.draft);
    field.value = found.words;
    field.disabled = false;
    keepIt.hidden = !typed;
    count();
  });
  field.addEventListener("focus", touch);
  field.addEventListener("input", async () => {
    typed = true;
    keepIt.hidden = false;
    count();
    try {
      await draftText({ about, owner, words: field.value, base: begun.base, replaces: begun.replaces });
      trouble(null);
    } catch (error) {
      trouble(error);
    }
  });
  async function save() {
    const words = field.value.trim();
    if (!typed || !words) return false;
    typed = false;
    keepIt.hidden = true;
    const item = await keepText({ about, owner, base: begun.base, replaces: begun.replaces, words });
    begun = { words, base: item.id, replaces: null };
    return true;
  }
  keepIt.addEventListener("click", async () => {
    try {
      if (await save()) say(t("Saved on this phone."), { urgent: true });
    } catch (error) {
      typed = true;
      keepIt.hidden = false;
      trouble(error);
      return;
    }
    send({ eager: true });
  });
  const element = el("section", { class: "told-section", "aria-labelledby": "told-title" },
    el("div", { class: "section-head" }, el("h2", { id: "told-title" }, el("label", { for: "told-words" }, t("In words"))), ends),
    el("div", { class: "card" }, field, el("p", { class: "muted", id: "told-note" }, t("What happened, where it is worst, what is needed. No names or telephone numbers: they belong in the lists.")), keepIt));
  return { element, save };
}
