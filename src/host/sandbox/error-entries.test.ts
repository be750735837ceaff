import { describe, expect, it } from 'vitest';
import { errorEntry, logEntry } from './error-entries.ts';
import { SourcePlaces } from './source-places.ts';

const SERVER = `import { Hono } from 'hono';
const app = new Hono();
app.get('/', (c) => { const name = 'Ada'; return c.text(nmae); });
export default app;
`;
const ROUTE = "export function GET({ redirect }) { return redirect('/'); }\n";
/** Line 1 of the bundle is the first line of the route, line 2 the third of server.ts, line 3 a package. */
const places = new SourcePlaces(
  JSON.stringify({
    version: 3,
    sources: ['routes/a.ts', 'server.ts', 'package:hono.js'],
    sourcesContent: [ROUTE, SERVER, ''],
    names: [],
    mappings: 'AAAA;ACEA;ACFA',
  }),
);
// In the forms of Chromium and Firefox, with the module's address replaced as the runtime does.
const CHROMIUM = `ReferenceError: nmae is not defined
    at peerserver-site:2:1
    at dispatch (peerserver-site:3:1)
    at Hono.fetch (peerserver-site:3:1)`;
const FIREFOX = `@peerserver-site:2:1
dispatch@peerserver-site:3:1
fetch@peerserver-site:3:1
`;

describe('an error that was logged', () => {
  it.each([
    ['Chromium', CHROMIUM],
    ['Firefox', FIREFOX],
  ])('has its place, stack and likely cause as a thrown one has: %s', (_, stack) => {
    const text = 'ReferenceError: nmae is not defined';
    expect(logEntry({ kind: 'log', level: 'error', text, stack }, places, 'GET /')).toEqual({
      level: 'error',
      source: 'console',
      text,
      hint: 'There is no "nmae" here. Did you mean "name"?',
      place: { file: 'server.ts', line: 3, column: 1, lineText: SERVER.split('\n')[2] },
      stack: 'server.ts:3:1',
      request: 'GET /',
    });
  });

  it('has the place that the runtime knows better', () => {
    const place = { file: 'templates/bad.hbs', line: 2 };
    const text = 'The template cannot be read';
    const message = { kind: 'log', level: 'error', text, stack: CHROMIUM, place } as const;
    expect(logEntry(message, places, undefined)).toMatchObject({ place });
  });

  it('is not looked for in what is text only, which has the place of the call', () => {
    const text = 'x is not defined';
    const entry = { level: 'info', source: 'console', text };
    const message = { kind: 'log', level: 'info', text, from: CHROMIUM } as const;
    const place = { file: 'server.ts', line: 3, column: 1 };
    expect(logEntry(message, places, undefined)).toEqual({ ...entry, place });
  });

  it('has no place where the call is in none of the author’s files', () => {
    const text = 'x is not defined';
    const entry = { level: 'info', source: 'console', text };
    expect(logEntry({ kind: 'log', level: 'info', text }, places, undefined)).toEqual(entry);
  });
});

describe('an error about a name that the bundler numbered', () => {
  const told = (text: string) =>
    errorEntry(
      {
        kind: 'error',
        name: 'TypeError',
        text,
        stack: 'GET@peerserver-site:1:1',
        hint: 'Of redirect2.',
      },
      places,
      undefined,
    );

  it('says it as the author wrote it', () => {
    expect(told('redirect2 is not a function')).toMatchObject({
      text: 'TypeError: redirect is not a function',
      hint: 'Of redirect.',
    });
  });

  it.each([
    'other2 is not a function',
    'redirect2x is not a function',
    'There is no redirect2.',
  ])('leaves what is something else: %s', (text) => {
    expect(told(text).text).toBe(`TypeError: ${text}`);
  });
});
