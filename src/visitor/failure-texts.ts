import type { ErrorCode } from '../protocol/errors.ts';

/** What a person is told about one way to fail, and what to do next. */
export interface FailureText {
  readonly title: string;
  readonly text: string;
  /** The shell goes on trying to connect, so that a page which can be asked for again comes by itself. */
  readonly comesBack?: true;
}

/** For whatever fails since there is no connection. */
export const APPEARS_BY_ITSELF =
  'The page appears here by itself as soon as the host can be reached.';

/** The same in the shell's screens and in the pages that the service worker gives in place of a site's own. */
export const FAILURE_TEXTS: Partial<Record<ErrorCode, FailureText>> = {
  'no-such-site': {
    title: 'There is no site of this name',
    text: 'Check the address for a slip. If somebody gave it to you, ask whether the name is still theirs.',
  },
  'host-away': {
    title: 'The host is asleep',
    text: 'What serves this site, a browser tab or a program, is closed or offline now.',
    comesBack: true,
  },
  'cannot-connect': {
    title: 'No way to the host',
    text: 'Your browser and the host found no path to each other. A strict firewall or a company network often is the reason; another network may work.',
    comesBack: true,
  },
  'signaling-failed': {
    title: 'The introducing server does not answer',
    text: 'It is needed for a moment, to introduce your browser to the host. Check your connection to the internet.',
    comesBack: true,
  },
  'connection-lost': {
    title: 'The connection broke',
    text: 'The host went away.',
    comesBack: true,
  },
  'stream-refused': {
    title: 'The host does not let you in just now',
    text: 'It has as many visitors as it can take, or its author has ended your visit for a few minutes. Try again in a little while.',
  },
  'version-mismatch': {
    title: 'Two versions that do not fit',
    text: 'The host runs a version of PeerServer that this page cannot speak with. Reload the page; if that does not help, the host has to reload its own.',
  },
  'too-slow': { title: 'The host took too long', text: 'The site gave no answer in time.' },
  'headers-too-large': {
    title: 'The request is too large',
    text: 'Its address or headers are longer than the host takes.',
  },
  'body-too-large': {
    title: 'The upload is too large',
    text: 'It is more than the host takes.',
  },
  'storage-failed': {
    title: 'This could not be kept',
    text: 'There is no room in this browser for what was to be sent. Free some storage, then go back and try again.',
  },
};
