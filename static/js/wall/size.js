// How large type must be to be read from where people stand: twenty minutes of arc for Chinese,
// worked out from the screen's diagonal and the distance; and how bright, for a room at night.

const ARC = Math.tan((20 / 60) * (Math.PI / 180));
const KEY = "wall";
const FIRST = { inches: 75, metres: 5, bright: 100 };
let chosen = FIRST;
let fields = null;

/** Return the pixels that twenty minutes of arc take. */
export function readable({ inches, metres }, { width, height }) {
  const across = (inches * 25.4 * width) / Math.hypot(width, height); // millimetres
  return (metres * 1000 * ARC * width) / across;
}

function apply() {
  const root = document.documentElement;
  const text = readable(chosen, screen);
  const most = innerHeight / 26; // seven numbers must fit on it
  root.style.setProperty("--wall-text", `${Math.round(Math.max(11, Math.min(text, most)))}px`);
  root.style.setProperty("--bright", String(chosen.bright / 100));
  dispatchEvent(new Event("wall-size"));
}

function keep(changes) {
  chosen = { ...chosen, ...changes };
  try { localStorage.setItem(KEY, JSON.stringify(chosen)); } catch { /* a wall that keeps nothing is still a wall */ }
  for (const [name, value] of Object.entries(chosen)) if (fields?.elements[name]) fields.elements[name].value = value;
  apply();
}

/** Make it brighter or darker by so many per cent. */
export const brighter = (by) => keep({ bright: Math.max(30, Math.min(100, chosen.bright + by)) });

/** Read what was set up here before, or what the address says, and follow the form. */
export function setUp(form) {
  fields = form;
  let before = {};
  try { before = JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { /* nothing was kept */ }
  const address = new URLSearchParams(location.search);
  const given = Object.fromEntries(["inches", "metres"].filter((name) => Number(address.get(name)) > 0).map((name) => [name, Number(address.get(name))]));
  keep({ ...FIRST, ...before, ...given });
  form.addEventListener("input", ({ target }) => { if (Number(target.value) > 0) keep({ [target.name]: Number(target.value) }); });
  addEventListener("resize", apply);
}
