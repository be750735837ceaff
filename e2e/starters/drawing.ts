import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

/** Red as the page has it. */
const RED = '208,52,44';
const BLUE = '28,126,214';
const WHITE = '255,255,255';

export const drawing: StarterUse = {
  title: 'Drawing Board',

  async use({ ann, ben }) {
    await ann.sees('2 are here');
    await ben.sees('2 are here');

    await ann.press('Red', 'radio');
    await drawLine(ann, [0.2, 0.5], [0.8, 0.5]);
    await shows(ben, [0.5, 0.5], RED);

    // Without a pointer: down at the middle, and twenty steps upwards.
    await ben.press('Blue', 'radio');
    await drawWithKeys(ben, 'ArrowUp', 20);
    await shows(ann, [0.5, 0.2], BLUE);

    ann.visitor.tab.page.once('dialog', (dialog) => void dialog.accept());
    await ann.press('Clear the paper');
    await shows(ben, [0.5, 0.2], WHITE);
    await drawLine(ann, [0.2, 0.7], [0.8, 0.7]);
    await shows(ben, [0.5, 0.7], RED);
  },

  async useCopy(visitor) {
    await visitor.sees('You are alone here');
    await shows(visitor, [0.5, 0.7], RED);
    await shows(visitor, [0.5, 0.5], WHITE);
    await visitor.press('Blue', 'radio');
    await drawLine(visitor, [0.5, 0.1], [0.5, 0.9]);
    await shows(visitor, [0.5, 0.5], BLUE);
  },
};

/** A place on the paper: parts of its width and height. */
type Place = readonly [number, number];

async function drawLine(visitor: SitePage, from: Place, to: Place): Promise<void> {
  const { page, launched } = visitor.visitor.tab;
  const box = await launched.guard((await visitor.find('application', 'The paper')).boundingBox());
  if (!box) throw new Error('The paper is not shown.');
  const at = ([x, y]: Place) => [box.x + x * box.width, box.y + y * box.height] as const;
  await launched.guard(page.mouse.move(...at(from)));
  await launched.guard(page.mouse.down());
  await launched.guard(page.mouse.move(...at(to), { steps: 10 }));
  await launched.guard(page.mouse.up());
}

async function drawWithKeys(visitor: SitePage, key: 'ArrowUp', times: number): Promise<void> {
  const { page, launched } = visitor.visitor.tab;
  const paper = await visitor.find('application', 'The paper');
  await launched.guard(paper.focus());
  await launched.guard(page.keyboard.press(' '));
  for (let i = 0; i < times; i += 1) await launched.guard(page.keyboard.press(key));
  await launched.guard(page.keyboard.press(' '));
}

/** Waits until the paper has this colour there. */
async function shows(visitor: SitePage, [x, y]: Place, colour: string): Promise<void> {
  await visitor.until(`the colour ${colour} at ${x}, ${y}`, (frame) =>
    frame.evaluate(
      (left, top, wanted) => {
        const paper = document.querySelector<HTMLCanvasElement>('#paper');
        const pixel = paper?.getContext('2d')?.getImageData(left * 1600, top * 1000, 1, 1).data;
        return pixel?.slice(0, 3).join() === wanted;
      },
      x,
      y,
      colour,
    ),
  );
}
