// The clock of the disaster (drill time in a drill) and the countdowns that hang on it.
import { clock, hours, t } from "./words.js";

/** Return a function that tells the disaster's time in milliseconds. */
export function disasterClock(element = document.getElementById("clock")) {
  if (!element) return () => Date.now();
  let base = Date.parse(element.dataset.now);
  let speed = element.dataset.paused === "1" ? 0 : Number(element.dataset.speed || 1);
  let started = performance.now();
  element.addEventListener("set-clock", (event) => {
    base = event.detail.now;
    speed = event.detail.speed;
    started = performance.now();
  });
  return () => base + (performance.now() - started) * speed;
}

/** A drill's clock was set, paused or sped up: ask for it and keep in step. */
export async function resetClock() {
  const answer = await fetch(`/desk/clock${location.search}`).catch(() => null);
  if (!answer?.ok) return;
  const { now, speed } = await answer.json();
  document.getElementById("clock")?.dispatchEvent(new CustomEvent("set-clock", { detail: { now: Date.parse(now), speed } }));
}

/** Return a span of time as −h:mm before an instant, +h:mm after it. */
export const span = (milliseconds) => `${milliseconds < 0 ? "−" : "+"}${hours(milliseconds)}`;

/** Keep the top bar's clock and countdowns going. */
export function initClock(now) {
  const time = document.getElementById("clock-time");
  if (!time) return;
  const day = document.getElementById("clock-day");
  const drill = document.querySelector(".topbar .drill-mark") !== null;
  const tick = () => {
    const moment = now();
    time.textContent = clock(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const [date, month] = clock(moment, { day: "2-digit", month: "2-digit" }).split("/");
    day.textContent = `${month}-${date} ${drill ? t("drill clock") : t("Beijing time")}`;
    for (const each of document.querySelectorAll("[data-until]")) {
      const left = moment - Date.parse(each.dataset.until);
      each.textContent = span(left);
      each.classList.toggle("watch", left < 0 && left > -4 * 3600000);
    }
  };
  tick();
  setInterval(tick, 1000);
}
