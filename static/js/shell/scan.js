// The camera reads codes, where this browser can; typing them does the same.
import { el } from "./dom.js";
import { t } from "./words.js";

const PAUSE = 150;
const AGAIN = 3_000; // as long as one code is held before the camera it is read once

export const canScan = () => Boolean(globalThis.BarcodeDetector && navigator.mediaDevices?.getUserMedia);

/** Return the button that scans and where the picture appears. `codeOf(text)` says what a read text
 * means here, or nothing; `read(code)` hears it. With `many` the camera stays open for the next. */
export function scanner({ words, codeOf, read, many = false }) {
  if (!canScan()) return null;
  const place = el("div", { class: "scan" });
  let stop = null;
  const end = () => { stop?.(); stop = null; place.replaceChildren(); };
  const found = (code) => { if (!many) end(); read(code); };
  const start = async () => {
    if (stop) { end(); return; }
    try {
      stop = await watch(place, { words, codeOf, found, many });
    } catch {
      place.replaceChildren(el("p", { class: "form-problem", role: "alert" }, t("The camera cannot be used. Type the code.")));
    }
  };
  return el("div", {}, el("button", { type: "button", class: "button wide", "data-scan": true, onclick: start }, words), place);
}

async function watch(place, { words, codeOf, found, many }) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const video = el("video", { playsinline: true, muted: true, "aria-label": words });
  video.srcObject = stream;
  place.replaceChildren(video);
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let going = true;
  let last = { text: "", at: 0 };
  const stop = () => { going = false; for (const each of stream.getTracks()) each.stop(); };
  const look = async () => {
    if (!going || !video.isConnected) { stop(); return; }
    const seen = await detector.detect(video).catch(() => []);
    const texts = seen.map(({ rawValue }) => rawValue).filter((each) => codeOf(each));
    const held = texts.includes(last.text) && Date.now() - last.at < AGAIN;
    if (held) last.at = Date.now();
    const text = texts.find((each) => !held || each !== last.text);
    if (text) { last = { text, at: Date.now() }; found(codeOf(text)); }
    if (many || !text) setTimeout(look, PAUSE);
  };
  await video.play().catch((error) => { stop(); throw error; });
  look();
  return stop;
}
