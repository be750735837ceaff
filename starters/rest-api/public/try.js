// The page's own small client: it sends a request and shows the answer.

const EXAMPLES = [
  { title: 'List all books', method: 'GET', path: '/api/books' },
  { title: 'Find books', method: 'GET', path: '/api/books?search=le' },
  { title: 'Read one book', method: 'GET', path: '/api/books/1' },
  {
    title: 'Add a book',
    method: 'POST',
    path: '/api/books',
    body: { title: 'Momo', author: 'Michael Ende', year: 1973 },
  },
  { title: 'Change a book', method: 'PATCH', path: '/api/books/2', body: { year: 1872 } },
  { title: 'Delete a book', method: 'DELETE', path: '/api/books/3' },
  { title: 'A mistake', method: 'POST', path: '/api/books', body: { title: '' } },
];

const find = (id) => document.getElementById(id);
const form = find('try');

for (const { title } of EXAMPLES) find('example').append(new Option(title));

/** Only these two send something along. */
function showBody() {
  find('body-field').hidden = !['POST', 'PATCH'].includes(find('method').value);
}

find('method').addEventListener('change', showBody);

find('example').addEventListener('change', () => {
  const { method, path, body } = EXAMPLES[find('example').selectedIndex];
  find('method').value = method;
  find('path').value = path;
  find('body').value = body ? JSON.stringify(body, null, 2) : '';
  showBody();
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const method = find('method').value;
  const withBody = !find('body-field').hidden;
  const started = performance.now();
  try {
    const response = await fetch(find('path').value, {
      method,
      ...(withBody && {
        headers: { 'content-type': 'application/json' },
        body: find('body').value,
      }),
    });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    // Often there is only the number: newer versions of HTTP send no words for it.
    const status = `${response.status} ${response.statusText}`.trim();
    find('status').textContent = `${status}, ${took} ms`;
    find('status').className = response.ok ? 'good' : 'bad';
    find('answer').textContent = pretty(text) || '(nothing)';
  } catch (error) {
    find('status').textContent = 'no answer';
    find('status').className = 'bad';
    find('answer').textContent = error.message;
  }
});

/** JSON with line breaks; anything else as it is. */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// The first one at once, so that there is something to see.
form.requestSubmit();
