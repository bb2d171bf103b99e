// The wall: one question at a time, chosen by a key; its numbers come every five seconds, together.
// It has nobody's data and does nothing; when nothing is heard it says so and turns grey.
import { ago, t } from "../shell/words.js";
import { drawCells, drawCounties, tick } from "./cells.js";
import { beat, mark, startMap } from "./map.js";
import { brighter, setUp } from "./size.js";

const EVERY = 5_000;
const BLIND = 15_000;
const config = JSON.parse(document.getElementById("wall-config").textContent);
const by = (id) => document.getElementById(id);
let page = config.page;
let told = null; // what the server said last, and when: {…, heard}
let asking = null;

/** Return the disaster's present instant: drill time in a drill. */
const now = () => (told ? Date.parse(told.now) + (Date.now() - told.heard) * told.speed : Date.now());

function choose(next) {
  if (!next || next.id === page) return;
  page = next.id;
  const address = new URLSearchParams(location.search);
  address.set("page", page);
  history.replaceState(null, "", `${location.pathname}?${address}`);
  frame();
  ask();
}

/** Draw what does not depend on numbers: the question, the keys, the classes of the map. */
function frame() {
  const chosen = config.pages.find(({ id }) => id === page);
  by("question").textContent = chosen.title;
  by("shares").textContent = chosen.shares;
  by("classes").replaceChildren(...chosen.legend.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  by("pages").replaceChildren(...config.pages.map((each, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = "<kbd></kbd> <span></span>";
    button.firstChild.textContent = String(place + 1);
    button.lastChild.textContent = each.title;
    if (each.id === page) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => choose(each));
    return button;
  }));
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const asked = page;
  const query = new URLSearchParams({ page: asked, area: config.area });
  if (config.disaster) query.set("disaster", config.disaster);
  try {
    const answer = await fetch(`/wall/figures?${query}`, {
      cache: "no-store", redirect: "manual", signal: AbortSignal.any([asking.signal, AbortSignal.timeout(BLIND)]),
    });
    if (!answer.ok) return;
    const said = await answer.json();
    if (asked !== page) return;
    told = { ...said, heard: Date.now() };
    drawCells(by("cells"), told);
    tick(by("cells"), now());
    drawCounties(by("counties"), told.areas);
    mark(told.areas);
    document.documentElement.dataset.page = page;
  } catch {
    // nothing was heard: the age goes on growing, and says so
  }
}

/** Once a second: the clock, what is left, and how old all of it is. */
function second() {
  const blind = !told || Date.now() - told.heard > BLIND;
  document.documentElement.dataset.age = blind ? "blind" : "live";
  by("age").textContent = !told ? t("connecting") : blind ? t("nothing heard for %(age)s", { age: ago(told.heard, Date.now()) }) : t("data %(age)s", { age: ago(told.heard, Date.now()) });
  const shown = new Date(now());
  const said = (options) => new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: "Asia/Shanghai", hourCycle: "h23" }).format(shown);
  by("day").textContent = said({ month: "long", day: "numeric" });
  by("clock").textContent = said({ hour: "2-digit", minute: "2-digit" });
  tick(by("cells"), now());
  beat();
}

addEventListener("keydown", (event) => {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = config.pages.findIndex(({ id }) => id === page);
  const count = config.pages.length;
  if (/^[1-9]$/.test(event.key)) choose(config.pages[Number(event.key) - 1]);
  else if (event.key === "ArrowRight") choose(config.pages[(place + 1) % count]);
  else if (event.key === "ArrowLeft") choose(config.pages[(place + count - 1) % count]);
  else if (event.key === "+" || event.key === "=") brighter(5);
  else if (event.key === "-") brighter(-5);
  else if (event.key === "f") { if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen(); }
});
by("setup").addEventListener("click", () => by("sizes").showModal());

setUp(by("sizes").querySelector("form"));
frame();
startMap(by("map"), config);
ask();
second();
setInterval(ask, EVERY);
setInterval(second, 1_000);
