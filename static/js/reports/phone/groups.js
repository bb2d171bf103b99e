// The parts of the form, in its own order, with their names.
import { t } from "../../shell/words.js";

const NAMES = {
  extent: () => t("Extent"), people: () => t("People"), transfer: () => t("Moved"), relief: () => t("Living relief"),
  houses: () => t("Houses"), crops: () => t("Crops"), livestock: () => t("Livestock"), fishery: () => t("Fishery"),
  industry: () => t("Industry"), infrastructure: () => t("Infrastructure"), public_service: () => t("Public service"),
  loss: () => t("Losses"),
};

export const groupName = (group) => NAMES[group]?.() ?? group;

/** Return the fields by part, in the order of the form. */
export function groupsOf(fields) {
  const groups = new Map();
  for (const field of fields) groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  return groups;
}
