/** Runs in a page: the next form that its script sends does not arrive, as when the line is down. */
export function breakNextRequest(): void {
  const whole = window.fetch;
  window.fetch = (input, init) => {
    if (init?.method !== 'POST') return whole(input, init);
    window.fetch = whole;
    return Promise.reject(new TypeError('The line is down.'));
  };
}
