// Keeps the screen as the server says it is.

const screen = document.querySelector('[data-live]');

/** Where we say that something could not be sent. */
const unsent = document.querySelector('#unsent');

/** Counts what we have asked for, so that a late answer never replaces a newer one. */
let latest = 0;

async function show() {
  latest += 1;
  const number = latest;
  const answer = await fetch(screen.dataset.live);
  // Led elsewhere: the teacher's word is asked for again.
  if (answer.redirected) location.reload();
  if (!answer.ok) return;
  const html = await answer.text();
  if (number !== latest) return;
  // The same again would only take away what somebody is typing.
  if (html === screen.dataset.shown) return;
  screen.dataset.shown = html;
  const typed = document.getElementById('name')?.value;
  screen.innerHTML = html;
  unsent.textContent = '';
  const field = document.getElementById('name');
  if (field && typed) field.value = typed;
}

/** True while a form is on its way. */
let sending = false;

/** Sends a form without leaving the page: phones flicker less. Without this it works as well. */
addEventListener('submit', async (event) => {
  if (!screen?.contains(event.target)) return;
  event.preventDefault();
  // The second of two taps.
  if (sending) return;
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) return;
  // With the button that was pressed: its value is the answer.
  const fields = new FormData(event.target, event.submitter);
  sending = true;
  try {
    const answer = await fetch(event.target.action, { method: 'POST', body: fields });
    if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
    unsent.textContent = '';
    await show();
  } catch (error) {
    // The site is away or has a mistake, or the network is down. The form is still there.
    console.warn(error);
    unsent.textContent = 'This did not reach the quiz. Please try again.';
  }
  sending = false;
});

if (screen) {
  // The server sends an event whenever something has happened.
  const changes = new EventSource('/changes');
  changes.onmessage = show;
  // After a lost connection something may have been missed.
  changes.onopen = show;
  show();
}
