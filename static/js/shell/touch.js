// A tap is down and up on one thing: what is under a finger is not drawn anew meanwhile, or the tap
// is lost.
const LONGEST = 3000; // a finger that was not seen to leave holds nothing up for longer
let down = null; // the promise of the finger that is down, and what ends it

const begin = () => {
  if (down) return;
  down = {};
  down.lifted = new Promise((end) => { down.end = end; });
  setTimeout(down.end, LONGEST);
};
const end = () => { down?.end(); down = null; };

addEventListener("pointerdown", begin, true);
for (const each of ["pointerup", "pointercancel"]) addEventListener(each, () => setTimeout(end), true); // after the click

/** Wait until no finger is on the screen. */
export const calm = async () => { await down?.lifted; };
