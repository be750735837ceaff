import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const notes: StarterUse = {
  title: 'Markdown Notes',
  pages: ['/', '/notes/4', '/?search=lavender', '/notes/4/edit', '/notes/new'],

  async use({ ann, ben }) {
    await ann.press('New note', 'link');
    await ann.fill('Title', 'Beehives & more');
    await ann.fill('Text', '## Where\n\nNext to the **lavender**, <b>not</b> the road.');
    await ann.until('the preview', (frame) =>
      frame.evaluate(() => {
        const preview = document.querySelector('#preview');
        return (
          preview?.querySelector('h3')?.textContent === 'Where' &&
          preview.querySelector('strong')?.textContent === 'lavender' &&
          preview.textContent?.includes('<b>not</b> the road.')
        );
      }),
    );
    await ann.press('Save');
    await ann.find('link', 'Edit');
    await ann.find('heading', 'Beehives & more');

    await search(ben, 'lavend*');
    await ben.seesNoMore('Pancakes');
    await ben.until('the marked word', (frame) =>
      frame.evaluate(() => document.querySelector('mark')?.textContent === 'lavender'),
    );
    await ben.goTo('/notes/4');
    await ben.press('Edit', 'link');
    await ben.fill('Text', 'Under the *apple tree*.');
    // Two write at the same note: the later one is told, and keeps what was typed.
    await ann.press('Edit', 'link');
    await ann.fill('Text', 'Next to the **lavender**, far from the road.');
    await ann.press('Save');
    await ann.find('link', 'Edit');
    await ben.press('Save');
    await ben.sees('Somebody else has changed this note meanwhile.');
    await ben.sees('Under the apple tree.');
    await ben.press('Save');
    await ben.find('link', 'Edit');

    await search(ann, 'lavender', '/');
    await ann.sees('No note has these words.');
    await search(ann, '"apple tree', '/');
    await ann.goTo('/notes/4');
    await ann.sees('Under the apple tree.');
    await ben.goTo('/notes/2');
    const { page } = ben.visitor.tab;
    page.once('dialog', (dialog) => void dialog.dismiss());
    await ben.press('Delete');
    await ben.goTo('/notes/2');
    page.once('dialog', (dialog) => void dialog.accept());
    await ben.press('Delete');
    await ben.seesNoMore('Pancakes');
  },

  async useCopy(visitor) {
    await visitor.sees('Garden');
    await visitor.seesNoMore('Pancakes');
    await search(visitor, 'apple');
    await visitor.seesNoMore('Garden');
    await visitor.goTo('/notes/4');
    await visitor.press('Edit', 'link');
    await visitor.fill('Title', 'Bees');
    await visitor.press('Save');
    await visitor.find('heading', 'Bees');
  },
};

/** Searches on the list of notes. @param list where the list is, when another page is open */
async function search(visitor: SitePage, words: string, list?: string): Promise<void> {
  if (list) await visitor.goTo(list);
  await visitor.fill('Search', words, 'searchbox');
  await visitor.press('Search');
  await visitor.until(`the search for ${words}`, (frame) =>
    frame.evaluate(
      (searched) => new URLSearchParams(location.search).get('search') === searched,
      words,
    ),
  );
}
