import { describe, expect, it } from 'vitest';
import { kindOfFile, languageOfFile } from './file-kind.ts';

describe('how a file is shown', () => {
  it.each([
    ['index.html', 'text/html', 'text'],
    ['main.ts', 'video/mp2t', 'text'],
    ['logo.svg', 'image/svg+xml', 'text'],
    ['site.webmanifest', 'application/manifest+json', 'text'],
    ['cat.jpg', 'image/jpeg', 'image'],
    ['song.mp3', 'audio/mpeg', 'audio'],
    ['film.mp4', 'video/mp4', 'video'],
    ['book.pdf', 'application/pdf', 'other'],
    ['data.bin', 'application/octet-stream', 'other'],
  ])('%s of type %s is %s', (path, type, kind) => {
    expect(kindOfFile(path, type)).toBe(kind);
  });

  it.each([
    ['a/b.HTM', 'html'],
    ['a.css', 'css'],
    ['a.scss', 'css'],
    ['a.mjs', 'javascript'],
    ['a.tsx', 'javascript'],
    ['a.json', 'json'],
    ['README.md', 'markdown'],
    ['notes', 'plain'],
  ])('%s is coloured as %s', (path, language) => {
    expect(languageOfFile(path)).toBe(language);
  });
});
