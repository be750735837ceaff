// Runs in the visitors' browsers: follows pointer and keys, tells the site, and draws what the others do.
import { clearPaper, drawLine, placeOf } from './paper.js';

/** How long, in milliseconds, we gather points before we send them. */
const PIECE = 50;
/** How many numbers a piece may have, two for each point: the site takes no more. */
const MOST_NUMBERS = 60;
/** How far an arrow key moves the pen. */
const STEP = 20;

const paper = document.querySelector('#paper');
const pens = document.querySelector('#pens').elements;
const people = document.querySelector('#people');

/** Where the pen is, and whether it is down. */
let place = [800, 500];
let isDown = false;
/** Points that are drawn here and not yet sent. */
let points = [];
let socket;

function connect() {
  socket = new WebSocket('/socket');
  // The site answers with the picture so far.
  socket.onopen = () => send({ join: true });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.picture) {
      clearPaper();
      message.picture.forEach(drawLine);
    }
    if (message.line) drawLine(message.line);
    if (message.clear) clearPaper();
    if (message.people) {
      people.textContent =
        message.people === 1 ? 'You are alone here' : `${message.people} are here`;
    }
  };
  socket.onclose = () => {
    people.textContent = 'Connecting…';
    setTimeout(connect, 1000);
  };
}

function send(message) {
  // What is drawn while there is no connection is lost: the picture comes anew with the next one.
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function sendPiece() {
  if (points.length < 4) return;
  // Each piece begins where the one before it ends.
  for (let start = 0; start + 2 < points.length; start += MOST_NUMBERS - 2) {
    send({ line: lineThrough(points.slice(start, start + MOST_NUMBERS)) });
  }
  points = isDown ? points.slice(-2) : [];
}

setInterval(sendPiece, PIECE);

function lineThrough(points) {
  return { colour: pens.colour.value, width: Number(pens.width.value), points };
}

function putDown(at) {
  isDown = true;
  place = at;
  // To the same place: a dot.
  points = [...at, ...at];
  drawLine(lineThrough(points));
}

function moveTo(to) {
  if (isDown) {
    drawLine(lineThrough([...place, ...to]));
    points.push(...to);
  }
  place = to;
}

function takeUp() {
  sendPiece();
  isDown = false;
  points = [];
}

// Pointer events are the same for mouse, pen and finger.
paper.addEventListener('pointerdown', (event) => {
  // The left button, and of several fingers the first.
  if (event.button !== 0 || !event.isPrimary) return;
  // The line goes on when the pointer leaves the paper and comes back.
  paper.setPointerCapture(event.pointerId);
  putDown(placeOf(event));
});
paper.addEventListener('pointermove', (event) => {
  if (!isDown || !event.isPrimary) return;
  // A browser may have seen more places than it tells at once.
  for (const each of event.getCoalescedEvents?.() ?? [event]) moveTo(placeOf(each));
});
paper.addEventListener('pointerup', takeUp);
paper.addEventListener('pointercancel', takeUp);

const ARROWS = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

paper.addEventListener('keydown', (event) => {
  const arrow = ARROWS[event.key];
  if (!arrow && event.key !== ' ') return;
  // The page shall not scroll.
  event.preventDefault();
  if (arrow) {
    const [x, y] = [place[0] + arrow[0], place[1] + arrow[1]];
    moveTo([Math.min(Math.max(x, 0), 1600), Math.min(Math.max(y, 0), 1000)]);
  } else if (isDown) takeUp();
  else putDown(place);
});
paper.addEventListener('blur', takeUp);

document.querySelector('#clear').addEventListener('click', () => {
  if (!confirm('Clear the paper for everybody?')) return;
  clearPaper();
  send({ clear: true });
});

clearPaper();
connect();
