// Random interleavings of loss, doubling, reordering and late pages against the cursor.
// Prints one line of JSON: {"runs", "missed", "twice", "moved_over_a_hole"}.
import { begin, message, page, beat } from "../../static/js/live/cursor.js";

const EPOCH = "e";
const RUNS = Number(process.argv[2] ?? 2000);
const result = { runs: 0, missed: 0, twice: 0, moved_over_a_hole: 0 };

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The room's own log: global numbers with gaps, each row knowing the one before it. */
function growLog(rnd, length) {
  const rows = [];
  let seq = Math.floor(rnd() * 5);
  const start = seq;
  for (let index = 0; index < length; index += 1) {
    const prev = seq;
    seq += 1 + Math.floor(rnd() * 4);
    rows.push({ seq, prev_seq: prev });
  }
  return { start, rows };
}

function answer(log, known, after, limit) {
  const visible = log.rows.slice(0, known);
  const head = visible.length ? visible[visible.length - 1].seq : log.start;
  const events = visible.filter((row) => row.seq > after).slice(0, limit);
  const full = events.length === limit;
  return { epoch: EPOCH, head, up_to_seq: full ? events[events.length - 1].seq : Math.max(head, after), events };
}

function run(seed) {
  const rnd = random(seed);
  const log = growLog(rnd, 5 + Math.floor(rnd() * 40));
  const applied = new Map();
  let state = begin(EPOCH, log.start);
  let written = 0;
  const air = [];
  const apply = (seq) => applied.set(seq, (applied.get(seq) ?? 0) + 1);
  const check = () => {
    const behind = log.rows.filter((row) => row.seq <= state.seq);
    if (behind.some((row) => !applied.has(row.seq))) result.moved_over_a_hole += 1;
  };
  const ask = () => air.push({ page: answer(log, written, state.seq, 1 + Math.floor(rnd() * 6)) });
  const deliver = (item) => {
    if (item.page) {
      const step = page(state, item.page);
      state = step.state;
      for (const row of step.apply) apply(row.seq);
      check();
      if (step.more) ask();
    } else if (item.beat !== undefined) {
      if (beat(state, { epoch: EPOCH, head: item.beat }).catchUp) ask();
    } else {
      const step = message(state, { seq: item.row.seq, prev: item.row.prev_seq });
      state = step.state;
      if (step.apply) apply(item.row.seq);
      check();
      if (step.catchUp && rnd() < 0.8) ask();
    }
  };
  while (written < log.rows.length || air.length) {
    const chance = rnd();
    if (written < log.rows.length && (chance < 0.4 || !air.length)) {
      const row = log.rows[written];
      written += 1;
      if (rnd() < 0.75) air.push({ row });
      if (rnd() < 0.2) air.push({ row });
      if (rnd() < 0.2) air.push({ beat: row.seq });
    } else if (air.length) {
      const index = rnd() < 0.6 ? 0 : Math.floor(rnd() * air.length);
      deliver(air.splice(index, 1)[0]);
    }
  }
  for (let guard = 0; guard < 200; guard += 1) {
    deliver({ beat: log.rows[log.rows.length - 1].seq });
    if (!air.length) break;
    while (air.length) deliver(air.shift());
  }
  result.runs += 1;
  for (const row of log.rows) if (!applied.has(row.seq)) result.missed += 1;
  for (const count of applied.values()) if (count > 1) result.twice += 1;
}

for (let seed = 1; seed <= RUNS; seed += 1) run(seed);
console.log(JSON.stringify(result));
