// Views of other features inside the app: each registers itself before the app starts.

export const views = [];

/** Add a view: {name, path, symbol, words() of its tab, offered() whether it has one, linked() whether
 * the first view leads to it instead,
 * bar() → {title, back: {href, words}}, isForm(), draw(main, {items, drafts, go, trouble}), and
 * `fresh` where the facts are to be fetched every minute while it is shown}. It is
 * asked to draw at every change, and leaves alone a form somebody is in. */
export const addView = (view) => views.push(view);

export const viewAt = (path) => views.find((each) => each.path === path);
