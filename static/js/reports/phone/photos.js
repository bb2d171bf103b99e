// The photos of a round, under its form: take some, see where each one is. A photo lies on the phone
// from the moment it is shown here; it goes by itself, after the figures.
import { send } from "../../outbox/send.js";
import { REFUSED, SENDING, SENT, WAITING, ordered } from "../../outbox/state.js";
import { Full, all, onChange, read } from "../../outbox/store.js";
import { el, icon, say } from "../../shell/dom.js";
import { number, t } from "../../shell/words.js";
import { keepPhoto, photosOf } from "../offline.js";
import { facts } from "./facts.js";
import { Unreadable, taken, whereNow } from "./taking.js";

const SHAPES = { [SENDING]: "half", [WAITING]: "ring", [SENT]: "ok", [REFUSED]: "act" };

/** Return the section of a round's photos; it follows the outbox as long as it is on the page. */
export function photoSection({ about, owner, asked }) {
  const notes = el("p", { class: "muted", role: "status" });
  const count = el("small", {});
  const list = el("ul", { class: "photos" });
  const caption = el("input", { id: "photo-caption", maxlength: "200", autocomplete: "off" });
  const input = el("input", { type: "file", id: "take-photos", accept: "image/*", multiple: true, class: "sr" });
  const state = { about, owner, asked, notes, count, list, caption, place: Promise.resolve(null), shown: "", pictures: new Map() };
  input.addEventListener("click", () => { state.place = whereNow(owner).catch(() => null); });
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    await take(state, chosen);
  });
  const end = onChange(() => (list.isConnected ? draw(state) : stop(state, end)));
  draw(state);
  return el("section", { class: "photo-section", "aria-labelledby": "photos-title" },
    el("div", { class: "section-head" }, el("h2", { id: "photos-title" }, t("Photos")), count),
    el("div", { class: "card" },
      el("label", { class: "button take", for: "take-photos" }, icon("camera"), t("Take photos")), input, notes, list,
      el("label", { for: "photo-caption" }, t("What they show")), caption));
}

function stop(state, end) {
  end();
  for (const url of state.pictures.values()) URL.revokeObjectURL(url);
}

async function take(state, chosen) {
  const { about, owner, caption, notes } = state;
  const problems = [];
  let kept = 0;
  for (const each of chosen) {
    notes.textContent = t("Making %(name)s smaller", { name: each.name });
    try {
      const { file, original } = await taken(each, state.place);
      const known = photosOf(await all("items"), about, owner).some((one) => one.about.original === original && one.state !== REFUSED);
      if (known) { problems.push(t("%(name)s is already here: kept once.", { name: each.name })); continue; }
      await keepPhoto({ about, owner, file, original, caption: caption.value.trim() });
      kept += 1;
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

async function draw(state) {
  const found = ordered(photosOf(await all("items").catch(() => []), state.about, state.owner));
  const now = JSON.stringify(found.map((each) => [each.id, each.state, each.file.next]));
  if (now === state.shown) return;
  state.shown = now;
  state.list.replaceChildren(...await Promise.all(found.map((each) => photo(state, each))));
  state.count.textContent = wantedWords(state.asked, found);
}

/** How many are wanted, how many the county has, how many lie here. */
function wantedWords({ photos }, found) {
  const here = found.filter((each) => [WAITING, SENDING].includes(each.state)).length;
  const mine = here ? t("%(n)s on this phone only", { n: number(here) }) : "";
  if (!photos) return mine;
  const arrived = found.filter((each) => each.state === SENT && !each.receipt.same_as && each.settled_at > facts().fetched_at).length;
  return [t("%(n)s wanted, %(m)s with the county", { n: number(photos.wanted), m: number(photos.there + arrived) }), mine].filter(Boolean).join(" · ");
}

async function photo(state, item) {
  const { id, file } = item;
  if (!state.pictures.has(id)) {
    const kept = await read("files", id).catch(() => null);
    if (kept?.thumb) state.pictures.set(id, URL.createObjectURL(new Blob([kept.thumb], { type: "image/jpeg" })));
  }
  const words = { [SENT]: t("Received by the county"), [REFUSED]: t("Not taken by the county"), [SENDING]: t("Being sent"), [WAITING]: t("Waiting") }[item.state] ?? "";
  const part = [WAITING, SENDING].includes(item.state) && file.next ? ` ${Math.floor((100 * file.next) / file.size)} %` : "";
  return el("li", { "data-photo": id, "data-state": item.state },
    state.pictures.has(id) ? el("img", { src: state.pictures.get(id), alt: t("Photo"), width: 72, height: 72 }) : null,
    el("span", { class: `state ${SHAPES[item.state] ?? "none"}` }, words + part));
}
