// Runs in the visitors' browsers. Without it one can vote as well; the bars then move when the page is loaded
// anew.

const form = document.querySelector('form');

// The site sends the standings at once, and again after every vote. If the line breaks, the browser opens it again
// by itself.
const results = new EventSource('/results');

results.onmessage = ({ data }) => {
  const { answers, total } = JSON.parse(data);
  for (const { id, percent, votes } of answers) {
    const button = form.querySelector(`button[value="${id}"]`);
    // An answer that was added since this page was loaded.
    if (!button) continue;
    // The bar's length follows from this number: see style.css.
    button.style.setProperty('--percent', percent);
    button.querySelector('b').textContent = `${percent} %`;
    button.querySelector('.count').textContent = votes;
  }
  document.querySelector('#total').textContent = total;
};

// Votes are sent without leaving the page.
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const chosen = event.submitter;
  const problem = document.querySelector('#problem');
  problem.textContent = '';
  try {
    const body = new URLSearchParams({ answer: chosen.value });
    const response = await fetch('/', { method: 'POST', body });
    if (!response.ok) throw new Error(`The site answered ${response.status}.`);
    for (const button of form.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', button === chosen);
    }
  } catch (error) {
    // The site is away or has a mistake, or the network is down.
    console.warn(error);
    problem.textContent = 'Your vote did not arrive. Please try again.';
  }
});
