// Signing out from the desk: what this person left in the outbox of this browser is said first,
// then wiped, as on the phone. Without scripts the form simply signs out.
import { t } from "./words.js";

/** End the session of whoever signed out of this browser without a network, before anything else. */
export async function endBefore() {
  if (localStorage.getItem("signed-out") === null) return;
  const { endLeft } = await import("../outbox/leave.js");
  if (await endLeft()) location.href = "/sign-in";
}

/** Let every sign-out form wipe what its person keeps here. */
export function initSignOut() {
  endBefore();
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form);
    });
  }
}

async function leave(form) {
  try {
    const [{ unsent, wipe }, { pass }] = await Promise.all([import("../outbox/leave.js"), import("../outbox/send.js")]);
    const owner = (await pass())?.user;
    const open = owner ? await unsent(owner) : 0;
    if (open > Number(form.dataset.said ?? 0)) {
      form.dataset.said = open;
      form.querySelector("button").textContent = t("%(n)s not received yet would be deleted. Sign out all the same", { n: open });
      return;
    }
    if (owner) await wipe(owner);
  } catch {
    // A browser that keeps nothing has nothing to wipe.
  }
  form.submit();
}
