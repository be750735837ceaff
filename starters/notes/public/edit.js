// Shows the note as it will look, while it is being written. Without this script the form works as well.

const text = document.getElementById('text');
const preview = document.getElementById('preview');
let asked = 0;
let timer;

async function show() {
  asked += 1;
  const mine = asked;
  const answer = await fetch('/preview', { method: 'POST', body: text.value });
  // Answers may overtake each other: only the last one counts.
  if (answer.ok && mine === asked) preview.innerHTML = await answer.text();
}

// Not at every key: 150 milliseconds after the last one.
text.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(show, 150);
});
show();
