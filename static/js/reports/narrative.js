// What is told in words of a round, in the outbox beside the figures. Like figures it lies there as it
// is: nobody's name belongs in it.
import { contentOf, keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { put, read } from "../outbox/store.js";
import { number, t } from "../shell/words.js";
import { roundTitle } from "./offline.js";

export const NARRATIVE = "narrative";
const url = (id) => `/api/v1/narratives/${id}`;
const pageOf = ({ about }) => `/phone/report?round=${encodeURIComponent(about.round)}`;

/** Return the line of a round's text, which is also the key of its draft. */
export const textLine = ({ disaster, area, round }) => `${NARRATIVE}:${disaster}:${area}:${round}`;

/** Put a text into the outbox; its draft goes in the same step. */
export function keepText({ about, owner, base, words, replaces = null }) {
  const { disaster, area, round } = about;
  return keep({
    kind: NARRATIVE, owner, url, line: textLine(about), base, about: { ...about, letters: words.length }, replaces, draft: textLine(about),
    body: (from) => ({ disaster_id: disaster, area_code: area, round, words, base: from }),
  });
}

/** Keep the draft of a text. */
export const draftText = ({ about, owner, base, words, replaces = null }) =>
  put("drafts", textLine(about), { kind: NARRATIVE, line: textLine(about), owner, about, base, words, replaces, saved_at: Date.now() });

/** Send the text that was chosen, as a version that follows theirs. */
async function resolve(item, choices) {
  const { words } = await contentOf(item);
  const theirs = item.conflict.rows.find(({ field }) => field === "words")?.theirs ?? "";
  return keepText({ about: item.about, owner: item.owner, base: item.conflict.current.id, replaces: item.id, words: choices.words === "theirs" ? theirs : words });
}

async function correct(item) {
  const before = await read("drafts", textLine(item.about));
  if (before?.replaces === item.id) return pageOf(item); // it was begun, and newer words stand in it
  const { words: refused, base } = await contentOf(item);
  const words = [refused, before?.words].filter(Boolean).join("\n\n"); // what was written meanwhile stands below it
  await draftText({ about: item.about, owner: item.owner, base: item.problem?.code === "stale_base" ? null : base, words, replaces: item.id });
  return pageOf(item);
}

register(NARRATIVE, {
  personal: false,
  title: ({ about }) => `${t("In words")} · ${roundTitle(about.asked)} · ${about.place}`,
  detail: ({ about }) => t("%(n)s characters", { n: number(about.letters ?? 0) }),
  label: () => ({ name: t("In words"), unit: "" }),
  value: (_field, said) => said ?? "—",
  page: pageOf, correct, resolve,
});
