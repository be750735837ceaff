import type { Frame } from 'puppeteer-core';
import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

export const garageSale: StarterUse = {
  title: 'Garage Sale',
  pages: ['/', '/items/7', '/items/3', '/seller'],

  async use({ ann, ben }) {
    await ann.sees('Watering can');
    await ben.press('Toys', 'link');
    await ben.seesNoMore('Watering can');
    await ben.press('Wooden train € 8', 'link');
    await ben.fill('Your name', 'Ben');
    await ben.fill('Phone or e-mail', '0123');
    await ben.press('Reserve it');
    await ben.sees('Reserved for you, Ben.');

    // Whoever comes later is told, and can change nothing about it.
    await ann.goTo('/items/7');
    await ann.sees('Somebody has reserved this.');

    await ann.press('For the seller', 'link');
    await signIn(ann, 'wrong');
    await ann.sees('This is not the password.');
    await signIn(ann, 'attic');
    await ann.sees('Ben, 0123');
    await ann.fill('Title', 'Kite');
    await ann.choose('Category', 'Toys');
    await ann.fill('Price in euros', '7', 'spinbutton');
    await choosePhoto(ann);
    await ann.press('Add it to the sale');
    await ann.sees('Kite');

    await ben.goTo('/');
    await ben.press('Kite € 7', 'link');
    await ben.until('the photo', showsPhoto);
    await ben.goTo('/items/7');
    await ben.press('I do not want it any more');
    await ben.find('button', 'Reserve it');
    await ben.goTo('/items/3');
    await ben.press('Reserve it');
    await ben.sees('Reserved for you, Ben.');
  },

  async useCopy(visitor) {
    await visitor.sees('Reserved');
    await visitor.press('Kite € 7', 'link');
    await visitor.until('the photo', showsPhoto);
    await visitor.goTo('/seller');
    await signIn(visitor, 'attic');
    await visitor.press('Free again: Bicycle');
    await visitor.sees('€ 85');
    await visitor.press('Sold: Bicycle');
    await visitor.seesNoMore('Bicycle');
  },
};

async function signIn(visitor: SitePage, password: string): Promise<void> {
  await visitor.fillPassword(password);
  await visitor.press('Sign in');
}

/** Puts a photo, larger than the site wants it, into the field, and waits until the page has shrunk it. */
async function choosePhoto(visitor: SitePage): Promise<void> {
  // The page's script listens from then on.
  await visitor.visitor.isComplete();
  // Once only: what is chosen again begins again.
  await visitor.frame.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('There is no field for a photo.');
    const canvas = new OffscreenCanvas(3000, 1500);
    canvas.getContext('2d')?.fillRect(0, 0, 1500, 1500);
    const photo = await canvas.convertToBlob({ type: 'image/png' });
    const list = new DataTransfer();
    list.items.add(new File([photo], 'large.png', { type: 'image/png' }));
    input.files = list.files;
    input.dispatchEvent(new Event('change'));
  });
  await visitor.until('the photo to be shrunk', (frame) =>
    frame.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('input[type=file]');
      return input?.files?.[0]?.name === 'photo.jpg';
    }),
  );
}

/** True when the page shows the photo as it was sent: 1200 pixels wide, and no more. */
function showsPhoto(frame: Frame): Promise<boolean> {
  return frame.evaluate(
    () => document.querySelector<HTMLImageElement>('.large')?.naturalWidth === 1200,
  );
}
