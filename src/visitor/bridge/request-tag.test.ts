import { expect, test } from 'vitest';
import { readTag, tagUrl, withoutTag } from './request-tag.ts';

test('a tag takes the place of the fragment and comes back whole', () => {
  const url = new URL('http://garden.localhost/a?b=c#top');
  const tag = {
    id: 'x-1',
    keep: true,
    whole: true,
    length: 300,
    download: 'Größe & Maß #1.txt',
    shell: 's-1',
  };
  const tagged = tagUrl(url, tag);
  expect(readTag(tagged)).toEqual(tag);
  expect(new URL(tagged).pathname + new URL(tagged).search).toBe('/a?b=c');
  expect(new URL(tagged).hash).not.toContain('top');
});

test('an address without a tag says nothing', () => {
  expect(readTag('http://garden.localhost/a#top')).toEqual({});
  expect(readTag('http://garden.localhost/a#top#peerserver-request?keep')).toEqual({});
});

test('a page cannot make the service worker keep long tags or names', () => {
  const url = new URL('http://garden.localhost/');
  expect(readTag(`${url}#peerserver-request?id=${'x'.repeat(100_000)}`)).toEqual({});
  expect(readTag(`${url}#peerserver-request?length=1e3`)).toEqual({});
  expect(readTag(`${url}#peerserver-request?shell=${'x'.repeat(100_000)}`)).toEqual({});
  expect(readTag(tagUrl(url, { download: 'x'.repeat(100_000) })).download).toHaveLength(255);
});

test('an address that comes from elsewhere loses its tag, and nothing but that', () => {
  const address = 'http://garden.localhost/search?q=a#peerserver-request?download=setup.bat';
  expect(withoutTag(address)).toBe('http://garden.localhost/search?q=a');
  for (const untagged of ['http://garden.localhost/', 'http://garden.localhost/a?b#top', '/', '']) {
    expect(withoutTag(untagged)).toBe(untagged);
  }
});
