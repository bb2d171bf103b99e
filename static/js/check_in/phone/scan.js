// The camera reads the code on a slip, where this browser can; typing it does the same.
import { el } from "../../shell/dom.js";
import { t } from "../../shell/words.js";
import { slipOf } from "../codes.js";

const PAUSE = 150;

export const canScan = () => Boolean(globalThis.BarcodeDetector && navigator.mediaDevices?.getUserMedia);

/** Return the button that scans and where the picture appears; `read(code)` hears what was read. */
export function scanner(read) {
  if (!canScan()) return null;
  const place = el("div", { class: "scan" });
  let stop = null;
  const end = () => { stop?.(); stop = null; place.replaceChildren(); };
  const start = async () => {
    if (stop) { end(); return; }
    try {
      stop = await watch(place, (code) => { end(); read(code); });
    } catch {
      place.replaceChildren(el("p", { class: "form-problem", role: "alert" }, t("The camera cannot be used. Type the code.")));
    }
  };
  return el("div", {}, el("button", { type: "button", class: "button wide", "data-scan": true, onclick: start }, t("Scan the slip")), place);
}

async function watch(place, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const video = el("video", { playsinline: true, muted: true, "aria-label": t("Scan the slip") });
  video.srcObject = stream;
  place.replaceChildren(video);
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let going = true;
  const stop = () => { going = false; for (const each of stream.getTracks()) each.stop(); };
  const look = async () => {
    if (!going || !video.isConnected) { stop(); return; }
    const seen = await detector.detect(video).catch(() => []);
    const code = seen.map(({ rawValue }) => slipOf(rawValue)).find(Boolean);
    if (code) found(code); else setTimeout(look, PAUSE);
  };
  await video.play();
  look();
  return stop;
}
