// Copies the text of the field a [data-copy] button names, and says so on the button.
import { t } from "../shell/words.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const copied = await put(field.value);
  button.textContent = copied ? t("Copied") : t("Marked: press Ctrl C");
});

/** The clipboard is there over https only; without it the text stays marked. */
async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
