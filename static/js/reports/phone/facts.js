// What the server said last, kept on the phone with the time it was said. It is shown with its age
// and never as fresh; a report made from it carries the base it was made on.
import { line } from "../../outbox/send.js";
import { drop, put, read } from "../../outbox/store.js";

let held = null;
let closed = false;
const KEY = "phone";

/** Return the facts, or null before any were fetched. */
export const facts = () => held;

/** Whether something of this phone, by when it was settled, may not be among the facts yet. */
export const isLater = ({ settled_at }) => settled_at >= (held?.asked_at ?? held?.fetched_at ?? 0);

/** Read what was kept; on a phone that keeps nothing there is nothing. */
export async function recall() {
  held = await read("facts", KEY).catch(() => null) ?? null;
}

/** Keep nothing more: whoever was here is leaving. */
export function close() {
  closed = true;
}

/** Forget what belongs to somebody else than is signed in now. */
export async function disown(user) {
  if (!held || !user || held.owner === user) return;
  held = null;
  await drop("facts", KEY);
}

/** Return the disaster's present instant: drill time in a drill, by the server's clock. A phone whose
 * clock was set back never says an instant from before the server was heard. */
export function now() {
  if (!held) return Date.now();
  const passed = Math.max(0, Date.now() - held.fetched_at);
  return Date.parse(held.clock.now) + (held.clock.paused ? 0 : passed * held.clock.speed);
}

/** Return an instant of this phone as the disaster's clock shows it: in a drill, drill time. */
export function told(at) {
  const passed = Date.now() - new Date(at).getTime();
  return now() - (held?.clock.paused ? 0 : passed * (held?.clock.speed ?? 1));
}

const others = [];

/** Let another feature carry its own along: `fetcher({area, disaster, owner}, get)` resolves to what joins
 * the facts; who reports for no area has none. */
export const carryAlong = (fetcher) => others.push(fetcher);

async function get(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
  return answer.ok ? answer.json() : null;
}

/** Fetch the facts afresh: of this area, or of one's own where it is not (or no longer) one's to
 * report for; of the disaster somebody chose, while it runs. False when nothing came. What was received
 * after they were asked for may be missing. */
export async function refresh(area = held?.area?.code, chosen = held?.chosen) {
  const asked_at = Date.now();
  const of = chosen ? `&disaster=${chosen}` : "";
  try {
    const found = (area && await get(`/phone/facts?area=${area}${of}`)) || await get("/phone/facts");
    if (!found) return false;
    const around = found.disaster ? await surroundings(found) : {};
    if (closed) return false;
    const still = chosen && found.disaster?.id === chosen ? { chosen } : {};
    held = { ...found, ...around, ...still, owner: found.user, asked_at, fetched_at: Date.now() };
    await put("facts", KEY, held).catch(() => {}); // a full phone still shows what it heard
    return true;
  } catch {
    return false;
  }
}

async function surroundings({ area, disaster, user: owner }) {
  const of = `disaster=${disaster.id}&area=${area?.code}`;
  const [shelters, stock, ...rest] = await Promise.all([
    area && get(`/api/v1/shelters?${of}&rows=200`), area && get(`/api/v1/stock/balances?${of}`),
    ...others.map((fetcher) => fetcher({ area, disaster, owner }, get)),
  ]);
  return Object.assign({ shelters: shelters && shelters.shelters.map(shelter), stock: stock && byItem(stock.balances) }, ...rest);
}

const shelter = ({ name, state, occupied: people, capacity_max, free, band, counted_at }) =>
  ({ name, state, people, capacity: capacity_max, free, band, counted_at });

function byItem(balances) {
  const items = new Map();
  for (const { item, item_name: name, unit, free, on_hand } of balances) {
    const each = items.get(item) ?? { name, unit, free: 0, on_hand: 0 };
    items.set(item, { ...each, free: each.free + free, on_hand: each.on_hand + on_hand });
  }
  return [...items.values()];
}

/** Return whose things to show: whoever is signed in, or was when the facts were fetched. */
export const owner = () => line.user ?? held?.owner ?? null;
