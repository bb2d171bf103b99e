// Random nights of an outbox against a server that keeps what it says: saving, sending, losing
// answers, dying, refusing. Prints one line of JSON: what went wrong, and how often each state came.
import { answered, counts, departing, next, ordered, orphaned, stranded } from "../../static/js/outbox/state.js";

const RUNS = Number(process.argv[2] ?? 10_000);
const PIECES = 3;
const result = { runs: 0, lost: 0, twice: 0, out_of_order: 0, other_bytes: 0, stuck: 0, dishonest: 0 };

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A server that stores by id, answers a repeat with the first receipt, and sometimes says no. */
function server(rnd) {
  const kept = new Map();
  const arrived = [];
  const put = (item) => {
    const known = kept.get(item.id);
    if (known) return known.body === item.body ? { status: 200, receipt: known.receipt } : { status: 409, problem: { code: "body_differs" } };
    const chance = rnd();
    if (chance < 0.08) return { status: 422, problem: { code: "invalid" } };
    if (chance < 0.16) return { status: 503, problem: { code: "busy" }, retry_after: 5 };
    if (chance < 0.2) return { status: 429, problem: { code: "rate_limited" }, retry_after: 20 };
    if (chance < 0.24) return { status: 500, problem: { code: "error" } };
    if (chance < 0.28) return { status: 412, problem: { code: "stale_base", current: { id: "x" }, fields: [] } };
    if (item.file && !item.file.done) {
      const next = item.file.next + 1;
      return { status: 200, step: { next, done: next === PIECES } };
    }
    if (chance < 0.31) return { status: 401, problem: { code: "unauthenticated" } };
    const receipt = { id: item.id, seq: arrived.length + 1, ...(rnd() < 0.05 ? { rival_of: "y" } : {}) };
    kept.set(item.id, { body: item.body, receipt });
    arrived.push(item.id);
    return { status: 201, receipt };
  };
  return { kept, arrived, put };
}

function run(seed) {
  const rnd = random(seed);
  const far = server(rnd);
  let items = [];
  let [now, order] = [0, 0];
  const patch = (id, changes) => { items = items.map((each) => (each.id === id ? { ...each, ...changes } : each)); };
  const save = () => {
    order += 1;
    const owner = rnd() < 0.9 ? "me" : "other";
    const last = items.filter((each) => each.owner === owner).at(-1);
    const after = last && rnd() < 0.2 ? last.id : null;
    items.push({ id: `i${order}`, body: `b${order}`, order, owner, after, state: "waiting", attempts: 0, next_try: 0, ...(rnd() < 0.3 ? { late: true, file: { next: 0, done: false } } : {}) });
  };
  const tidy = () => {
    for (const each of items) {
      if (each.state === "sending") patch(each.id, stranded());
      if (orphaned(each, items)) patch(each.id, { state: "refused", problem: { code: "earlier_refused" } });
    }
  };
  const attempt = (bad) => {
    tidy();
    const item = next(items, { now, owner: "me" });
    if (!item) return;
    const before = (each) => (Boolean(each.late) === Boolean(item.late) ? each.order < item.order : item.late);
    const older = items.filter((each) => each.owner === "me" && each.state === "waiting" && before(each)
      && !each.alone && !items.some((one) => one.id === each.after && ["waiting", "sending"].includes(one.state)));
    if (older.length) result.out_of_order += 1;
    patch(item.id, departing(now));
    const line = bad ? rnd() : 1;
    if (line < 0.1) return; // the browser dies before anything leaves
    const said = line < 0.25 ? null : far.put(item);
    if (line < 0.35 && line >= 0.25) return; // it dies before it hears
    const heard = line < 0.5 && line >= 0.35 ? null : said; // the answer is swallowed
    patch(item.id, answered(items.find((each) => each.id === item.id), heard, { now, chance: rnd() }));
  };
  for (let step = 0; step < 60; step += 1) {
    if (rnd() < 0.35) save(); else attempt(true);
    now += rnd() * 20_000;
  }
  for (let step = 0; step < 3000 && items.some((each) => each.owner === "me" && ["waiting", "sending"].includes(each.state)); step += 1) {
    attempt(false);
    now += 30_000;
  }
  judge(items, far, order);
}

function judge(items, far, saved) {
  result.runs += 1;
  result.lost += saved - items.length;
  result.twice += far.arrived.length - new Set(far.arrived).size;
  for (const each of items) {
    const there = far.kept.get(each.id);
    if (there && there.body !== each.body) result.other_bytes += 1;
    if (there && each.file && !each.file.done) result.dishonest += 1;
    if (each.owner === "me" && ["waiting", "sending"].includes(each.state)) result.stuck += 1;
    if (each.state === "sent" && !there) result.dishonest += 1;
    if (each.state === "refused" && there) result.dishonest += 1;
    if (each.owner === "other" && (there || each.state !== "waiting")) result.dishonest += 1;
  }
  const { waiting, yours, sent } = counts(items);
  if (waiting + yours + sent !== ordered(items).length) result.dishonest += 1;
}

for (let seed = 1; seed <= RUNS; seed += 1) run(seed);
console.log(JSON.stringify(result));
