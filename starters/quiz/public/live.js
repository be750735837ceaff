// Keeps the screen as the server says it is.

const screen = document.querySelector('[data-live]');

async function show() {
  const answer = await fetch(screen.dataset.live);
  // Led elsewhere: the teacher's word is asked for again.
  if (answer.redirected) location.reload();
  if (!answer.ok) return;
  const html = await answer.text();
  // The same again would only take away what somebody is typing.
  if (html === screen.dataset.shown) return;
  screen.dataset.shown = html;
  const typed = document.getElementById('name')?.value;
  screen.innerHTML = html;
  const field = document.getElementById('name');
  if (field && typed) field.value = typed;
}

/** Sends a form without leaving the page: phones flicker less. Without this it works as well. */
addEventListener('submit', async (event) => {
  if (!screen?.contains(event.target)) return;
  event.preventDefault();
  // With the button that was pressed: its value is the answer.
  const fields = new FormData(event.target, event.submitter);
  await fetch(event.target.action, { method: 'POST', body: fields });
  await show();
});

if (screen) {
  // The server sends an event whenever something has happened.
  const changes = new EventSource('/changes');
  changes.onmessage = show;
  // After a lost connection something may have been missed.
  changes.onopen = show;
  show();
}
