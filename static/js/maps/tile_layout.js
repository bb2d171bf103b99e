// Where each tile stands: pure arithmetic on names and points, the same for any city.
// A county is a block of equal tiles, north above and west left, roughly as on the map.

export const TILE = { width: 72, height: 52, gap: 4, head: 24 };
const STEP_X = TILE.width + TILE.gap;
const STEP_Y = TILE.height + TILE.gap;
const MARGIN = 20;

/** Return {width, height, blocks: [{code, x, y, columns, rows, tiles: [{code, column, row}]}]}.
 *
 * `counties` are [{code, lon, lat, townships: [{code, lon, lat}]}]; `room` is the width there
 * is in pixels. The layout that fits and is lowest wins; nothing random, nothing remembered.
 */
export function layout(counties, room) {
  const filled = counties.filter((each) => each.townships.length);
  let best = null;
  for (let most = 3; most <= 8; most += 1) {
    const blocks = filled.map((each) => block(each, most));
    for (let count = 1; count <= Math.min(5, blocks.length); count += 1) {
      const made = arrange(columnsOf(blocks, count));
      if (!best || better(made, best, room)) best = made;
    }
  }
  return best ?? { width: 0, height: 0, blocks: [] };
}

function better(one, other, room) {
  const over = (each) => Math.max(0, each.width - room);
  if (over(one) !== over(other)) return over(one) < over(other);
  return one.height < other.height;
}

/** Put a county's townships on a grid at most `most` wide. */
export function block(county, most) {
  const total = county.townships.length;
  const columns = Math.min(most, Math.max(Math.min(4, total), Math.ceil(Math.sqrt(total * 1.6))));
  const rows = Math.ceil(total / columns);
  const northFirst = [...county.townships].sort((one, other) => other.lat - one.lat || (one.code < other.code ? -1 : 1));
  const tiles = [];
  for (let row = 0; row < rows; row += 1) {
    const line = northFirst.slice(row * columns, (row + 1) * columns).sort((one, other) => one.lon - other.lon);
    line.forEach((each, column) => tiles.push({ code: each.code, column, row }));
  }
  return { ...county, columns, rows, tiles, width: columns * STEP_X - TILE.gap, height: TILE.head + rows * STEP_Y - TILE.gap };
}

/** Part the blocks, west to east, into columns of about equal height. */
function columnsOf(blocks, count) {
  const eastward = [...blocks].sort((one, other) => one.lon - other.lon);
  const memo = new Map();
  const part = (from, left) => {
    const key = `${from}:${left}`;
    if (memo.has(key)) return memo.get(key);
    let found = null;
    if (left === 1) found = { tallest: tall(eastward.slice(from)), cuts: [eastward.length] };
    else {
      for (let to = from + 1; to <= eastward.length - left + 1; to += 1) {
        const rest = part(to, left - 1);
        const tallest = Math.max(tall(eastward.slice(from, to)), rest.tallest);
        if (!found || tallest < found.tallest) found = { tallest, cuts: [to, ...rest.cuts] };
      }
    }
    memo.set(key, found);
    return found;
  };
  let start = 0;
  return part(0, count).cuts.map((cut) => { const own = eastward.slice(start, cut); start = cut; return own; });
}

const tall = (blocks) => blocks.reduce((sum, each) => sum + each.height + MARGIN, -MARGIN);

/** Stack each column north to south and spread it over the height of the tallest. */
function arrange(columns) {
  const height = Math.max(...columns.map(tall));
  const placed = [];
  let x = 0;
  for (const column of columns) {
    const southward = [...column].sort((one, other) => other.lat - one.lat);
    const spare = southward.length > 1 ? Math.min(36, (height - tall(southward)) / (southward.length - 1)) : 0;
    let y = 0;
    for (const each of southward) {
      placed.push({ ...each, x, y: Math.round(y) });
      y += each.height + MARGIN + spare;
    }
    x += Math.max(...column.map((each) => each.width)) + MARGIN;
  }
  return { width: x - MARGIN, height, blocks: placed };
}
