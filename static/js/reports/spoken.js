// A report as digits for radio, satellite phone or one text message: the same as
// damage_reports/rules/spoken.py, digit for digit. It needs no page and no network.

const GROUP = 5;
const BLOCK = 10;
const EDITION = 2;
const MINUTES = 10000;
const HEADER = 14;
const CHECK = 2;
const WHOLE = 7;
const BROKEN = 8;
const LARGEST = 10n ** 18n;
const SPOKEN = "洞幺两三四五六拐八勾";
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

const cut = (digits, size) => digits.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
const padded = (value, length) => String(value).padStart(length, "0");
const room = (size) => size - Math.ceil(size / BLOCK) - HEADER - CHECK;

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

// A figure in the indicator's smallest unit: 12.5 with two decimals is 1250n; null as it is.
function stored(value, scale) {
  if (value === null || value === undefined) return null;
  const found = /^(\d+)(?:\.(\d*))?$/.exec(String(value).trim());
  const part = (found?.[2] ?? "").replace(/0+$/, "");
  if (!found || part.length > scale) throw new RangeError("figure");
  return BigInt(found[1] + part.padEnd(scale, "0"));
}

// The shapes of a figure: not yet known, nought, whole, broken, anything longer.
function shapes({ scale, weights }) {
  const unit = 10n ** BigInt(scale);
  const long = (count, by) => Array.from({ length: count }, (_, n) => [10n ** BigInt(n), 9n * 10n ** BigInt(n), by]);
  const told = [[0n, 1n, 0n], [0n, 1n, unit], ...long(WHOLE, unit), ...(scale ? long(BROKEN, 1n) : []), [0n, LARGEST, 1n]];
  let before = 0n;
  return told.map(([low, size, by], place) => {
    const weight = BigInt(weights[place]);
    before += weight;
    return { low, size, unit: by, before: before - weight, weight };
  });
}

function holds({ low, size, unit }, figure) {
  if (figure === null || unit === 0n) return figure === null && unit === 0n;
  const count = figure / unit;
  return figure % unit === 0n && count >= low && count < low + size;
}

// The figures as one number, the first at its end.
function numberOf(values, figures) {
  let number = 0n;
  for (const each of [...figures].reverse()) {
    const figure = stored(values[each.code], each.scale);
    const shape = shapes(each).find((one) => holds(one, figure));
    if (!shape) throw new RangeError("figure");
    if (figure !== null) number = number * shape.size + figure / shape.unit - shape.low;
    number = (number / shape.weight) * 100n + shape.before + (number % shape.weight);
  }
  return String(number);
}

function header({ disaster, area, round, minute }) {
  const said = padded(disaster, 3) + area + padded(round, 2) + padded(minute, 4);
  if (!/^\d{14}$/.test(said)) throw new RangeError("header");
  return said;
}

// Whether a list of figures is of this edition; a device may still keep an older one.
export function isCurrent(figures) {
  return figures.every(({ weights }) => weights);
}

// Return the digits of a report. `figures` is the list of relief_ops/data/report_code.json;
// a value is a number or its text, null or absent where it is not yet known.
export function encode(core, figures) {
  const told = numberOf(core.values, figures);
  let size = GROUP;
  while (room(size) < told.length) size += GROUP;
  let payload = header(core) + padded(told, room(size));
  payload += padded(98 - remainder(`${payload}00`), 2);
  return cut(payload, BLOCK - 1)
    .map((nine, place) => nine + checkDigit(place + 1, nine)).join("");
}

// Return the digits in the groups in which they are said.
export function groups(digits) {
  return cut(digits, GROUP);
}

// Return digits as they are said over the air: 洞幺两三四五六拐八勾.
export function aloud(digits) {
  return [...digits].map((digit) => SPOKEN[Number(digit)]).join("");
}

// Return the minute of a moment on the local clock ("2013-10-06T08:00"), round every 10,000.
export function minuteOf(local) {
  return Math.floor(Date.parse(`${local.slice(0, 16)}Z`) / 60000) % MINUTES;
}

// Return the two-hour round a moment on the local clock falls into: "20131006T0800".
export function slotOf(local) {
  const hour = Math.floor(Number(local.slice(11, 13)) / 2) * 2;
  return `${local.slice(0, 10).replaceAll("-", "")}T${padded(hour, 2)}00`;
}
