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

function againstPrevious(rule, report, codes, breaks) {
  const found = [];
  for (const code of codes) {
    const now = report.values[code];
    const before = report.previous[code];
    if (!isKnown(now) || !isKnown(before) || !breaks(whole(now), whole(before))) continue;
    found.push(finding(rule, [code], [code], {
      left_value: Number(now), right_value: Number(before), percent: rule.percent ?? null,
    }));
  }
  return found;
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
  no_fall: (rule, report) =>
    againstPrevious(rule, report, rule.fields, (now, before) => now < before),
  change_within: (rule, report) =>
    againstPrevious(rule, report, rule.fields, (now, before) =>
      HUNDRED * Math.abs(now - before) > rule.percent * before),
  unchanged: (rule, report) =>
    againstPrevious(rule, report, Object.keys(report.values), (now, before) => now !== before),
};

function applies(rule, context) {
  if (rule.op === "only_if") {
    return "hazard" in context && context.hazard !== rule.when.hazard;
  }
  const is = ([name, value]) => context[name] === value;
  if (Object.entries(rule.unless ?? {}).some(is)) return false;
  return Object.entries(rule.when ?? {}).every(is);
}

// Return every rule the report breaks. `corpus` is the list of rules; `previous` the area's
// last figures; a soft rule is quiet once `reasons` explains its field.
export function check(corpus, values, { previous = {}, reasons = {}, context = {} } = {}) {
  const report = { values, previous, context };
  const explained = (code) => (reasons[code] ?? "").trim() !== "";
  return corpus
    .filter((rule) => applies(rule, context))
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
