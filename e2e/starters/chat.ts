import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const chat: StarterUse = {
  title: 'Chat',
  pages: ['/?rename', '/rooms/1'],

  async use({ ann, ben }) {
    await comeIn(ann, 'Ann');
    await say(ann, 'Is anybody there?');
    await ann.sees('Is anybody there?');

    // Who comes later finds what was said.
    await comeIn(ben, 'Ben');
    await ben.sees('Is anybody there?');
    await ann.sees('Ann, Ben');
    await say(ben, 'I am, and <b>bold</b>');
    await ann.sees('I am, and <b>bold</b>');

    await ann.fill('New room', 'Attic');
    await ann.press('Make this room');
    await ben.seesNoMore('Ann, Ben');
    await say(ann, 'It is dark in here');
    await ben.goTo('/rooms/4');
    await ben.sees('It is dark in here');
    await ann.sees('Ann, Ben');
    await ann.goTo('/rooms/1');
    await ann.sees('I am, and <b>bold</b>');
  },

  async useCopy(visitor) {
    await comeIn(visitor, 'Cleo');
    await visitor.sees('Is anybody there?');
    await say(visitor, 'I am late');
    await visitor.sees('I am late');
    await visitor.press('Attic', 'link');
    await visitor.sees('It is dark in here');
  },
};

async function comeIn(visitor: SitePage, name: string): Promise<void> {
  await visitor.fill('What shall the others call you?', name);
  await visitor.press('Come in');
  await isConnected(visitor);
}

/** Messages are sent only while there is a connection. */
async function isConnected(visitor: SitePage): Promise<void> {
  await visitor.until('the room to be connected', (frame) =>
    frame.evaluate(() => document.querySelector('#state')?.textContent === ''),
  );
}

async function say(visitor: SitePage, text: string): Promise<void> {
  await isConnected(visitor);
  await visitor.fill('Message', text);
  await visitor.press('Send');
}
