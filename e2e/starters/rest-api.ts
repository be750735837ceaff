import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const restApi: StarterUse = {
  title: 'REST API',

  async use({ ann, ben }) {
    // The list is asked for at once.
    await ann.sees('Frankenstein');
    await ben.sees('Frankenstein');

    await send(ann, 'Add a book', '201');
    await ann.sees('"title": "Momo"');
    await send(ben, 'List all books', '200');
    await ben.sees('"title": "Momo"');
    await send(ben, 'A mistake', '400');
    await ben.sees('title: A book has a title');
    await send(ben, 'Delete a book', '204');
    await send(ann, 'Change a book', '200');
    await ann.sees('"year": 1872');

    await ann.choose('Example', 'Find books');
    await ann.fill('Path', '/api/books?search=MOM');
    await ann.press('Send');
    await ann.sees('Michael Ende');
    await ann.seesNoMore('Middlemarch');
  },

  async useCopy(visitor) {
    await visitor.sees('Momo');
    await visitor.sees('"year": 1872');
    await visitor.seesNoMore('The Left Hand of Darkness');
    await send(visitor, 'Add a book', '201');
    await visitor.sees('"id": 6');
  },
};

/** Sends an example of the page, and waits for the answer's status. */
async function send(visitor: SitePage, example: string, status: string): Promise<void> {
  await visitor.choose('Example', example);
  await visitor.press('Send');
  await visitor.until(`the status ${status}`, (frame) =>
    frame.evaluate(
      (expected) => document.querySelector('#status')?.textContent?.startsWith(expected),
      status,
    ),
  );
}
