// What is wrong with a form: each line of the summary names its field and leads to it, the same
// words stand beside the field, and the focus begins at the summary.

/** Tie the summary to the fields it speaks of, and put the focus where the page wants it. */
export function initErrors() {
  for (const link of document.querySelectorAll('.error-summary a[href^="#"]')) tie(link);
  for (const link of document.querySelectorAll("a[data-back]")) {
    link.addEventListener("click", (event) => {
      if (history.length < 2) return;
      event.preventDefault();
      history.back(); // what was typed is still there
    });
  }
  document.querySelector("[data-autofocus]")?.focus();
}

function tie(link) {
  const control = field(decodeURIComponent(link.hash.slice(1)));
  if (!control) { link.hash = "content"; return; }
  control.id ||= `field-${control.name}`;
  link.hash = control.id;
  link.addEventListener("click", (event) => { event.preventDefault(); reveal(control); control.focus(); });
  if (!control.matches("input, select, textarea")) return;
  const words = link.textContent;
  beside(control, words);
  const label = named(control);
  if (label && !words.includes(label)) link.textContent = `${label} · ${words}`;
}

/** Return the control an error speaks of: by id, by its whole name, or by the last part of it. */
function field(name) {
  const last = name.split(".").at(-1);
  return document.getElementById(name) ?? document.querySelector(`main [name="${CSS.escape(name)}"]:not([type="hidden"])`)
    ?? document.getElementById(last) ?? document.querySelector(`main [name="${CSS.escape(last)}"]:not([type="hidden"])`);
}

function named(control) {
  const label = control.labels?.[0];
  const words = [...(label?.childNodes ?? [])].find((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
  return words?.data.trim() ?? control.getAttribute("aria-label") ?? "";
}

function beside(control, words) {
  control.setAttribute("aria-invalid", "true");
  const place = control.closest(".field, .number-row, .check, label") ?? control.parentElement;
  if (control.hasAttribute("aria-describedby") || place.querySelector(".error, .error-line")) return;
  const line = Object.assign(document.createElement("span"), { className: "error-line", id: `${control.id}-wrong`, textContent: words });
  place.append(line);
  control.setAttribute("aria-describedby", line.id);
}

function reveal(control) {
  for (let each = control.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
}
