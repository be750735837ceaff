import { describe, expect, it } from 'vitest';
import { kindOfFile } from './file-kind.ts';

describe('how a file is shown', () => {
  it.each([
    ['index.html', 'text/html', 'text'],
    ['main.ts', 'video/mp2t', 'text'],
    ['logo.svg', 'image/svg+xml', 'text'],
    ['site.webmanifest', 'application/manifest+json', 'text'],
    ['cat.jpg', 'image/jpeg', 'image'],
    ['song.mp3', 'audio/mpeg', 'audio'],
    ['film.mp4', 'video/mp4', 'video'],
    ['book.pdf', 'application/pdf', 'pdf'],
    ['serif.woff2', 'font/woff2', 'font'],
    ['data.bin', 'application/octet-stream', 'other'],
  ])('%s of type %s is %s', (path, type, kind) => {
    expect(kindOfFile(path, type)).toBe(kind);
  });
});
