// Draws lines on the paper. The paper has 1600 × 1000 points, however large it is shown.

const paper = document.querySelector('#paper');
const pen = paper.getContext('2d');

/** Draws a line. `points` is [x, y, x, y, …]. */
export function drawLine({ colour, width, points }) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
  pen.stroke();
}

/** Makes it white again. */
export function clearPaper() {
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, paper.width, paper.height);
}

/** Where on the paper a pointer is, in whole points. */
export function placeOf({ clientX, clientY }) {
  const shown = paper.getBoundingClientRect();
  const inside = (number, most) => Math.round(Math.min(Math.max(number, 0), most));
  return [
    inside(((clientX - shown.left) / shown.width) * paper.width, paper.width),
    inside(((clientY - shown.top) / shown.height) * paper.height, paper.height),
  ];
}
