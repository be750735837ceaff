import type { StarterUse } from './starter.ts';

export const empty: StarterUse = {
  title: 'Empty Template',

  async use({ ann, ben }) {
    await ann.sees('Hello, world.');
    await ben.sees('Hello, world.');
    await ben.goTo('/nowhere');
    await ben.press('Go to the start page', 'link');
    await ben.sees('Hello, world.');
  },

  async useCopy(visitor) {
    await visitor.sees('Hello, world.');
  },
};
