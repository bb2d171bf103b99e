// What a driver says and photographs, in the outbox: the load taken over, the way, an obstacle, the arrival.
import { keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { clock, number, t } from "../shell/words.js";

export const KIND = "sighting";

export const words = () => ({
  loaded: t("Load taken over"), load_differs: t("Load other than on the slip"), left: t("Drove off"),
  position: t("Position"), held_up: t("Held up"), arrived: t("Is there"),
});

export const causes = () => ({
  flooded: t("Road under water"), blocked: t("Road blocked"), breakdown: t("Breakdown"),
  accident: t("Accident"), other: t("Another reason"),
});

/** Put into the outbox what the driver says: {kind, cause, place: GeolocationPosition or null}. */
export function say({ owner, kind, cause = null, place = null }) {
  const at = new Date().toISOString();
  const where = place ? { lon: place.coords.longitude, lat: place.coords.latitude, accuracy_m: Math.min(100_000, Math.round(place.coords.accuracy)) } : {};
  const body = { kind, at, ...(cause ? { cause } : {}), ...where };
  return keep({ kind: KIND, owner, url: (id) => `/api/v1/sightings/${id}`, line: `${KIND}:${at}:${kind}`, about: { said: kind, cause, at }, body: () => body });
}

const PHOTO = "trip_photo";

export const shots = () => ({ road: t("The road"), goods: t("The goods"), handover: t("Handing over") });

/** Return the pictures of a trip that lie on this phone or went from it. */
export const photosOf = (items, owner) => items.filter((each) => each.kind === PHOTO && each.owner === owner);

/** Put a picture into the outbox: `file` as the outbox takes it, and the hash of what it was made
 * from, by which the same one is known again. */
export function keepPhoto({ owner, kind, file, original }) {
  return keep({
    kind: PHOTO, owner, url: (id) => `/api/v1/trip-photos/${id}`, line: `${PHOTO}:${original}`, file,
    about: { kind, original, kb: Math.ceil(file.bytes.length / 1024) },
    body: (_base, fileId) => ({ kind, file_id: fileId }),
  });
}

register(PHOTO, {
  title: ({ about }) => t("Photo: %(what)s", { what: shots()[about.kind] }),
  detail: ({ about }) => t("%(n)s kB", { n: number(about.kb) }),
});

register(KIND, {
  title: ({ about }) => [words()[about.said], about.cause && causes()[about.cause]].filter(Boolean).join(" · "),
  detail: ({ about }) => clock(about.at),
});
