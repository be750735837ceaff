// The page: uploads what is dropped, a piece at a time, and shows what there is.

const find = (id) => document.getElementById(id);

/** 1536 → "1.5 kB" */
function readable(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

/** Sends a request. Answers with what came back as JSON, or throws why not. */
async function ask(method, path, body, signal) {
  const answer = await fetch(path, { method, body, signal });
  const isJson = answer.headers.get('content-type')?.includes('json');
  const result = isJson ? await answer.json() : undefined;
  if (!answer.ok) throw new Error(result?.problem ?? `The server answered ${answer.status}.`);
  return result;
}

/** A copy of a template in the page, with what is found in it. */
function copyOf(template) {
  const row = find(template).content.firstElementChild.cloneNode(true);
  return {
    row,
    name: row.querySelector('.name'),
    size: row.querySelector('.size'),
    progress: row.querySelector('progress'),
    button: row.querySelector('button'),
  };
}

async function showFiles() {
  const files = await ask('GET', '/files');
  find('files').replaceChildren(
    ...files.map((file) => {
      const { row, name, size, button } = copyOf('row');
      name.textContent = file.name;
      name.href = `/files/${file.id}`;
      name.download = file.name;
      size.textContent = readable(file.size);
      button.setAttribute('aria-label', `Delete ${file.name}`);
      button.onclick = () => ask('DELETE', `/files/${file.id}`);
      return row;
    }),
  );
  find('empty').hidden = files.length > 0;
}

async function upload(file) {
  const { row, name, progress, button } = copyOf('upload');
  name.textContent = file.name;
  progress.setAttribute('aria-label', file.name);
  button.setAttribute('aria-label', `Stop ${file.name}`);
  find('uploads').append(row);

  const stop = new AbortController();
  button.onclick = () => stop.abort();
  let id;
  try {
    const begun = JSON.stringify({ name: file.name, size: file.size });
    const answer = await ask('POST', '/files', begun, stop.signal);
    id = answer.id;
    // slice() reads nothing yet: the browser takes each piece from the disk when it is sent.
    for (let start = 0; start < file.size; start += answer.pieceBytes) {
      const piece = file.slice(start, start + answer.pieceBytes);
      await ask('PUT', `/files/${id}/pieces/${start / answer.pieceBytes}`, piece, stop.signal);
      progress.value = Math.min(1, (start + piece.size) / file.size);
    }
    await ask('PUT', `/files/${id}`, undefined, stop.signal);
    row.remove();
    find('news').textContent = `${file.name} is shared.`;
  } catch (error) {
    if (id !== undefined) await ask('DELETE', `/files/${id}`).catch(console.error);
    if (stop.signal.aborted) {
      row.remove();
      return;
    }
    // What went wrong stays in the list until somebody has read it.
    progress.replaceWith(
      Object.assign(document.createElement('span'), { textContent: error.message }),
    );
    find('news').textContent = `${file.name}: ${error.message}`;
    button.textContent = 'Close';
    button.setAttribute('aria-label', `Close the message about ${file.name}`);
    button.onclick = () => row.remove();
  }
}

/** One after the other: two at once would only share the same line. */
let queue = Promise.resolve();
function uploadAll(files) {
  for (const file of files) queue = queue.then(() => upload(file));
}

find('choose').addEventListener('change', () => {
  uploadAll([...find('choose').files]);
  // So that the same file can be chosen again.
  find('choose').value = '';
});

// Without these two lines the browser would open a file that is dropped.
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  find('drop').classList.remove('over');
  uploadAll([...event.dataTransfer.files]);
});
find('drop').addEventListener('dragenter', () => find('drop').classList.add('over'));
find('drop').addEventListener('dragleave', () => find('drop').classList.remove('over'));

// The server tells when somebody has shared or deleted something.
const changes = new EventSource('/changes');
changes.onmessage = showFiles;
// After a lost connection something may have been missed.
changes.onopen = showFiles;
showFiles();
