// A picture from the camera becomes what is sent: smaller, upright, with its time and place beside it.
import { sha256 } from "../../outbox/ids.js";
import { put, read } from "../../outbox/store.js";
import { cameraNotes, told } from "./exif.js";

const LONGEST = 1600;
const QUALITY = 0.8;
const SMALL = 160;
const PATIENCE = 3_000;

/** This is no picture this browser can read. */
export class Unreadable extends Error {}

async function drawn(picture, longest, quality) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
  if (!blob) throw new Unreadable();
  return blob;
}

/** Return the picture as the outbox takes it, and the hash of what it was made from. */
export async function taken(chosen, place) {
  const buffer = await chosen.arrayBuffer();
  const picture = await createImageBitmap(chosen, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) throw new Unreadable();
  const blob = await drawn(picture, LONGEST, QUALITY);
  const thumb = await drawn(picture, SMALL, 0.7);
  picture.close();
  return {
    original: await sha256(new Uint8Array(buffer)) ?? `${chosen.name}:${chosen.size}:${chosen.lastModified}`,
    file: {
      name: (chosen.name || "photo").replace(/\.\w+$/, "").slice(0, 110) + ".jpg", type: "image/jpeg",
      bytes: new Uint8Array(await blob.arrayBuffer()), thumb: new Uint8Array(await thumb.arrayBuffer()),
      told: told(cameraNotes(buffer), chosen.lastModified, await place),
    },
  };
}

/** Return where the phone is, or null: asks the person once in the life of this app, never again,
 * and never makes a photo wait for more than some seconds. */
export async function whereNow(owner) {
  const may = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (!navigator.geolocation || may?.state === "denied") return null;
  if (may?.state !== "granted") {
    if (await read("facts", "place_asked").catch(() => true)) return null;
    await put("facts", "place_asked", { owner }).catch(() => {});
  }
  const found = new Promise((done) => {
    const options = { enableHighAccuracy: true, maximumAge: 120_000, timeout: 30_000 };
    navigator.geolocation.getCurrentPosition(({ coords }) => done(rounded(coords)), () => done(null), options);
  });
  return may?.state === "granted" ? Promise.race([found, new Promise((done) => { setTimeout(done, PATIENCE, null); })]) : found;
}

const rounded = ({ longitude, latitude }) =>
  ({ lon: Math.round(longitude * 1e5) / 1e5, lat: Math.round(latitude * 1e5) / 1e5 });
