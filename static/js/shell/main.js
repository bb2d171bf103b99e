// Every page of the shell: theme, drawer, search, clock, and the live line.
import { initTheme } from "./theme.js";
import { initDrawer } from "./drawer.js";
import { initErrors } from "./errors.js";
import { initSignOut } from "./leave.js";
import { initSearch } from "./search.js";
import { disasterClock, initClock, resetClock } from "./clock.js";
import { onChange, startLive } from "../live/live.js";
import { showAge } from "../live/age.js";

initTheme();
initDrawer();
initSearch();
export const now = disasterClock();
initClock(now);
initErrors();
initSignOut();
for (const picker of document.querySelectorAll("details.picker")) {
  picker.addEventListener("toggle", () => {
    if (!picker.open) return;
    const list = picker.querySelector(".picker-list");
    const place = picker.getBoundingClientRect();
    if (innerWidth > 767 && !list.classList.contains("end")) list.style.setProperty("left", `${place.left}px`);
  });
}
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.picker[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
if (document.body.dataset.live) {
  const live = startLive(JSON.parse(document.body.dataset.live));
  showAge(live);
  onChange("drill.", () => resetClock());
}
