// The attention queue and the feed: apart, quiet, and never re-sorted under the pointer.
import { t } from "../shell/words.js";
import { say } from "../shell/dom.js";
import { keepFragment } from "./fragment.js";

/** Keep the queue and the feed; return both. */
export function initQueue() {
  const count = document.getElementById("queue-count");
  let before = null;
  const queue = keepFragment(document.getElementById("queue"), "/desk/queue", { after: (box) => {
    const rows = box.querySelectorAll(".queue-row").length;
    count.textContent = rows ? String(rows) : "";
    if (before !== null && rows > before) say(t("%(n)s things wait to be dealt with.", { n: rows }));
    before = rows;
  } });
  const feed = keepFragment(document.getElementById("feed"), "/desk/feed");
  return [queue, feed];
}
