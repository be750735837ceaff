import { breakNextRequest } from './break-next-request.ts';
import type { StarterUse } from './starter.ts';

export const groceryList: StarterUse = {
  title: 'Grocery List',

  async use({ ann, ben }) {
    for (const [visitor, name] of [
      [ann, 'Ann'],
      [ben, 'Ben'],
    ] as const) {
      await visitor.sees('Mountain cheese');
      await visitor.fill('Who are you?', name);
      await visitor.press('Join in');
      await visitor.sees(`You are ${name}.`);
    }

    await ann.fill('What is missing?', 'Olives & <b>figs</b>');
    await ann.choose('Category', 'Everything else');
    // What the site has not got stays in its field.
    await ann.frame.evaluate(breakNextRequest);
    await ann.press('Add');
    await ann.sees('The list cannot be reached at the moment.');
    await ann.press('Add');
    await ben.sees('Olives & <b>figs</b>');

    await ben.press('I bring it: Milk');
    await ann.sees('Ben brings it');
    await ann.sees('1 of 7 taken on');
    await ann.press('I bring it: Lemonade');
    await ben.sees('Ann brings it');

    await ben.press('You bring it: Milk. Give it back');
    await ann.find('button', 'I bring it: Milk');
    // The keyboard stays where it was although the list was put in anew.
    await ben.until('the focus on what was the pressed button', (frame) =>
      frame.evaluate(() => document.activeElement?.ariaLabel === 'I bring it: Milk'),
    );

    await ben.press('Remove Tomatoes');
    await ann.seesNoMore('Tomatoes');
  },

  async useCopy(visitor) {
    await visitor.sees('Ann brings it');
    await visitor.fill('Who are you?', 'Cleo');
    await visitor.press('Join in');
    await visitor.press('I bring it: Olives & <b>figs</b>');
    await visitor.sees('2 of 6 taken on');
  },
};
