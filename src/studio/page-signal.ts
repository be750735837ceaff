const leaving = new AbortController();
// A page that is only put aside may come back, with everything as it was: its signal must not have aborted then.
addEventListener('pagehide', ({ persisted }) => persisted || leaving.abort());

/** Aborts when the page goes for good: what it has begun and nobody will see the end of, need not go on. */
export const pageSignal: AbortSignal = leaving.signal;
