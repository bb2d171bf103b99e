// The validation rules of the form, evaluated from the same corpus as the server's
// (relief_ops/data/validation_rules.json). Figures are numbers or null; null is silent.

const HUNDRED = 100;
const whole = (value) => Math.round(Number(value) * HUNDRED);
const isKnown = (value) => value !== null && value !== undefined && value !== "";

// Sums are taken in hundredths, so that 0.1 + 0.2 is 0.3 as on paper.
function total(codes, report) {
  let sum = 0;
  for (const code of codes) {
    const value = code.startsWith("@") ? report.context[code.slice(1)] : report.values[code];
    if (!isKnown(value)) return null;
    sum += whole(value);
  }
  return sum;
}

function finding(rule, left, right, params) {
  return {
    rule: rule.id,
    severity: rule.severity,
    field: left[0],
    message: rule.message,
    params: { left: left.join("+"), right: right.join("+"), ...params },
  };
}

function compare(rule, report, breaks) {
  const found = [];
  for (const each of rule.checks) {
    const left = total(each.left, report);
    const right = total(each.right, report);
    if (left === null || right === null || !breaks(each, left, right)) continue;
    found.push(finding(rule, each.left, each.right, {
      left_value: left / HUNDRED, right_value: right / HUNDRED, factor: each.factor ?? 1,
    }));
  }
  return found;
}

// Compare figures with rosters; in the final report one that is not given is held to be 0.
function listed(rule, report) {
  const found = [];
  for (const each of rule.checks) {
    const left = total(each.left, report);
    const right = total(each.right, report);
    if (right === null || left === right || (left === null && !(rule.when && right))) continue;
    const told = finding(rule, each.left, each.right, {
      left_value: left === null ? null : left / HUNDRED, right_value: right / HUNDRED,
    });
    found.push(left === null ? { ...told, message: rule.absent } : told);
  }
  return found;
}

const given = (value) => (isKnown(value) ? Number(value) : null);
const hundredths = (value) => (isKnown(value) ? whole(value) : null);
const firstKnown = (...values) => values.find(isKnown) ?? null;

function changed(rule, codes, { now, before, breaks }) {
  return codes
    .filter((code) => breaks(hundredths(now(code)), hundredths(before(code))))
    .map((code) => finding(rule, [code], [code], {
      left_value: given(now(code)), right_value: given(before(code)), percent: rule.percent ?? null,
    }));
}

// Hold figures against what was last known of each, however many reports ago.
function noFall(rule, { values, previous, base, known }) {
  return changed(rule, rule.fields, {
    now: (code) => values[code],
    before: (code) => firstKnown(base?.[code], previous[code], known[code]),
    breaks: (now, before) => now !== null && before !== null && now < before,
  });
}

// Find what was above zero a report ago and is left out, or unknown, now.
function noLoss(rule, { values, previous, base }) {
  return changed(rule, rule.fields, {
    now: (code) => values[code],
    before: (code) => (base ?? previous)[code],
    breaks: (now, before) => before > 0 && now === null,
  });
}

function changeWithin(rule, { values, previous }) {
  return changed(rule, rule.fields, {
    now: (code) => values[code],
    before: (code) => previous[code],
    breaks: (now, before) =>
      now !== null && before !== null && HUNDRED * Math.abs(now - before) > rule.percent * before,
  });
}

// Compare the whole set: a figure left out is a change as well.
function unchanged(rule, { values, previous }) {
  return changed(rule, [...new Set([...Object.keys(values), ...Object.keys(previous)])], {
    now: (code) => values[code],
    before: (code) => previous[code],
    breaks: (now, before) => now !== before,
  });
}

function followUp(rule, { previous, context: { kind } }) {
  const wrong = isKnown(kind) && !rule.kinds.includes(kind);
  if (!wrong && Object.keys(previous).length > 0) return [];
  return [finding(rule, ["no_change"], [], { left_value: null })];
}

function notBefore(rule, { context: { as_of: now, last_as_of: last } }) {
  if (!isKnown(now) || !isKnown(last) || now >= last) return [];
  return [finding(rule, ["as_of"], [], { left_value: now, right_value: last })];
}

function each(rule, report, codes, breaks) {
  return codes
    .filter((code) => isKnown(report.values[code]) && breaks(Number(report.values[code])))
    .map((code) => finding(rule, [code], [], { left_value: Number(report.values[code]) }));
}

const OPERATIONS = {
  le: (rule, report) => compare(rule, report, (c, a, b) => a > b * (c.factor ?? 1)),
  eq: (rule, report) =>
    compare(rule, report, (c, a, b) => Math.abs(a - b) > whole(c.tolerance ?? 0)),
  listed,
  needs: (rule, report) => compare(rule, report, (_c, a, b) => a > 0 && b <= 0),
  not_negative: (rule, report) =>
    each(rule, report, Object.keys(report.values), (value) => value < 0),
  only_if: (rule, report) => each(rule, report, rule.fields, (value) => value !== 0),
  no_fall: noFall,
  no_loss: noLoss,
  change_within: changeWithin,
  unchanged,
  follow_up: followUp,
  not_before: notBefore,
  at_most: (rule, report) => each(rule, report, rule.fields, (value) => value > rule.most),
};

function applies(rule, context) {
  if (rule.op === "only_if") {
    return "hazard" in context && context.hazard !== rule.when.hazard;
  }
  const is = ([name, value]) => context[name] === value;
  if (Object.entries(rule.unless ?? {}).some(is)) return false;
  return Object.entries(rule.when ?? {}).every(is);
}

// Return every rule the report breaks. `corpus` is the list of rules; `previous` the area's last
// report of another round, `base` the one this corrects, `known` the last known figure of what
// neither knows; a soft rule is quiet once `reasons` explains its field.
export function check(corpus, values, { previous, base, known, reasons, context } = {}) {
  const facts = context ?? {};
  const report = { values, previous: previous ?? {}, base: base ?? null, known: known ?? {}, context: facts };
  const explained = (code) => (reasons?.[code] ?? "").trim() !== "";
  return corpus
    .filter((rule) => applies(rule, facts))
    .flatMap((rule) => OPERATIONS[rule.op](rule, report))
    .filter((found) => found.severity === "error" || !explained(found.field));
}

// The findings with which a report is refused.
export function blocking(findings) {
  return findings.filter((found) => found.severity !== "warning");
}

// Return the finding as a sentence; `say(message, params)` translates and fills in.
export function said(found, names, say) {
  const params = { ...found.params };
  for (const side of ["left", "right"]) {
    params[side] = params[side].split("+").map((code) => names[code] ?? code).join(" + ");
  }
  return say(found.message, params);
}
