import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

test.each([
  '',
  'über\r\n🌻',
  '\ufeffwith a mark of byte order',
])('%j comes back as it is', async (text) => {
  expect(await decodeText(new Blob([text]))).toBe(text);
});

test.each([
  ['Latin-1', [0x66, 0xfc, 0x72]],
  ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ['cut in a letter', [0x61, 0xc3]],
])('%s is refused, since its letters would be lost', async (_, bytes) => {
  const refused = decodeText(new Blob([new Uint8Array(bytes)]));
  await expect(refused).rejects.toMatchObject({ code: 'bad-input' });
  await expect(refused).rejects.toThrow(/not UTF-8.*Convert it/);
});
