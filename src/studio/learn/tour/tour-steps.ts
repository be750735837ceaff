import type { Area } from '../../session/areas.ts';

/** What a step points at, as the areas mark it with `data-tour`. */
export type TourTarget = 'files' | 'editor' | 'result' | 'open-browser' | 'log' | 'share';

export interface TourStep {
  readonly target: TourTarget;
  /** Made visible first: on a phone one area is shown at a time. */
  readonly area?: Area;
  readonly title: string;
  readonly text: string;
}

/** From the files to the first visitor, in the order in which somebody new needs them. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    target: 'files',
    area: 'files',
    title: 'Your files',
    text: 'All that your site is made of. Pages and pictures are served as they are; dynamic files are programs that answer requests. Drop files here to add them.',
  },
  {
    target: 'editor',
    area: 'editor',
    title: 'The editor',
    text: 'Click a file, and it opens here. What you type is a draft: it is kept at once, but nobody else sees it yet.',
  },
  {
    target: 'editor',
    area: 'editor',
    title: 'Make it live',
    text: 'Press Ctrl-S (⌘S on a Mac), and every visitor gets the new version from now on. Try it: change a word, then save.',
  },
  {
    target: 'result',
    area: 'result',
    title: 'What visitors see',
    text: 'Your site, as it is. It follows each save by itself. Look at it as wide as a phone or a tablet, too.',
  },
  {
    target: 'open-browser',
    title: 'Visit it yourself',
    text: 'Open Browser shows your site in a tab of its own, exactly as a visitor gets it.',
  },
  {
    target: 'share',
    title: 'Invite others',
    text: 'Share has your site’s address, to copy, to send, or to scan with a phone. It works in any current browser, as long as this tab stays open.',
  },
  {
    target: 'log',
    area: 'log',
    title: 'Watch what happens',
    text: 'Each request shows up in the log, and so do mistakes in your code, with the line to click at. Have fun.',
  },
];
