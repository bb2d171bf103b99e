// The live line: the socket is a hint, the catch-up address is the carrier. Both feed one
// cursor per room; without a socket the same address is polled every ten seconds.
import { io } from "/static/vendor/socket.io/socket.io.esm.min.js";
import * as cursor from "./cursor.js";

// The age is looked at once a second: nine, so that "live" never stands over ten seconds of silence.
const LIVE_SECONDS = 9;

const POLL_MS = 10000;
const PAGE = 500;
let line = null;

/**
 * Start the one line of this page: `area` is the code of the area followed beside `shared`,
 * `epoch` and `seq` how far the log was when the page was asked for.
 */
export function startLive(page) {
  line ??= new Line(page);
  return line;
}

/** Call `fn(change)` for every change whose name begins with `prefix` ("" for all). */
export function onChange(prefix, fn) {
  line?.listeners.push({ prefix, fn });
}

/** Call `fn()` whenever everything must be fetched afresh: the log was begun anew. */
export function onSnapshot(fn) {
  line?.snapshots.push(fn);
}

class Line {
  constructor({ area, epoch, seq }) {
    this.rooms = [{ key: "shared", area: null }, { key: null, area }].filter((each) => each.area !== undefined);
    if (epoch) for (const room of this.rooms) room.state = cursor.begin(epoch, seq);
    this.listeners = [];
    this.snapshots = [];
    this.applied = new Set();
    this.started = false;
    this.lastGood = performance.now();
    this.reachable = true;
    this.highest = seq ?? 0;
    this.socket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000 });
    this.socket.on("connect", () => this.connected());
    this.socket.on("change", (change) => this.change(change));
    this.socket.on("changes", (several) => several.forEach((change) => this.change(change)));
    this.socket.on("beat", (beat) => this.beat(beat));
    setInterval(() => { if (!this.socket.connected) this.catchUpAll(); }, POLL_MS);
    setTimeout(() => { if (!this.started) this.catchUpAll(); }, 3000);
    window.addEventListener("online", () => this.catchUpAll());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.catchUpAll(); });
  }

  async connected() {
    for (const room of this.rooms) {
      const answer = room.area ? await this.follow(room) : null;
      if (answer?.room) room.key = answer.room;
    }
    await this.catchUpAll();
  }

  follow(room) {
    return new Promise((resolve) => {
      this.socket.timeout(5000).emit("follow", { area: room.area }, (error, answer) => resolve(error ? null : answer));
    });
  }

  change(change) {
    for (const room of this.rooms) {
      const prev = room.key === null ? undefined : change.prev[room.key];
      if (prev === undefined || !room.state) continue;
      const step = cursor.message(room.state, { seq: change.seq, prev });
      room.state = step.state;
      if (step.apply) this.tell(change);
      if (step.catchUp) this.catchUp(room);
    }
  }

  beat(beat) {
    this.reachable = true;
    for (const room of this.rooms) {
      const head = beat.heads[room.key];
      if (head === undefined || !room.state) continue;
      const step = cursor.beat(room.state, { epoch: beat.epoch, head });
      if (step.refetch) this.restart(room);
      else if (step.catchUp) this.catchUp(room);
      else this.good();
    }
  }

  /** Tell the listeners once, however many rooms and ways a change came by. */
  tell(change) {
    if (this.applied.has(change.seq)) return;
    this.applied.add(change.seq);
    if (this.applied.size > 5000) this.applied = new Set([...this.applied].slice(-2500));
    this.highest = Math.max(this.highest, change.seq);
    document.documentElement.dataset.seq = this.highest;
    for (const { prefix, fn } of this.listeners) if (change.name.startsWith(prefix)) fn(change);
  }

  async catchUpAll() {
    await Promise.all(this.rooms.map((room) => this.catchUp(room)));
  }

  /** Fetch what this room heard since its cursor; one fetch at a time, and once more if asked. */
  async catchUp(room) {
    if (room.busy) { room.again = true; return; }
    room.busy = true;
    try {
      if (!room.state) await this.restart(room);
      do {
        room.again = false;
        while (await this.onePage(room)) { /* the next page */ }
      } while (room.again);
      this.good();
    } catch {
      this.reachable = false;
    } finally {
      room.busy = false;
    }
  }

  async onePage(room) {
    const query = { epoch: room.state.epoch, after: room.state.seq, limit: PAGE };
    const answer = await this.ask(room, query);
    if (answer === null) { await this.restart(room); return false; }
    const step = cursor.page(room.state, answer);
    if (step.refetch) { await this.restart(room); return false; }
    room.state = step.state;
    for (const change of step.apply) this.tell(change);
    return step.more;
  }

  /** Begin at the head, then have everything fetched. */
  async restart(room) {
    const answer = await this.ask(room, {});
    if (answer === null) throw new Error("no head");
    room.state = cursor.begin(answer.epoch, answer.head);
    this.highest = Math.max(this.highest, answer.head);
    document.documentElement.dataset.seq = this.highest;
    if (this.rooms.every((each) => each.state)) for (const fn of this.snapshots) fn();
  }

  /** Ask the catch-up address. Null means 410: the log was begun anew. */
  async ask(room, query) {
    const parts = new URLSearchParams(query);
    if (room.area) parts.set("area", room.area);
    const answer = await fetch(`/api/v1/events?${parts}`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10000) });
    if (answer.status === 410) return null;
    if (answer.status === 401) location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    this.reachable = true;
    return answer.json();
  }

  good() {
    if (!this.rooms.every((each) => each.state)) return;
    this.lastGood = performance.now();
    this.started = true;
    document.documentElement.dataset.seq = this.highest;
  }

  /** Return {state, seconds}: live, delayed, stale or offline, by the monotonic clock. */
  age() {
    const seconds = (performance.now() - this.lastGood) / 1000;
    const cut = !navigator.onLine || (!this.socket.connected && !this.reachable);
    if (!this.started) return { state: cut ? "offline" : "connecting", seconds };
    if (cut && seconds > LIVE_SECONDS) return { state: "offline", seconds };
    if (seconds <= LIVE_SECONDS) return { state: "live", seconds };
    return { state: seconds <= 60 ? "delayed" : "stale", seconds };
  }
}
