import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const login: StarterUse = {
  title: 'Login',
  pages: ['/', '/members'],

  async use({ ann, ben }) {
    // Without a login there is no way in, be it by the address.
    await ann.sees('Members, come in');
    await ann.goTo('/members', '/login');
    await ann.sees('This page is for members.');

    await ann.press('Register', 'link');
    // The page before has a field of the same name.
    await ann.find('heading', 'Register');
    await enter(ann, 'A', 'short', 'Register');
    await ann.sees('Please choose a name of two letters or more.');
    await ann.sees('Please choose a password of eight characters or more.');
    await enter(ann, 'Ann', 'open sesame', 'Register');
    await ann.sees('Hello, Ann');
    await ann.fill('Your note', 'Feed the cat');
    await ann.press('Save');
    await ann.sees('Saved.');

    await ben.press('Register', 'link');
    await enter(ben, 'ANN', 'correct horse', 'Register');
    await ben.sees('There is a member of this name already.');
    await enter(ben, 'Ben', 'correct horse', 'Register');
    await ben.sees('Hello, Ben');
    await ben.press('Log out');
    await ben.press('Log in', 'link');
    await ben.find('heading', 'Log in');
    await enter(ben, 'Ann', 'correct horse', 'Log in');
    await ben.sees('Name and password do not fit.');
    await enter(ben, 'ben', 'correct horse', 'Log in');
    await ben.sees('Hello, Ben');
  },

  async useCopy(visitor) {
    await visitor.press('Log in', 'link');
    await enter(visitor, 'Ann', 'open sesame', 'Log in');
    await visitor.sees('Hello, Ann');
    await visitor.find('textbox', 'Your note');
    await visitor.until('the note', (frame) =>
      frame.evaluate(() => document.querySelector('textarea')?.value === 'Feed the cat'),
    );
  },
};

async function enter(
  visitor: SitePage,
  name: string,
  password: string,
  button: string,
): Promise<void> {
  await visitor.fill('Name', name);
  await visitor.fillPassword(password);
  await visitor.press(button);
}
