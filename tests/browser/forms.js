// The forms of a page: which there are, how one is sent wrong, and what the answer says of it.
const INPUT = "input:not([type=hidden]), textarea, select";
const POSTED = "form[method=post]";
const CHOSEN = ["hidden", "checkbox", "radio", "file"];
const WRITTEN = ["text", "textarea", "tel", "password"];

window.forms = {
  /** Return [place, path, whether a person fills anything in] of every form that is posted. */
  found: () => [...document.querySelectorAll(POSTED)].map((form, place) =>
    [place, new URL(form.action).pathname, [...form.elements].some((each) => each.matches(INPUT))]),

  /** Send a form with nothing, with what cannot be read, or with answers without end. */
  send([place, long]) {
    const form = document.querySelectorAll(POSTED)[place];
    form.noValidate = true;
    for (const each of form.elements) {
      if (!each.matches("input, textarea") || CHOSEN.includes(each.type)) continue;
      const words = WRITTEN.includes(each.type);
      if (!words) each.type = "text";
      each.value = long ? "x".repeat(3000) : words ? "" : "?!";
    }
    for (let each = form; each; each = each.parentElement) {
      if (each.matches("details")) each.open = true;
    }
    form.requestSubmit([...form.elements].find((each) => each.matches("button:not([type=button], [formaction])")));
  },

  /** Return what the summary of errors has, and the links of it that lead nowhere. */
  summary() {
    const box = document.querySelector(".error-summary");
    if (!box) return null;
    const aim = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const here = [...box.querySelectorAll('a[href*="#"]')].filter((each) => !each.matches("[data-back]"));
    const told = "[aria-invalid=true], fieldset, [type=hidden], main, form";
    return {
      heading: Boolean(box.querySelector("h1, h2")),
      focus: box.contains(document.activeElement),
      links: box.querySelectorAll("a").length,
      lost: here.filter((each) => !aim(each)).map((each) => each.hash),
      bare: here.filter((each) => each.hash !== "#content" && !aim(each)?.matches(told)).map((each) => each.hash),
    };
  },
};
