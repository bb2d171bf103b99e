// The words of the present language: English ids, Chinese from the page's catalogue.

let catalogue = null;

function words() {
  if (catalogue === null) {
    const element = document.documentElement.lang === "en" ? null : document.getElementById("words");
    catalogue = element ? JSON.parse(element.textContent || "{}") : {};
  }
  return catalogue;
}

/** Return the message in the page's language with its %(name)s places filled. */
export function t(message, params = {}) {
  const text = words()[message] ?? message;
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(params[name] ?? ""));
}

export const locale = () => document.documentElement.lang || "zh-CN";

const formats = new Map();

/** Return a formatter made once: making one costs a thousand times what using it does. */
function formatter(make, lang, options) {
  const key = lang + JSON.stringify(options);
  return formats.get(key) ?? formats.set(key, new make(lang, options)).get(key);
}

/** Return a figure with thousands separators and a true minus; null is a dash. */
export function number(value, digits) {
  if (value === null || value === undefined) return "—";
  const options = digits === undefined ? { maximumFractionDigits: 2 } : { maximumFractionDigits: digits };
  return formatter(Intl.NumberFormat, "en-US", options).format(value).replace("-", "−");
}

/** Return a change with its sign: +96, −50, 0. */
export function signed(value) {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** Return an ISO instant as local HH:MM. */
export function clock(iso, options = { hour: "2-digit", minute: "2-digit" }) {
  const format = { ...options, hourCycle: "h23", timeZone: "Asia/Shanghai" };
  return formatter(Intl.DateTimeFormat, "en-GB", format).format(new Date(iso));
}

/** Return an ISO instant as local month, day and time: 11-28 21:38. */
export const moment = (iso) =>
  clock(iso, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).replace(/^(\d+)\/(\d+), /, "$2-$1 ");

const LONG = 100; // hours; from there on a clock says less than days do

/** Return a span of milliseconds as h:mm, a long one in days; without its sign. */
export function hours(span) {
  const minutes = Math.floor(Math.abs(span) / 60_000);
  const whole = Math.floor(minutes / 60);
  if (whole >= LONG) return t("%(n)s days", { n: number(Math.floor(whole / 24)) });
  return `${whole}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Return how long ago in words, from two instants in milliseconds. */
export function ago(then, now) {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 60) return t("%(n)s s ago", { n: seconds });
  if (seconds < 3600) return t("%(n)s min ago", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return t("%(n)s h ago", { n: Math.floor(seconds / 3600) });
  return t("%(n)s d ago", { n: Math.floor(seconds / 86400) });
}
