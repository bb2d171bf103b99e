// The attention queue and the feed: apart, quiet, and never re-sorted under the pointer.
import { t } from "../shell/words.js";
import { csrf, el, say, toast } from "../shell/dom.js";
import { now } from "../shell/main.js";
import { keepFragment } from "./fragment.js";
import { query } from "./state.js";

const HALF_HOUR = 30 * 60000;

/** Keep the queue and the feed; return both. */
export function initQueue() {
  const box = document.getElementById("queue");
  const count = document.getElementById("queue-count");
  let before = null;
  const queue = keepFragment(box, "/desk/queue", { after: () => {
    const more = Number(box.querySelector("[data-more]")?.dataset.more ?? 0);
    const rows = box.querySelectorAll(".queue-row").length + more;
    count.textContent = rows ? String(rows) : "";
    if (before !== null && rows > before) say(t("%(n)s things wait to be dealt with.", { n: rows }));
    before = rows;
  } });
  box.addEventListener("click", (event) => act(event, queue));
  const feed = keepFragment(document.getElementById("feed"), "/desk/feed");
  return [queue, feed];
}

function act(event, queue) {
  const row = event.target.closest(".queue-row");
  if (!row) return;
  const asked = event.target.closest("[data-act]");
  if (asked) mark(row, { act: asked.dataset.act }, queue);
  if (event.target.closest("[data-snooze]")) ask(row, queue);
}

/** A snooze says until when and why, or it is none. */
function ask(row, queue) {
  if (row.querySelector("form")) return;
  const reason = el("input", { type: "text", class: "compact", name: "reason", required: true, maxlength: 200, "aria-label": t("Why"), placeholder: t("Why") });
  const form = el("form", { class: "acts" }, reason, el("button", { class: "button small", type: "submit" }, t("Half an hour")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    mark(row, { act: "snooze", until: new Date(now() + HALF_HOUR).toISOString(), reason: reason.value }, queue);
  });
  row.append(form);
  reason.focus();
}

async function mark(row, order, queue) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  if (row.dataset.revision) headers["If-Match"] = `"${row.dataset.revision}"`;
  const address = `/api/v1/attention/${row.dataset.entry}/mark?${query()}`;
  try {
    const answer = await fetch(address, { method: "PUT", headers, body: JSON.stringify(order) });
    if (!answer.ok) toast((await answer.json()).detail);
  } catch {
    toast(t("No connection. Nothing was changed; try again."));
  }
  document.activeElement?.blur();
  queue.reload({ now: true });
}
