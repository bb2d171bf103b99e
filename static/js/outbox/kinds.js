// What features send through the outbox. The outbox knows no feature; each registers its kind in
// js/<package>/offline.js: {title(item), personal, compare(item), resolve(item, choices), correct(item),
// label(field), value(field, value) in words, mayChoose(item, field) one's own version, page(draft), standing(item) of one that was refused,
// since(item): what became of one that was received}.

const kinds = new Map();

/** Tell the outbox about a kind of thing. */
export const register = (name, kind) => kinds.set(name, kind);

/** Return a kind; one that this page does not know can still be sent. */
export const kindOf = (item) => kinds.get(item.kind) ?? {};
