// What a camera wrote into a JPEG: when and where. Read before the picture is made smaller, for
// that loses it. Pure; whatever is odd or broken is nothing.

const [EXIF, GPS, TAKEN, OFFSET] = [0x8769, 0x8825, 0x9003, 0x9011];
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };
const JUST_NOW = 10 * 60_000;
const HERE = "+08:00"; // a camera that names no zone means local time

/** Return {taken_at, lon, lat}: an instant in ISO form, degrees in EPSG:4326, or null. */
export function cameraNotes(buffer) {
  try {
    const at = tiffStart(new DataView(buffer));
    return at === null ? NOTHING : notes(new DataView(buffer, at));
  } catch {
    return NOTHING;
  }
}

const NOTHING = { taken_at: null, lon: null, lat: null };

/** Walk the segments of a JPEG to the one that holds the notes. */
function tiffStart(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda) {
    const length = view.getUint16(at + 2);
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    at += 2 + length;
  }
  return null;
}

function notes(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  const first = directory(tiff, tiff.getUint32(4, little), little);
  const shot = first.has(EXIF) ? directory(tiff, first.get(EXIF)[0], little) : new Map();
  const place = first.has(GPS) ? degrees(directory(tiff, first.get(GPS)[0], little)) : null;
  return { taken_at: instant(shot.get(TAKEN), shot.get(OFFSET)), lon: place?.[0] ?? null, lat: place?.[1] ?? null };
}

/** Return the entries of a directory: tag -> text, or a list of numbers. */
function directory(tiff, start, little) {
  const found = new Map();
  const count = tiff.getUint16(start, little);
  for (let place = 0; place < count; place += 1) {
    const at = start + 2 + 12 * place;
    const [tag, type, size] = [tiff.getUint16(at, little), tiff.getUint16(at + 2, little), tiff.getUint32(at + 4, little)];
    const bytes = (SIZES[type] ?? 0) * size;
    if (!bytes || bytes > 4096) continue;
    found.set(tag, value(tiff, bytes <= 4 ? at + 8 : tiff.getUint32(at + 8, little), { type, size, little }));
  }
  return found;
}

function value(tiff, at, { type, size, little }) {
  const each = (fn, width) => Array.from({ length: size }, (_, n) => fn(at + n * width));
  if (type === 2) return String.fromCharCode(...each((place) => tiff.getUint8(place), 1)).replace(/\0.*$/s, "").trim();
  if (type === 3) return each((place) => tiff.getUint16(place, little), 2);
  if (type === 4) return each((place) => tiff.getUint32(place, little), 4);
  if (type === 5) return each((place) => tiff.getUint32(place, little) / tiff.getUint32(place + 4, little), 8);
  return each((place) => tiff.getUint8(place), 1);
}

function instant(taken, zone) {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(taken ?? "");
  if (!parts || parts[1] < "1991") return null;
  const at = Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${/^[+-]\d\d:\d\d$/.test(zone ?? "") ? zone : HERE}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Return [lon, lat]; 0, 0 is a camera without a fix. */
function degrees(gps) {
  const angle = (parts, side, negative) => {
    const size = parts[0] + parts[1] / 60 + parts[2] / 3600;
    return Math.round((side?.toUpperCase().startsWith(negative) ? -size : size) * 1e5) / 1e5;
  };
  const [lat, lon] = [angle(gps.get(2), gps.get(1), "S"), angle(gps.get(4), gps.get(3), "W")];
  const real = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0);
  return real ? [lon, lat] : null;
}

/** What the camera tells comes first; where the phone is now says nothing of an older picture. */
export function told(notes, modified, position, now = Date.now()) {
  const time = notes.taken_at ? { taken_at: notes.taken_at, time_source: "camera" }
    : modified ? { taken_at: new Date(modified).toISOString(), time_source: "device" } : {};
  if (notes.lon !== null) return { ...time, lon: notes.lon, lat: notes.lat, place_source: "camera" };
  const at = time.taken_at ? Date.parse(time.taken_at) : 0;
  const fresh = position && Math.abs(now - at) < JUST_NOW;
  return fresh ? { ...time, ...position, place_source: "device" } : time;
}
