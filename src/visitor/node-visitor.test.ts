import { expect, it } from 'vitest';
import { generateKeyPair, identityFromKeyPair } from '../protocol/identity.ts';
import { visitSite } from './node-visitor.ts';

it.each([
  'https://example.com/',
  'https://peer.example/server/garden/',
  'http://bad_name.localhost:8890/',
  'http://localhost:8890/',
])('says of %s that it is not the address of a site, without asking anybody', async (address) => {
  const visiting = visitSite({
    url: new URL(address),
    identity: await identityFromKeyPair(await generateKeyPair()),
    pins: {
      pinFor() {
        throw new Error('Nobody is visited.');
      },
    },
    signal: new AbortController().signal,
  });
  await expect(visiting).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(`${address} is not the address of a site`),
  });
});
