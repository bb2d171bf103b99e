// The right drawer: filled by htmx, opened by a click, closed by Esc, focus given back.
import { t } from "./words.js";
import { el } from "./dom.js";

let opener = null;
let openerOf = ""; // the same thing after its place was drawn again
const drawer = () => document.getElementById("drawer");

/** Fetch a panel into the drawer and open it; of a whole page only its content is taken. */
export async function openDrawer(url, { focus = true, page = false, title = "" } = {}) {
  const box = drawer();
  if (box.hidden) remember(document.activeElement);
  show();
  box.setAttribute("aria-busy", "true");
  box.dataset.url = url;
  try {
    await window.htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", ...(page ? { select: "#content .page" } : {}) });
    if (page) box.prepend(head(url, title));
    box.dataset.page = page;
  } finally {
    box.removeAttribute("aria-busy");
  }
  if (focus) box.focus({ preventScroll: true });
}

function remember(element) {
  opener = element;
  const code = element?.closest?.("[data-code]")?.dataset.code;
  openerOf = code ? `#content [data-code="${CSS.escape(code)}"]` : "";
}

/** Give the focus back to what opened the drawer, to the same thing drawn anew, or to the content. */
function giveBack() {
  const again = openerOf && [...document.querySelectorAll(`${openerOf} button, button${openerOf}`)].find((each) => each.offsetParent);
  const found = opener?.isConnected && opener !== document.body ? opener : again || document.getElementById("content");
  found?.focus({ preventScroll: true });
}

const head = (url, title) => el("div", { class: "head" }, el("h2", {}, title), el("a", { class: "button small", href: url }, t("Open as a page")),
  el("button", { class: "button small", type: "button", "data-close": true }, t("Close")));

/** Fetch the open panel again without moving the focus or the scroll. */
export function refreshDrawer() {
  const box = drawer();
  if (box.hidden || !box.dataset.url || box.dataset.page === "true" || box.matches(":hover, :focus-within")) return;
  const top = box.scrollTop;
  window.htmx.ajax("GET", box.dataset.url, { target: "#drawer", swap: "innerHTML" })
    .then(() => { box.scrollTop = top; });
}

function show() {
  drawer().hidden = false;
  document.body.classList.add("has-drawer");
  window.dispatchEvent(new CustomEvent("drawer"));
}

/** Close the drawer and give the focus back to what opened it. */
export function closeDrawer() {
  const box = drawer();
  if (box.hidden) return;
  box.hidden = true;
  delete box.dataset.url;
  document.body.classList.remove("has-drawer");
  window.dispatchEvent(new CustomEvent("drawer"));
  giveBack();
}

/** Watch for Esc, close buttons and panels that arrive. */
export function initDrawer() {
  const box = drawer();
  if (!box) return;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) closeDrawer();
  });
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) closeDrawer();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === box) show();
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.body.addEventListener(name, (event) => {
      if (event.detail.target !== box) return;
      show();
      box.replaceChildren(el("div", { class: "error-state", role: "alert" },
        el("strong", {}, t("This could not be loaded.")),
        el("button", { class: "button", type: "button", "data-close": true }, t("Close"))));
    });
  }
}
