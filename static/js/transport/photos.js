// Pictures of the trip: the road, the goods, their handing over. Each lies on this phone from the
// moment it is shown here; it goes by itself, after what the driver said.
import { send } from "../outbox/send.js";
import { REFUSED, SENDING, SENT, WAITING, ordered } from "../outbox/state.js";
import { Full, all, read } from "../outbox/store.js";
import { Unreadable, taken, whereNow } from "../reports/phone/taking.js";
import { el, icon, say } from "../shell/dom.js";
import { number, t } from "../shell/words.js";
import { keepPhoto, photosOf, shots } from "./offline.js";

const SHAPES = { [SENDING]: "half", [WAITING]: "ring", [SENT]: "ok", [REFUSED]: "act" };

/** Return the section and what draws it anew; its buttons stay, whoever has a finger on one. */
export function photoSection() {
  const state = {
    facts: null, place: Promise.resolve(null), shown: "", pictures: new Map(),
    notes: el("p", { class: "muted", role: "status" }), count: el("small", {}), list: el("ul", { class: "photos" }),
  };
  state.kinds = el("div", { class: "photo-kinds", role: "group", "aria-labelledby": "photos-title" }, Object.entries(shots()).map(([kind, word]) => button(state, kind, word)));
  const section = el("section", { class: "photo-section", "aria-labelledby": "photos-title" },
    el("div", { class: "section-head" }, el("h2", { id: "photos-title" }, t("Photos")), state.count),
    el("div", { class: "card" }, state.kinds, state.notes, state.list));
  return { section, draw: (facts, items, ended) => draw(state, { facts, items, ended }) };
}

function button(state, kind, word) {
  const id = `photo-${kind}`;
  const input = el("input", { type: "file", id, accept: "image/*", multiple: true, class: "sr" });
  input.addEventListener("click", () => { state.place = whereNow(state.facts.user).catch(() => null); });
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    await take(state, kind, chosen);
  });
  return el("div", {}, el("label", { class: "button take", for: id }, icon("camera"), word), input);
}

/** How many a trip may have; what an older page kept does not say it. */
const most = ({ photos_most = 6 }) => photos_most;

/** How many pictures this trip has: those here, and what the county knows of an emptied phone's. */
function used({ photos = [] }, items) {
  const here = items.filter((each) => each.state !== REFUSED && !each.receipt?.same_as);
  return new Set([...photos, ...here].map(({ id }) => id)).size;
}

async function take(state, kind, chosen) {
  const { facts, notes } = state;
  const problems = [];
  let kept = 0;
  for (const each of chosen) {
    notes.textContent = t("Making %(name)s smaller", { name: each.name });
    try {
      const { file, original } = await taken(each, state.place);
      const items = photosOf(await all("items"), facts.user);
      if (items.some((one) => one.about.original === original && one.state !== REFUSED)) problems.push(t("%(name)s is already here: kept once.", { name: each.name }));
      else if (used(facts, items) >= most(facts)) problems.push(t("%(name)s was not kept: a trip has at most %(n)s photos.", { name: each.name, n: number(most(facts)) }));
      else {
        await keepPhoto({ owner: facts.user, kind, file, original });
        kept += 1;
      }
    } catch (error) {
      problems.push(why(error, each.name));
    }
  }
  notes.textContent = [kept && t("%(n)s photos are on this phone.", { n: number(kept) }), ...problems].filter(Boolean).join(" ");
  say(notes.textContent, { urgent: true });
  send({ eager: true });
}

function why(error, name) {
  if (error instanceof Full) return t("This phone is full: %(name)s was not kept. Free some space, then take it again. Everything kept before is still here.", { name });
  if (error instanceof Unreadable) return t("%(name)s cannot be read as a picture. Set the camera to JPEG, or choose another one.", { name });
  return t("%(name)s could not be kept on this phone.", { name });
}

async function draw(state, { facts, items, ended }) {
  state.facts = facts;
  const count = used(facts, items);
  state.count.textContent = t("%(n)s of %(most)s", { n: number(count), most: number(most(facts)) });
  state.kinds.hidden = ended || count >= most(facts);
  const found = ordered(items);
  const now = JSON.stringify(found.map((each) => [each.id, each.state, each.file.next, ended]));
  if (now === state.shown) return;
  state.shown = now;
  state.list.replaceChildren(...await Promise.all(found.map((each) => photo(state, each, ended))));
}

async function photo(state, item, ended) {
  const { id, about } = item;
  const what = shots()[about.kind];
  if (!state.pictures.has(id)) {
    const kept = await read("files", id).catch(() => null);
    if (kept?.thumb) state.pictures.set(id, URL.createObjectURL(new Blob([kept.thumb], { type: "image/jpeg" })));
  }
  return el("li", { "data-photo": id, "data-state": item.state },
    state.pictures.has(id) ? el("img", { src: state.pictures.get(id), alt: t("Photo: %(what)s", { what }), width: 88, height: 88 }) : null,
    el("span", {}, what), el("span", { class: `state ${shape(item, ended)}` }, standing(item, ended)));
}

/** What waits behind a link that ended waits for a person. */
const shape = ({ state }, ended) => (ended && [WAITING, SENDING].includes(state) ? "watch" : SHAPES[state] ?? "none");

/** Say where a picture is: nothing is with the county before its receipt is here. */
function standing({ state, file, problem, receipt }, ended) {
  if (state === SENT) return receipt.same_as ? t("it was there already: kept once") : t("Received by the county");
  if (state === REFUSED) return problem?.errors?.[0]?.message ?? problem?.detail ?? t("Not taken by the county");
  if (ended) return t("on this phone only: the link has ended");
  const part = file.next ? ` ${Math.floor((100 * file.next) / file.size)} %` : "";
  return (state === SENDING ? t("Being sent") : t("on this phone only")) + part;
}
