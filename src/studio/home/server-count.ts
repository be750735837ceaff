/** How many servers there were at the last look, so that the page can keep their room before they are read. */
export interface ServerCount {
  read(): number;
  write(count: number): void;
}

const KEY = 'peerserver-servers';
/** More rows than this keep no more room: the page scrolls anyway. */
const MOST = 20;

/** @param storage `localStorage`; asked for each time, since it may be forbidden */
export function createServerCount(
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
): ServerCount {
  return {
    read() {
      try {
        const count = Number(storage().getItem(KEY));
        return Number.isInteger(count) ? Math.min(Math.max(count, 0), MOST) : 0;
      } catch {
        // Without storage nothing is remembered; the page is as for somebody new.
        return 0;
      }
    },
    write(count) {
      try {
        storage().setItem(KEY, String(count));
      } catch {
        // As above: it is only for the looks of the next visit.
      }
    },
  };
}
