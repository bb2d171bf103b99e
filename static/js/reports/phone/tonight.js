// 今夜: what is due, in the order of urgency, then beds and stock, then the outbox.
import { counts } from "../../outbox/state.js";
import { el, icon } from "../../shell/dom.js";
import { clock, hours, number, t } from "../../shell/words.js";
import { lineOf, roundTitle, withdrawnOf } from "../offline.js";
import { facts, now, told } from "./facts.js";
import { progress } from "./figures.js";
import { coming, rounds } from "./rounds.js";
import { views } from "./views.js";

const IN = new Set(["accepted", "received", "resent", "two_versions"]);

/** Return time left until an instant as h:mm, with a minus once it is over. */
export function left(until) {
  const span = Date.parse(until) - now();
  return `${span < 0 ? "−" : ""}${hours(span)}`;
}

function day(instant) {
  const [date, month] = clock(instant, { day: "2-digit", month: "2-digit" }).split("/");
  const today = clock(now(), { day: "2-digit", month: "2-digit" });
  return `${today === `${date}/${month}` ? "" : `${month}-${date} `}${clock(instant)}`;
}

/** Return the page of a round's form. */
export const formOf = (round) => `/phone/report?round=${encodeURIComponent(round.code)}`;

const LEAVING = ["waiting", "sending", "conflict"];

/** Whether a round is answered from this phone. What was sent and came back is owed again, until what
 * was made on it is sent: the facts may be older than that. What was withdrawn answers nothing. */
function answered(round, saved) {
  const gone = withdrawnOf([round]);
  const sent = (each) => each.state === "sent" && !gone.has(each.id) && (round.standing !== "returned" || each.base === round.report?.id);
  return saved.some((each) => LEAVING.includes(each.state) || sent(each));
}

/** Return what is still to be filed: not with the county, and not already in the outbox. */
function toFile(rounds, items) {
  const { disaster, area } = facts();
  const saved = (round) => items.filter(({ line }) => line === lineOf({ disaster: disaster.id, area: area.code, round: round.code }));
  return rounds.filter((each) => !IN.has(each.standing) && !answered(each, saved(each)));
}

function dueRow(round, drafts) {
  const late = round.due && Date.parse(round.due) < now();
  const { form, disaster, area } = facts();
  const draft = drafts.find((each) => each.key === lineOf({ disaster: disaster.id, area: area.code, round: round.code }));
  const done = draft && progress(form.fields, draft.entries);
  const words = done ? t("Go on: %(n)s of %(m)s filled", { n: done.filled, m: done.of }) : t("Fill it in");
  return el("div", { class: "due", "data-round": round.code },
    el("div", { class: "due-line" }, el("span", { class: `shape ${late ? "act" : "ring"}` }),
      el("div", {}, el("p", { class: "name" }, roundTitle(round)),
        el("p", { class: "muted" }, [
          round.due && t("due %(at)s", { at: day(round.due) }), round.daily && t("24-hour zero report"),
          round.standing === "returned" && t("sent back: correct it"),
        ].filter(Boolean).join(" · "))),
      round.due && el("strong", { class: late ? "left act" : "left", "data-left": round.due }, left(round.due))),
    round.returned && el("p", { class: "said act" }, round.returned),
    el("a", { class: "button primary", href: formOf(round), "data-go": true }, words));
}

function later(round) {
  return el("div", { class: "due" }, el("div", { class: "due-line" }, el("span", { class: "shape none" }),
    el("div", {}, el("p", { class: "name" }, roundTitle(round)),
      el("p", { class: "muted" }, t("figures of %(as_of)s, due %(at)s", { as_of: day(round.as_of), at: day(round.due) }))),
    el("strong", { class: "left", "data-left": round.due }, left(round.due))));
}

function due(items, drafts) {
  const known = rounds();
  const open = toFile(known, items);
  const current = known[0];
  const rows = open.map((each) => dueRow(each, drafts));
  const again = open.includes(current) ? null : el("div", { class: "due", "data-round": current.code }, el("p", { class: "state ok" }, t("%(round)s is filed", { round: roundTitle(current) })),
    el("a", { class: "button", href: formOf(current), "data-go": true }, t("Correct or add")));
  const next = coming();
  if (next) rows.push(later(next));
  return el("section", {}, head(t("Due now"), rows.length > 1 ? t("the latest first") : ""), el("div", { class: "card" }, again, rows));
}

const head = (title, note) => el("div", { class: "section-head" }, el("h2", {}, title), el("small", {}, note));

const SERVING = ["open", "full"];
const STATES = { ok: "ok", watch: "watch", act: "act" };

function shelters(all, at) {
  const open = all.filter((each) => SERVING.includes(each.state) || each.people > 0);
  const people = open.reduce((sum, each) => sum + each.people, 0);
  const free = open.filter((each) => each.state === "open").reduce((sum, each) => sum + each.free, 0);
  const note = open.length ? t("room for %(n)s · as of %(at)s", { n: number(free), at }) : t("as of %(at)s", { at });
  const rows = open.map((each) => el("div", { class: "bed" }, el("span", {}, each.name),
    el("progress", { class: STATES[each.band] ?? "", max: each.capacity || 1, value: Math.min(each.people, each.capacity || 1), "aria-label": each.name }),
    el("span", { class: "num" }, number(each.people), el("small", {}, `/${number(each.capacity)}`))));
  return el("section", {}, head(t("In shelters %(n)s", { n: number(people) }), note),
    el("div", { class: "card beds" }, rows.length ? rows : el("p", { class: "muted" }, t("No shelter is open here."))));
}

function stock(all, at) {
  return el("section", {}, head(t("Stock"), t("as of %(at)s", { at })),
    el("div", { class: "card stock" }, all.map((each) => el("div", {}, el("span", {}, each.name),
      el("strong", {}, number(each.free), el("small", { class: "unit" }, each.unit))))));
}

function outbox(items) {
  const { sent, waiting, yours } = counts(items);
  const part = (shape, words, n) => el("span", { class: `state ${shape}` }, words, " ", el("strong", {}, number(n)));
  return el("a", { class: "card outbox-line", href: "/phone/outbox", "data-go": true },
    part("ok", t("received"), sent), part("ring", t("on this phone only"), waiting), part("watch", t("up to you"), yours), el("span", { class: "go" }, t("Outbox")));
}

const leading = ({ path, symbol, words }) => el("a", { class: "card outbox-line", href: path, "data-go": true }, icon(symbol), words(), el("span", { class: "go" }, t("Open")));

/** Draw the first view. */
export function drawTonight(main, { items, drafts, settings }) {
  const held = facts();
  const at = held && clock(told(held.fetched_at));
  const parts = [];
  if (held?.form) parts.push(due(items, drafts));
  else parts.push(el("p", { class: "card empty" }, why(held)));
  if (held?.shelters) parts.push(shelters(held.shelters, at));
  if (held?.stock?.length) parts.push(stock(held.stock, at));
  main.replaceChildren(...parts, outbox(items), ...views.filter((each) => each.linked?.()).map(leading), settings);
}

function why(held) {
  if (!held) return t("Nothing was fetched yet on this phone. Open this page once with a network; from then on it works without.");
  if (!held.disaster) return t("There is no disaster to report on.");
  return t("You report for no township or village. The desk shows what you may see.");
}
