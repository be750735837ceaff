import type { LearnPage } from '../../address/address.ts';

/** A page to learn from, written in Markdown; each comes by itself when it is opened. */
export interface LearnText {
  /** As the browser's tab shows it. */
  readonly title: string;
  readonly load: () => Promise<{ readonly default: string }>;
}

/** All but the index, which is a list of them. */
export const LEARN_TEXTS: Record<Exclude<LearnPage, 'index'>, LearnText> = {
  'hello-world': { title: 'Hello, world', load: () => import('./pages/hello-world.md') },
  'build-a-site': { title: 'Build a site', load: () => import('./pages/build-a-site.md') },
  'inner-workings': { title: 'Inner workings', load: () => import('./pages/inner-workings.md') },
  'dynamic-sites': {
    title: 'The guide',
    load: () => import('../../../docs/dynamic-sites.md'),
  },
  errors: { title: 'What errors mean', load: () => import('../../../docs/errors.md') },
};
