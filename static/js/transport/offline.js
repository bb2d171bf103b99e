// What a driver says, in the outbox: the load taken over, the way, an obstacle, the arrival.
import { keep } from "../outbox/keep.js";
import { register } from "../outbox/kinds.js";
import { clock, t } from "../shell/words.js";

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

register(KIND, {
  title: ({ about }) => [words()[about.said], about.cause && causes()[about.cause]].filter(Boolean).join(" · "),
  detail: ({ about }) => clock(about.at),
});
