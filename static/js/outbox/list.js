// The screen of the outbox: every item with its one honest state, and what can be done next.
import { el, pause } from "../shell/dom.js";
import { moment, number, t } from "../shell/words.js";
import { contentOf } from "./keep.js";
import { kindOf } from "./kinds.js";
import { line, send } from "./send.js";
import { CONFLICT, REFUSED, REPLACED, SENDING, SENT, WAITING, firstChoices, ordered } from "./state.js";

const SHAPES = { [CONFLICT]: "watch", [SENDING]: "half", [WAITING]: "ring", [REFUSED]: "act", [SENT]: "ok", [REPLACED]: "none" };
const chosen = new Map(); // what was picked so far, while a card is drawn again
const unfolded = new Map(); // the other ways that are open, while a row is drawn again
const opened = new Map(); // what was unlocked to be looked at, until it is hidden again

function word(item) {
  return {
    [CONFLICT]: t("You decide"), [SENDING]: t("Being sent"), [WAITING]: t("Waiting"),
    [REFUSED]: t("Not taken by the county"), [SENT]: t("Received by the county"), [REPLACED]: t("Replaced"),
  }[item.state];
}

/** Return the number a person can quote for a receipt. */
export const receiptNumber = (receipt) =>
  `${receipt.body_sha256.slice(0, 4).toUpperCase()}-${String(receipt.seq).padStart(4, "0")}`;

function reason(item) {
  const known = {
    earlier_refused: () => t("The one before it was not taken. Correct that one first, or this one."),
    altered: () => t("Something else than what was sent has arrived. Send it again."),
    wiped: () => t("Its content was wiped when somebody signed out."),
  };
  const { code, detail, errors = [] } = item.problem ?? {};
  const gone = code !== "wiped" && !readable(item) && t("Its content is no longer on this phone.");
  return known[code]?.() ?? [detail, ...errors.map((each) => each.message), kindOf(item).standing?.(item), gone].filter(Boolean).join(" ");
}

const readable = ({ body, sealed }) => Boolean(body ?? sealed);

function waitsFor(item, owner) {
  if (item.owner !== owner) return t("saved by somebody else on this phone: it goes when they sign in");
  if (item.hold === "sign_in" || line.state === "sign_in") return t("sign in again, then it goes by itself");
  if (!item.attempts) return t("goes as soon as there is a network");
  const seconds = Math.max(0, Math.ceil((item.next_try - Date.now()) / 1000));
  return t("tried %(n)s times, again in %(seconds)s s", { n: item.attempts, seconds });
}

function below(item, { owner, told }) {
  const saved = t("on this phone %(at)s", { at: moment(told(item.created_at)) });
  if (item.state === WAITING) return [saved, waitsFor(item, owner)];
  if (item.state === SENDING) return [saved, t("no answer yet")];
  if (item.state === REFUSED) return [reason(item), readable(item) && t("all you typed is kept")];
  if (item.state === REPLACED) return [saved, t("a later one stands in its place")];
  return [kindOf(item).since?.(item), moment(told(item.receipt.received_at)), t("receipt %(number)s", { number: receiptNumber(item.receipt) }),
    item.receipt.same_as && t("it was there already: kept once")];
}

/** How far a file is, as the server said last. */
function progress({ state, file }) {
  if (!file || ![WAITING, SENDING].includes(state)) return null;
  const kb = (bytes) => number(Math.round(bytes / 1024));
  const words = t("%(n)s of %(m)s kB with the county", { n: kb(file.next ?? 0), m: kb(file.size) });
  return el("p", { class: "muted" }, el("progress", { max: file.size, value: file.next ?? 0, "aria-label": words }), " ", words);
}

/** The last resort of something that waits: by other ways than this network. */
function otherWays(item) {
  const kind = kindOf(item);
  if (item.state !== WAITING || !kind.withoutNetwork) return null;
  const place = el("div", {}, unfolded.get(item.id) ?? []);
  const open = async ({ target }) => {
    if (!target.open) { unfolded.delete(item.id); return; }
    if (unfolded.has(item.id)) return;
    const ways = await kind.withoutNetwork(item).catch(() => null);
    unfolded.set(item.id, [...(ways ?? []), el("p", { class: "muted" }, ways
      ? t("The county enters it under the same number: it is not counted twice.")
      : t("This one has no short form. Read the figures out by telephone."))]);
    place.replaceChildren(...unfolded.get(item.id));
  };
  return el("details", { class: "other-ways", open: unfolded.has(item.id), ontoggle: open },
    el("summary", {}, t("It never gets through? Text message or telephone")), place);
}

function row(item, here) {
  const { go } = here;
  const kind = kindOf(item);
  const act = item.state === REFUSED && kind.correct && readable(item)
    ? el("button", { type: "button", class: "button", onclick: async () => go(await kind.correct(item)) }, t("Correct it")) : null;
  return el("li", { class: "item", "data-state": item.state, "data-id": item.id },
    el("span", { class: `shape ${SHAPES[item.state]}` }),
    el("div", {}, el("p", {}, el("strong", { class: `word ${item.state}` }, word(item)), " ", kind.title?.(item) ?? item.kind,
      kind.detail ? el("small", {}, " · ", kind.detail(item)) : null),
    el("p", { class: "muted" }, below(item, here).filter(Boolean).join(" · ")), progress(item)), act, otherWays(item));
}

