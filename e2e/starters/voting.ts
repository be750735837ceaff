import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const voting: StarterUse = {
  title: 'Voting',

  async use({ ann, ben }) {
    await ann.press('To the lake 0 % 0');
    await seesVotes(ben, '1');
    await ben.find('button', 'To the lake 100 % 1');
    await ben.press('To the museum 0 % 0');
    await ann.find('button', 'To the museum 50 % 1');

    // One each: who votes again changes their vote, after a reload as well.
    await ben.goTo('/');
    await ben.press('To the lake 50 % 1');
    await ann.find('button', 'To the lake 100 % 2');
    await ann.find('button', 'To the museum 0 % 0');
  },

  async useCopy(visitor) {
    await visitor.press('We stay at home 0 % 0');
    await visitor.find('button', 'We stay at home 33 % 1');
    await seesVotes(visitor, '3');
  },
};

function seesVotes(visitor: SitePage, total: string): Promise<void> {
  return visitor.sees(`Votes so far: ${total}`);
}
