// A report as digits for radio, satellite phone or one text message: the same as
// damage_reports/rules/spoken.py, digit for digit. It needs no page and no network.

const GROUP = 5;
const EDITION = 1;
const MINUTES = 100000;
const WHOLE = 7;
const SPOKEN = "洞幺两三四五六拐八勾";
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

const cut = (digits, size) => digits.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
const padded = (value, length) => String(value).padStart(length, "0");

function checkDigit(number, digits) {
  let state = number % 10;
  for (const digit of digits) state = Number(DAMM[state][Number(digit)]);
  return String(state);
}

function remainder(digits) {
  let rest = EDITION;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}

// A figure as text in the indicator's smallest unit: 12.5 with two decimals is "1250".
function stored(value, scale) {
  const found = /^(\d+)(?:\.(\d*))?$/.exec(String(value).trim());
  const part = (found?.[2] ?? "").replace(/0+$/, "");
  if (!found || part.length > scale) throw new RangeError("figure");
  return (found[1] + part.padEnd(scale, "0")).replace(/^0+(?=\d)/, "");
}

function figureSaid(value, scale) {
  if (value === null || value === undefined) return "9";
  const digits = stored(value, scale);
  if (digits === "0") return "0";
  const zeros = "0".repeat(scale);
  const whole = digits.length > scale && digits.endsWith(zeros)
    ? digits.slice(0, digits.length - scale) : "";
  if (whole && whole.length <= WHOLE) return `${whole.length}${whole}`;
  return `8${digits.length < 10 ? "" : "0"}${digits.length}${digits}`;
}

function header({ disaster, area, round, minute }) {
  const said = padded(disaster, 3) + area + padded(round, 2) + padded(minute, 5);
  if (!/^\d{15}$/.test(said)) throw new RangeError("header");
  return said;
}

// Return the digits of a report. `figures` is the list of relief_ops/data/report_code.json;
// a value is a number or its text, null or absent where it is not yet known.
export function encode(core, figures) {
  let payload = header(core);
  for (const { code, scale } of figures) payload += figureSaid(core.values[code], scale);
  while ((payload.length + 2) % (GROUP - 1)) payload += "0";
  payload += padded(98 - remainder(`${payload}00`), 2);
  return cut(payload, GROUP - 1)
    .map((four, place) => four + checkDigit(place + 1, four)).join("");
}

// Return the digits in the groups in which they are said.
export function groups(digits) {
  return cut(digits, GROUP);
}

// Return digits as they are said over the air: 洞幺两三四五六拐八勾.
export function aloud(digits) {
  return [...digits].map((digit) => SPOKEN[Number(digit)]).join("");
}

// Return the minute of a moment on the local clock ("2013-10-06T08:00"), round every 69 days.
export function minuteOf(local) {
  return Math.floor(Date.parse(`${local.slice(0, 16)}Z`) / 60000) % MINUTES;
}

// Return the two-hour round a moment on the local clock falls into: "20131006T0800".
export function slotOf(local) {
  const hour = Math.floor(Number(local.slice(11, 13)) / 2) * 2;
  return `${local.slice(0, 10).replaceAll("-", "")}T${padded(hour, 2)}00`;
}