const figure = (value) => (value === null ? t("not yet known") : number(value));
const shown = (kind, field, value) => (kind.value ?? ((_field, each) => figure(each)))(field, value);

/** A conflict: base, theirs and mine for each line that differs; nothing is merged by itself. */
function card(item, { redraw }) {
  const kind = kindOf(item);
  const { rows, rival } = item.conflict;
  const head = el("p", {}, el("span", { class: "shape watch" }), " ", el("strong", { class: "word conflict" }, word(item)), " ", kind.title?.(item) ?? item.kind);
  if (!rows) {
    return el("section", { class: "card conflict", "data-id": item.id, "data-state": CONFLICT }, head,
      el("p", { class: "muted" }, t("Somebody else has filed the same. Both are with the county; the other one is fetched as soon as there is a network.")));
  }
  if (!chosen.has(item.id)) chosen.set(item.id, firstChoices(rows));
  const choices = chosen.get(item.id);
  const why = rival
    ? t("While you were without a network somebody else filed the same. Both versions are with the county. Choose line by line.")
    : t("While you were without a network somebody else filed a newer version. Nothing is merged by itself. Choose line by line.");
  const choose = (field, side) => { choices[field] = side; redraw(); };
  const again = async (event) => {
    event.target.disabled = true;
    await pause();
    await kind.resolve(item, choices);
    chosen.delete(item.id);
    opened.delete(item.id);
    send({ eager: true });
  };
  return el("section", { class: "card conflict", "data-id": item.id, "data-state": CONFLICT }, head,
    el("p", { class: "muted" }, why),
    el("div", { class: "versions", role: "table" }, el("div", { class: "line heads", role: "row" },
      ["", t("before"), t("the county's"), t("mine")].map((each) => el("span", { role: "columnheader" }, each))),
    rows.map((each) => versions(each, choices, choose, { ...kind, mine: opened.get(item.id), able: kind.mayChoose?.(item, each.field) ?? true }))),
    item.sealed && unlock(item, redraw),
    el("button", { type: "button", class: "button primary", onclick: again }, t("Send as chosen")),
    el("p", { class: "muted" }, t("The version not chosen is kept; the county and you can look it up.")));
}

/** What names persons is shown masked, also one's own, until one asks for it. */
function unlock(item, redraw) {
  const turn = async () => {
    if (!opened.delete(item.id)) opened.set(item.id, await contentOf(item) ?? {});
    redraw();
  };
  return el("button", { type: "button", class: "button", "aria-pressed": String(opened.has(item.id)), onclick: turn }, t("Show what I typed"));
}

function versions(each, choices, choose, kind) {
  const { name, unit } = kind.label?.(each.field) ?? { name: each.field, unit: "" };
  const pick = (side, value, able = true) => el("span", { role: "cell" }, el("button", {
    type: "button", disabled: !able, class: "button", "data-side": side, "aria-pressed": String(choices[each.field] === side), onclick: () => choose(each.field, side),
  }, shown(kind, each.field, value)));
  return el("div", { class: "line", role: "row", "data-field": each.field },
    el("span", { role: "rowheader" }, name, " ", el("small", {}, unit)),
    el("span", { role: "cell", class: "muted" }, each.base === null ? "—" : shown(kind, each.field, each.base)),
    pick("theirs", each.theirs), pick("mine", kind.mine?.[each.field] ?? each.mine, kind.able));
}

function draftRow(draft, { go, told }) {
  const kind = kindOf(draft);
  return el("li", { class: "item", "data-state": "draft" }, el("span", { class: "shape none" }),
    el("div", {}, el("p", {}, el("strong", {}, t("Draft")), " ", kind.title?.(draft) ?? draft.kind),
      el("p", { class: "muted" }, t("on this phone %(at)s, not finished", { at: moment(told(draft.saved_at)) }))),
    el("button", { type: "button", class: "button", onclick: () => go(draft.href) }, t("Go on")));
}

/** Draw the outbox. `owner` is who is here; `go` leads to another
 * view; `told` turns an instant into the one a clock of the page shows; `redraw` draws this again. */
export function drawOutbox(main, { items, drafts, redraw, ...here }) {
  const latest = ordered(items).reverse();
  const of = (...states) => latest.filter((each) => states.includes(each.state));
  const open = [...of(REFUSED), ...of(SENDING), ...of(WAITING).reverse()];
  const list = (name, rows) => rows.length && el("section", {}, el("h2", {}, name), el("ul", { class: "card items" }, rows));
  const parts = [
    ...of(CONFLICT).map((each) => card(each, { redraw })),
    list(t("To do and on the way"), open.map((each) => row(each, here))),
    list(t("Drafts"), drafts.map((each) => draftRow(each, here))),
    list(t("With the county"), of(SENT).map((each) => row(each, here))),
    list(t("Replaced"), of(REPLACED).map((each) => row(each, here))),
  ].filter(Boolean);
  main.replaceChildren(...(parts.length ? parts : [el("p", { class: "card empty" }, t("Nothing lies here. What you save appears here until the county has it, and stays to be read."))]));
}
