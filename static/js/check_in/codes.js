// The two numbers people come with, checked before anything is looked for. Pure.
import { idNumberOf } from "../shell/identity.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // pragma: allowlist secret
const MISREAD = { I: "1", L: "1", O: "0" };

/** Return the code of a slip in one writing, XXXX-XXXX-X; null for what is none, or was mistyped. */
export function slipOf(text) {
  const typed = text.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[ILO]/g, (each) => MISREAD[each]);
  const values = [...typed].map((each) => ALPHABET.indexOf(each));
  if (values.length !== 9 || values.includes(-1)) return null;
  const sum = values.slice(0, 8).reduce((total, value, place) => total + (place + 1) * value, 0);
  return sum % 31 === values[8] ? `${typed.slice(0, 4)}-${typed.slice(4, 8)}-${typed[8]}` : null;
}

/** Return {slip}, {id_number}, {phone} or {name} of what was typed; {wrong} for a number of 18 that
 * is none; null for nothing. */
export function meant(text) {
  const typed = text.trim();
  if (!typed) return null;
  const slip = slipOf(typed);
  if (slip) return { slip };
  const plain = typed.replace(/[\s-]/g, "");
  if (/^\d{17}[\dXx]$/.test(plain)) {
    const number = idNumberOf(plain);
    return number ? { id_number: number } : { wrong: "id_number" };
  }
  const digits = plain.replace(/^\+?86(?=1\d{10}$)/, "");
  if (/^\+?\d{7,15}$/.test(digits)) return { phone: digits };
  return /^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}-?[0-9A-Za-z]$/.test(typed) ? { wrong: "slip" } : { name: typed };
}

const likeNumber = (masked, number) => masked.length === number.length && masked.slice(0, 6) === number.slice(0, 6) && masked.slice(-4) === number.slice(-4);
const likePhone = (masked, phone) => Boolean(masked) && masked.slice(-4) === phone.slice(-4) && (!/^\d/.test(masked) || masked.slice(0, 3) === phone.slice(0, 3));
const likeName = (masked, name) => (masked.endsWith("*") ? masked.slice(0, -1) === name.slice(0, 1) : masked.includes(name));

/** Return who may be meant among the households on this phone. Their numbers lie here masked, so a
 * number finds whoever shows the same ends: the person at the door says which. */
export function among(households, { slip, id_number: number, phone, name }) {
  return households.filter((each) => (slip ? each.code === slip : number ? likeNumber(each.id_number, number)
    : phone ? likePhone(each.phone, phone) : likeName(each.name, name)));
}
