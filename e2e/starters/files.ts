import type { SitePage } from './site-page.ts';
import type { StarterUse } from './starter.ts';

const NAME = 'Fotos & “Süd” 100 %.bin';
/** Three pieces, of which the last is not full. In bytes. */
const SIZE = 1_300_000;

export const files: StarterUse = {
  title: 'Files',

  async use({ ann, ben }) {
    await ann.sees('Nothing here yet.');
    await ben.sees('Nothing here yet.');
    await share(ben, NAME, SIZE);
    await ann.find('link', NAME);
    await ann.sees('1.3 MB');
    await downloads(ann, NAME, SIZE);

    await share(ann, 'nothing.txt', 0);
    await ben.find('link', 'nothing.txt');
    await downloads(ben, 'nothing.txt', 0);
    await ben.press('Delete nothing.txt');
    await ann.until('the list without the file', (frame) =>
      frame.evaluate(() => document.querySelectorAll('#files li').length === 1),
    );
  },

  async useCopy(visitor) {
    await downloads(visitor, NAME, SIZE);
    await share(visitor, 'more.bin', 10);
    await visitor.find('link', 'more.bin');
    await downloads(visitor, 'more.bin', 10);
  },
};

/** Chooses a file of bytes that differ from piece to piece, and waits until it is shared. */
async function share(visitor: SitePage, name: string, size: number): Promise<void> {
  await visitor.frame.evaluate(
    (fileName, length) => {
      const input = document.querySelector<HTMLInputElement>('#choose');
      if (!input) throw new Error('There is no field for files.');
      const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
      const list = new DataTransfer();
      list.items.add(new File([bytes], fileName));
      input.files = list.files;
      input.dispatchEvent(new Event('change'));
    },
    name,
    size,
  );
  await visitor.until(`${name} to be shared`, (frame) =>
    frame.evaluate(
      (fileName) => document.querySelector('#news')?.textContent === `${fileName} is shared.`,
      name,
    ),
  );
}

/** Downloads what the link leads to, and compares it byte by byte with what was shared. */
async function downloads(visitor: SitePage, name: string, size: number): Promise<void> {
  const link = await visitor.find('link', name);
  const address = await link.evaluate((element) => (element as HTMLAnchorElement).href);
  await visitor.until(`the ${size} bytes of ${name}`, (frame) =>
    frame.evaluate(
      async (url, fileName, length) => {
        const response = await fetch(url);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const same = bytes.every((byte, index) => byte === index % 251);
        const disposition = response.headers.get('content-disposition') ?? '';
        return (
          same &&
          bytes.length === length &&
          disposition.startsWith('attachment') &&
          disposition.includes(encodeURIComponent(fileName))
        );
      },
      address,
      name,
      size,
    ),
  );
}
