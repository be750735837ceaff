/** The signaling server introduces and gets out of the way: what a site says never passes through it. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { browserPool } from './instance/browsers.ts';
import { startHostileServer } from './instance/hostile-server.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, temporarySite } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const MIB = 1024 * 1024;
/** An introduction is a few messages of a few KiB; content is measured in megabytes. */
const INTRODUCTION_BYTES = 64 * 1024;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

it('carries no content while 20 MB of a site are served', async () => {
  const instance = await startInstance();
  const parts = Array.from({ length: 5 }, () => randomBytes(4 * MIB));
  const files = Object.fromEntries(parts.map((bytes, index) => [`part-${index}.bin`, bytes]));
  const folder = await temporarySite({ 'index.html': '<h1>Parts</h1>', ...files });
  const host = await hostFolder(instance, { name: 'garden', folder });
  const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), host.address);
  await visitor.sees('Parts');

  const before = instance.stats();
  for (const [index, bytes] of parts.entries()) {
    expect(await visitor.fetch(`/part-${index}.bin`)).toEqual({
      status: 200,
      bytes: bytes.length,
      sha256: sha256(bytes),
    });
  }
  const after = instance.stats();
  const { signal, network } = after;
  expect(signal.bytesIn + signal.bytesOut).toBeLessThan(INTRODUCTION_BYTES);
  // Every byte of every connection, whatever it was for.
  expect(network.bytesIn - before.network.bytesIn).toBeLessThan(INTRODUCTION_BYTES);
  expect(network.bytesOut - before.network.bytesOut).toBeLessThan(INTRODUCTION_BYTES);
});

it('sees nothing of pages, addresses, and forms behind the first address', async () => {
  const server = await startHostileServer();
  const [inPage, inAddress, inStyle] = [randomUUID(), randomUUID(), randomUUID()];
  const folder = await temporarySite({
    'index.html': `<link rel="stylesheet" href="/style.css"><p>${inPage}</p><a href="/next.html?q=${inAddress}">On</a>`,
    'next.html': `<p>The next page, ${inPage}</p>`,
    'style.css': `/* ${inStyle} */ p { color: rgb(1, 2, 3); }`,
  });
  await hostFolder(server.instance, { name: 'garden', folder });
  const visitor = await Visitor.open(
    await openBrowser('chromium', 'visitor'),
    server.instance.shareUrl('garden'),
  );
  await visitor.sees(inPage);
  const color = () => getComputedStyle(document.querySelector('p') ?? document.body).color;
  // The text may be there before the style is.
  await expect.poll(() => visitor.frame.evaluate(color)).toBe('rgb(1, 2, 3)');
  await visitor.clickLink('On');
  await visitor.sees('The next page');
  expect(await visitor.address()).toContain(inAddress);

  const seen = server.transcript();
  // It does see the introduction, so the transcript is no empty one.
  expect(seen).toContain('"kind":"offer"');
  for (const secret of [inPage, inAddress, inStyle, 'next.html', 'style.css']) {
    expect(seen).not.toContain(secret);
  }
});
