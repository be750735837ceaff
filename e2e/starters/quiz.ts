import { breakNextRequest } from './break-next-request.ts';
import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const quiz: StarterUse = {
  title: 'Quiz',
  pages: ['/', '/teacher'],

  async use({ ann, ben }) {
    await join(ann, 'Ann');
    await ann.press('For the teacher', 'link');
    await signIn(ann, 'wrong');
    await ann.sees('That is not the word.');
    await signIn(ann, 'chalk');
    await ann.find('image', `QR code of ${await originOf(ann)}`);
    await ann.find('button', 'Start');

    await join(ben, '<b>Ben</b>');
    await ann.sees('<b>Ben</b>');
    await ann.press('Start');
    // What has not reached the site is told, and can be sent again.
    await ben.frame.evaluate(breakNextRequest);
    await ben.press('Jupiter');
    await ben.sees('This did not reach the quiz. Please try again.');
    await ben.press('Jupiter');
    await ben.sees('You said Jupiter.');
    await ann.sees('Question 1 of 5 · 1 of 2 answered');

    await ann.goTo('/');
    await ann.press('Saturn');
    await ann.sees('You said Saturn.');
    await ann.goTo('/teacher');
    await ann.press('Show the answer');
    await ben.sees('Jupiter it is. You have 1 point.');
    await ann.sees('Jupiter ✓');
  },

  async useCopy(visitor) {
    await visitor.goTo('/teacher');
    await signIn(visitor, 'chalk');
    await visitor.sees('Question 1 of 5 · 2 of 2 answered');
    for (const question of ['spider', 'prime', 'program', 'HTTP']) {
      await visitor.press('Next question');
      await visitor.sees(question);
      await visitor.press('Show the answer');
    }
    await visitor.press('Result');
    await visitor.until('the points of both', async (frame) => {
      const places = await frame.$$eval('ol li', (all) => all.map((one) => one.innerText));
      return (
        places.map((place) => place.replace(/\s+/g, ' ')).join() ===
        '<b>Ben</b> 1 point,Ann 0 points'
      );
    });
    // Everything would be gone with one tap: so it is asked first.
    const { page } = visitor.visitor.tab;
    page.once('dialog', (dialog) => void dialog.dismiss());
    await visitor.press('Start anew');
    await visitor.sees('The end');
    page.once('dialog', (dialog) => void dialog.accept());
    await visitor.press('Start anew');
    await visitor.sees('Who is playing?');
    await visitor.sees('<b>Ben</b>');
  },
};

async function join(visitor: SitePage, name: string): Promise<void> {
  await visitor.fill('Your name', name);
  await visitor.press('Join');
  await visitor.sees(`Hello, ${name}`);
}

async function signIn(visitor: SitePage, word: string): Promise<void> {
  await visitor.fill('The word', word);
  await visitor.press('Go on');
}

function originOf(visitor: SitePage): Promise<string> {
  return visitor.until('the address of the site', (frame) => frame.evaluate(() => location.origin));
}
