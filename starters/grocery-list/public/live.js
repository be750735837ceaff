// Runs in the visitors' browsers. Without it the site works as well: every button is a form, and the page is
// loaded anew. With it the page stays, and shows at once what others do.

/** Counts what we have asked for, so that a late answer never replaces a newer one. */
let latest = 0;

/** Asks for the page, and puts its live parts in the place of those that are shown. False when the site is away. */
async function update(request) {
  latest += 1;
  const number = latest;
  let html;
  try {
    const response = await request;
    if (!response.ok) throw new Error(`The site answered ${response.status}.`);
    html = await response.text();
  } catch (error) {
    // The site is away or has a mistake, or the network is down.
    console.warn(error);
    document.querySelector('#problem').textContent = 'The list cannot be reached at the moment.';
    return false;
  }
  if (number !== latest) return true;
  const page = new DOMParser().parseFromString(html, 'text/html');
  // The button that has the keyboard's focus is replaced as well. Its successor has the same id.
  const focused = document.activeElement.id;
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(part.id);
    if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
  }
  if (focused) document.getElementById(focused)?.focus();
  return true;
}

/** Adds something to the list. What could not be added stays in its field. */
async function add(form, request) {
  const button = form.querySelector('button');
  // Whoever presses it twice wants it once.
  button.disabled = true;
  const added = await update(request);
  button.disabled = false;
  if (!added) return;
  form.elements.wish.value = '';
  form.elements.wish.focus();
}

// Forms are sent without leaving the page.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if ('reload' in form.dataset) return;
  event.preventDefault();
  // The button that was pressed is one of the fields.
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  const request = fetch(form.action, { method: 'POST', body: fields });
  if (form.classList.contains('add')) add(form, request);
  else update(request);
});

// The site tells us when the list has changed. If the line breaks, the browser opens it again by itself; we may
// have missed something meanwhile, so we look then as well.
const changes = new EventSource('/changes');
changes.onopen = () => update(fetch('/'));
changes.onmessage = () => update(fetch('/'));
