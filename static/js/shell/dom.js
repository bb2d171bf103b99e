// Small hands for the document. Text of people goes in as text, never as markup.

/** Make an element: el("p", {class: "muted"}, "text", child). */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

export const icon = (name) =>
  svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `/static/vendor/icons.svg#${name}` }));

/** Let the browser draw and answer the person before going on. */
export const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => { setTimeout(done); });

/** Run `fn` at most once in `ms`, at the end of the pause. */
export function settle(fn, ms) {
  let timer = null;
  return (...args) => {
    if (timer !== null) return;
    timer = setTimeout(() => { timer = null; fn(...args); }, ms);
  };
}

/** Run the slow `work()` soon after it is asked for, never twice at once, and never so often
 * that it takes more than a third of the time: a busy server is not asked harder. */
export function paced(work, { soon = 200, least = 1000 } = {}) {
  let [timer, busy, again, next] = [null, false, false, 0];
  const run = async () => {
    timer = null;
    busy = true;
    const began = performance.now();
    try {
      await work();
    } finally {
      const took = performance.now() - began;
      next = performance.now() + Math.max(least, 2 * took) - soon;
      busy = false;
      if (again) { again = false; ask(); }
    }
  };
  const ask = () => {
    if (busy) { again = true; return; }
    timer ??= setTimeout(run, Math.max(soon, next - performance.now()));
  };
  return ask;
}

/**
 * Answers may come in another order than they were asked for. `const stands = inTurn()` gives, at
 * each question, what says of its answer whether none that was asked for later has come before it.
 */
export function inTurn() {
  let [asked, come] = [0, 0];
  return () => {
    const turn = ++asked;
    return () => {
      if (turn < come) return false;
      come = turn;
      return true;
    };
  };
}

/** Say something to a screen reader, politely and not more often than every ten seconds. */
let lastSaid = -10000;
export function say(text, { urgent = false } = {}) {
  const now = performance.now();
  if (!urgent && now - lastSaid < 10000) return;
  lastSaid = now;
  const region = document.getElementById(urgent ? "alert" : "polite");
  if (region) region.textContent = text;
}

export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

/** Show a short message that goes away by itself. */
export function toast(text) {
  const box = el("p", { class: "toast", role: "alert" }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), 8000);
}
