// Words on boxes in the outbox. They name nobody: what is in a box stands on its label.
import { keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { REPLACED } from "../outbox/state.js";
import { patch } from "../outbox/store.js";
import { clock, t } from "../shell/words.js";

export const KIND = "box";
export const PAGE = "/phone/boxes";
const MARK = "relief-box:";

export const STAGES = () => ({ loaded: t("loaded"), arrived: t("arrived"), damaged: t("arrived damaged"), opened: t("opened") });

/** Return {id, number, quantity, item} of what a label's code says; nothing where it is no label. */
export function labelOf(text) {
  if (!text?.toLowerCase().startsWith(MARK)) return null;
  const [hex, number, quantity, item] = text.slice(MARK.length).split(";");
  if (!/^[0-9a-f]{32}$/i.test(hex)) return null;
  const id = hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { id, number: Number(number) || 0, quantity: Number(quantity) || 0, item: item ?? "" };
}

export const mineOf = (items, owner) => items.filter((each) => each.kind === KIND && each.owner === owner && each.state !== REPLACED);

/** Put a word on a box into the outbox: {owner, box: {id, number, words}, stage, at}. */
export const keepWord = ({ owner, box, stage, at }) =>
  keep({ kind: KIND, owner, url: (id) => `/api/v1/box-scans/${id}`, line: `${KIND}:${box.id}:${stage}`,
    about: { box: box.id, number: box.number, words: box.words, stage, at }, body: () => ({ box_id: box.id, stage, at }) });

/** Settle one that is not to be sent any more. */
export const putAway = (item) => patch(item.id, { state: REPLACED });

register(KIND, {
  title: ({ about }) => `${t("Box %(number)s", { number: about.number })} · ${STAGES()[about.stage]}`,
  detail: ({ about }) => `${about.words} ${clock(about.at)}`,
});
