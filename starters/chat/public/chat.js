// Runs in the visitors' browsers: opens the room's WebSocket, shows what comes, and sends what is typed.

const list = document.querySelector('#messages');
const state = document.querySelector('#state');
const form = document.querySelector('#say');

/** The number of the newest message that we have. */
let newest = 0;
let socket;

function connect() {
  // After a break we ask only for what we have missed.
  socket = new WebSocket(`${location.pathname}/socket?after=${newest}`);
  socket.onopen = () => {
    state.textContent = '';
  };
  socket.onmessage = ({ data }) => {
    const { messages, people } = JSON.parse(data);
    if (messages) showMessages(messages);
    if (people) document.querySelector('#people').textContent = people.join(', ');
  };
  socket.onclose = () => {
    state.textContent = 'Connecting…';
    setTimeout(connect, 1000);
  };
}

function showMessages(messages) {
  // Who reads further up shall not be torn away from there.
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  for (const message of messages) {
    // It may come twice: once as new, and once among what was said before.
    if (message.id <= newest) continue;
    newest = message.id;
    list.append(draw(message));
  }
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function draw({ name, text, sent }) {
  const line = document.querySelector('#message').content.cloneNode(true).firstElementChild;
  if (name === list.dataset.me) line.className = 'mine';
  // textContent, and not innerHTML: what people write is text, whatever it looks like.
  line.querySelector('.name').textContent = name;
  line.querySelector('.text').textContent = text;
  const time = line.querySelector('time');
  time.dateTime = sent;
  time.textContent = new Date(sent).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return line;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = form.elements.text;
  // While there is no connection, the text stays in the field.
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(field.value);
  field.value = '';
  field.focus();
});

connect();
