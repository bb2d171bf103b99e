// One room's place in the log: a pure state machine, no socket and no clock in it.
//
// A state is {epoch, seq, ahead}: everything up to `seq` was applied; `ahead` holds what was
// shown after a hole (seq -> prev) and never moves the cursor until the hole is filled.

/** Begin at the head of a room: what is shown is fetched after this. */
export function begin(epoch, head) {
  return { epoch, seq: head, ahead: new Map() };
}

/** Take a message. Returns {state, apply, catchUp}. */
export function message(state, { seq, prev }) {
  if (seq <= state.seq || state.ahead.has(seq)) return { state, apply: false, catchUp: false };
  const ahead = new Map(state.ahead);
  ahead.set(seq, prev);
  if (prev > state.seq) return { state: { ...state, ahead }, apply: true, catchUp: true };
  const next = absorb({ ...state, ahead });
  return { state: next, apply: true, catchUp: next.ahead.size > 0 };
}

/** Take a page of the catch-up answer. Returns {state, apply: [...], refetch, more}. */
export function page(state, answer) {
  if (answer.epoch !== state.epoch) return { state, apply: [], refetch: true, more: false };
  const apply = answer.events
    .filter((each) => each.seq > state.seq && !state.ahead.has(each.seq))
    .sort((one, other) => one.seq - other.seq);
  const ahead = new Map(state.ahead);
  for (const each of apply) ahead.set(each.seq, each.prev_seq);
  const seq = Math.max(state.seq, answer.up_to_seq);
  const next = absorb({ ...state, seq, ahead });
  return { state: next, apply, refetch: false, more: next.seq < answer.head };
}

/** Take a heartbeat of this room. Returns {catchUp, refetch}. */
export function beat(state, { epoch, head }) {
  return { catchUp: head > state.seq, refetch: epoch !== state.epoch };
}

/** Move over whatever joins on without a hole; forget what lies behind. */
function absorb(state) {
  let { seq } = state;
  const ahead = new Map();
  for (const [each, prev] of [...state.ahead].sort((one, other) => one[0] - other[0])) {
    if (each <= seq) continue;
    if (prev <= seq) seq = each;
    else ahead.set(each, prev);
  }
  return { ...state, seq, ahead };
}
