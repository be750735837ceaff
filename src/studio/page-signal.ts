const leaving = new AbortController();
addEventListener('pagehide', () => leaving.abort());

/** Aborts when the page goes: what it has begun and nobody will see the end of, need not go on. */
export const pageSignal: AbortSignal = leaving.signal;
