// The frame of the app: the bar with place and clock, the strip that says how the line stands, the
// tabs, and at the end of the first view language, colours and the way out.
import { endSession, unsent, wipe } from "../../outbox/leave.js";
import { line } from "../../outbox/send.js";
import { Full } from "../../outbox/store.js";
import { counts } from "../../outbox/state.js";
import { el, icon } from "../../shell/dom.js";
import { clock, number, t } from "../../shell/words.js";
import { roundTitle } from "../offline.js";
import { close, facts, now, owner, told } from "./facts.js";
import { left } from "./tonight.js";
import { views } from "./views.js";

const ROMAN = ["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"];
const THEMES = ["light", "dark", "night"];

function subtitle(held) {
  const { disaster } = held;
  const levels = Object.entries(disaster?.levels ?? {}).map(([ladder, level]) =>
    `${ladder === "flood" ? t("Flood and typhoon defence") : t("Disaster relief")} ${t("level %(level)s", { level: ROMAN[level] })}`);
  return [disaster?.name, ...levels].filter(Boolean).join(" · ");
}

/** Draw the bar of a view: "tonight", "report" (with its round), "outbox", or another feature's. */
export function drawBar(bar, view, asked) {
  const held = facts();
  const place = held?.area?.name ?? "";
  const other = views.find((each) => each.name === view)?.bar();
  const titles = { tonight: held?.area?.level === "village" ? t("Our village tonight") : t("Our town tonight"), outbox: t("Outbox"), report: asked ? roundTitle(asked) : t("Fill in") };
  const title = other?.title ?? (view === "outbox" ? titles.outbox : [titles[view], place].filter(Boolean).join(" · "));
  document.title = `${title} · ${t("Disaster reporting")}`;
  const below = other ? place : view === "outbox" ? [place, t("everything on this phone")].filter(Boolean).join(" · ") : held && view === "tonight" ? subtitle(held) : "";
  const side = view === "report" && asked?.due
    ? [el("strong", { "data-left": asked.due }, left(asked.due)), el("small", {}, t("due %(at)s", { at: clock(asked.due) }))]
    : [el("strong", { "data-clock": true }, clock(now()))];
  const leads = view === "report" ? { href: "/phone", words: t("‹ Tonight") } : other?.back;
  const back = leads && el("a", { class: "back", href: leads.href, "data-go": true }, leads.words);
  bar.replaceChildren(...(back ? [back] : []),
    el("div", { class: "titles" }, el("h1", {}, title), el("small", {}, below)),
    el("div", { class: "times" }, ...side, held?.disaster?.drill ? el("span", { class: "drill-mark" }, t("DRILL")) : null));
}

/** Return what the strip says: the worst that is true. */
function standing(trouble) {
  if (trouble instanceof Full) return ["act", t("This phone is full. What you typed is still here on the screen, but not saved: free some space, then type on.")];
  if (trouble) return ["act", t("This browser keeps nothing here. Use the ordinary form, it needs a network.")];
  if (line.state === "sign_in") return ["watch", t("Sign in again to send. Nothing is lost.")];
  if (line.state === "down") return ["watch", t("No network. What you save stays on this phone and goes by itself.")];
  if (line.state === "up") return ["ok", t("Connected, the county answered %(at)s", { at: clock(told(line.heard)) })];
  return ["ring", t("Looking for the county")];
}

/** Draw the strip. */
export function drawStrip(strip, { items, trouble, last }) {
  const [shape, words] = standing(trouble);
  const { waiting, yours } = counts(items);
  const way = trouble && !(trouble instanceof Full) ? el("a", { href: "/reports/new" }, t("Ordinary form"))
    : line.state === "sign_in" ? el("a", { href: `/sign-in?next=${encodeURIComponent(location.pathname)}` }, t("Sign in")) : null;
  const said = [waiting && t("to send %(n)s", { n: waiting }), yours && t("up to you %(n)s", { n: yours })].filter(Boolean).join(" · ");
  strip.className = `app-strip ${shape}`;
  strip.replaceChildren(el("span", { class: `state ${shape}` }, words), way ?? el("a", { href: "/phone/outbox", "data-go": true }, said || (last ? t("last receipt %(at)s", { at: clock(told(last)) }) : t("Outbox"))));
}

/** Draw the tabs. */
export function drawTabs(tabs, view, items) {
  const { waiting, yours } = counts(items);
  const tab = (name, href, symbol, words, n) => el("a", { href, "data-go": true, "aria-current": view === name ? "page" : null },
    icon(symbol), el("span", {}, words), n ? el("span", { class: "badge" }, number(n), el("span", { class: "sr" }, " ", t("still open"))) : null);
  tabs.setAttribute("aria-label", t("Main"));
  const others = views.filter((each) => each.offered()).map((each) => tab(each.name, each.path, each.symbol, each.words(), 0));
  tabs.replaceChildren(tab("tonight", "/phone", "moon", t("Tonight"), 0), tab("report", "/phone/report", "clipboard-list", t("Fill in"), 0),
    ...others, tab("outbox", "/phone/outbox", "inbox", t("Outbox"), waiting + yours));
}

const keep = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; location.reload(); };

/** Return the last card: area, language, colours, what the phone promises, the way out. */
export function settings({ persisted, choose }) {
  const theme = document.documentElement.dataset.theme;
  const english = document.documentElement.lang === "en";
  const held = facts();
  const areas = held?.areas.length > 1 ? el("label", {}, t("Area"), el("select", { onchange: (event) => choose(event.target.value) },
    held.areas.map((each) => el("option", { value: each.code, selected: each.code === held.area?.code }, each.name)))) : null;
  const disasters = held?.disasters?.length > 1 ? el("label", {}, t("Disaster"), el("select", { id: "which-disaster", onchange: (event) => choose(undefined, event.target.value) },
    held.disasters.map((each) => el("option", { value: each.id, selected: each.id === held.disaster?.id }, each.name)))) : null;
  const words = { light: t("Light"), dark: t("Dark"), night: t("Night") };
  return el("section", { class: "card settings" }, disasters, areas,
    el("p", { class: "muted" }, persisted ? t("The browser has promised to keep what lies here.") : t("The browser has not promised to keep what lies here for long: send it soon, or install the app.")),
    el("div", { class: "choices" },
      el("button", { type: "button", class: "button", lang: english ? "zh" : "en", onclick: () => keep("lang", english ? "zh" : "en") }, english ? "中文" : "English"),
      el("button", { type: "button", class: "button", onclick: () => keep("theme", THEMES[(THEMES.indexOf(theme) + 1) % 3]) }, words[theme]),
      el("a", { class: "button", href: "/desk" }, t("The desk")),
      el("button", { type: "button", class: asked ? "button danger" : "button", id: "sign-out", onclick: (event) => leave(event.target) }, asked ? lost(asked) : t("Sign out"))));
}

let asked = 0; // how many were said to be lost; the card is drawn again in the meantime

const lost = (n) => t("%(n)s not received yet would be deleted. Sign out all the same", { n });

/** Sign out: first say what would be lost; then wipe, and end the session where there is a line. */
async function leave(button) {
  const open = await unsent(owner());
  if (open > asked) {
    asked = open;
    button.classList.add("danger");
    button.textContent = lost(open);
    return;
  }
  close();
  const who = owner();
  await wipe(who);
  await endSession(who);
  location.href = "/sign-in";
}
