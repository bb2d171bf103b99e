// The map's own marks, drawn on a canvas in the colours of the theme: ● ▲ ■ ▨, depot, plate.
import { token } from "../shell/theme.js";

const RATIO = 2;

function canvas(size, draw) {
  const box = Object.assign(document.createElement("canvas"), { width: size * RATIO, height: size * RATIO });
  const pen = box.getContext("2d", { willReadFrequently: true });
  pen.scale(RATIO, RATIO);
  draw(pen, size);
  return pen.getImageData(0, 0, box.width, box.height);
}

function outlined(pen, colour) {
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = token("panel");
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
}

const SHAPES = {
  ok(pen, size) { pen.arc(size / 2, size / 2, 4.5, 0, 7); outlined(pen, token("ok")); },
  watch(pen, size) {
    pen.moveTo(size / 2, 3); pen.lineTo(size - 3, size - 4); pen.lineTo(3, size - 4); pen.closePath();
    outlined(pen, token("watch"));
  },
  act(pen, size) { pen.rect(4, 4, size - 8, size - 8); outlined(pen, token("act")); },
  blind(pen, size) { hatch(pen, size, 5); },
  storm(pen, size) { pen.arc(size / 2, size / 2, 4, 0, 7); outlined(pen, token("hazard")); },
  dot(pen, size) { pen.arc(size / 2, size / 2, 3.5, 0, 7); outlined(pen, token("mark")); },
};

function hatch(pen, size, radius) {
  pen.save();
  pen.beginPath();
  pen.arc(size / 2, size / 2, radius, 0, 7);
  pen.fillStyle = token("panel");
  pen.fill();
  pen.clip();
  pen.strokeStyle = token("blind");
  pen.lineWidth = 1.2;
  for (let at = -size; at < size * 2; at += 3) {
    pen.beginPath(); pen.moveTo(at, size); pen.lineTo(at + size, 0); pen.stroke();
  }
  pen.restore();
  pen.beginPath();
  pen.arc(size / 2, size / 2, radius, 0, 7);
  pen.strokeStyle = token("blind");
  pen.lineWidth = 1.2;
  pen.stroke();
}

/** A tile of slanted lines that joins on at its edges: an area that never filed. */
function hatching(pen, size) {
  pen.strokeStyle = token("blind");
  pen.lineWidth = 1;
  for (const at of [-size, 0, size]) { pen.beginPath(); pen.moveTo(at, size); pen.lineTo(at + size, 0); pen.stroke(); }
}

function depot(pen, size) {
  pen.roundRect(1.5, 1.5, size - 3, size - 3, 4);
  pen.fillStyle = token("panel");
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = token("text");
  pen.stroke();
  pen.beginPath();
  pen.moveTo(6, 17); pen.lineTo(6, 10); pen.lineTo(11, 6.5); pen.lineTo(16, 10); pen.lineTo(16, 17); pen.stroke();
  pen.strokeRect(9, 12, 4, 5);
}

function plate(pen, size) {
  pen.roundRect(1, 1, size - 2, size - 2, 4);
  pen.fillStyle = token("panel");
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = token("line");
  pen.stroke();
}

/** Put every mark on the map, replacing those of another theme. */
export function addImages(map) {
  const put = (name, data, options = {}) => {
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, data, { pixelRatio: RATIO, ...options });
  };
  for (const [name, draw] of Object.entries(SHAPES)) put(name, canvas(16, draw));
  put("never", canvas(18, (pen, size) => hatch(pen, size, 7)));
  put("hatching", canvas(8, hatching));
  put("depot", canvas(22, depot));
  const stretch = [[12, 28]];
  put("plate", canvas(20, plate), { stretchX: stretch, stretchY: stretch, content: [8, 6, 32, 34] });
}
