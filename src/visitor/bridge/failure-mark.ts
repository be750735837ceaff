/**
 * Name of the meta element by which the shell knows a page that the service worker gave because there was no
 * connection, and that may be asked for again.
 */
export const FAILURE_MARK = 'peerserver-comes-back';
