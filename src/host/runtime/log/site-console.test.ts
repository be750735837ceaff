import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../protocol/testing/manual-clock.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import type { RuntimeMessage } from '../messages.ts';
import { createSiteConsole, LogSender, siteLog } from './site-console.ts';

function made(limits = RUNTIME_LIMITS) {
  const clock = new ManualClock();
  const messages: RuntimeMessage[] = [];
  const sender = new LogSender((message) => messages.push(message), clock, limits);
  const site = createSiteConsole(sender, () => undefined, clock) as unknown as Console;
  const texts = () => messages.map((message) => ('text' in message ? message.text : ''));
  return { clock, messages, sender, site, texts };
}

describe('the site’s console', () => {
  it('has the levels of a console', () => {
    const { site, messages } = made();
    site.debug('a');
    site.log('b');
    site.info('c');
    site.warn('d');
    site.error('e');
    expect(messages).toEqual(
      (['debug', 'info', 'info', 'warn', 'error'] as const).map((level, index) => ({
        kind: 'log',
        level,
        text: 'abcde'[index],
        from: expect.any(String),
      })),
    );
  });

  it('says from where it was called, unless the author’s own way of writing stacks fails', () => {
    const { site, sender, messages } = made();
    sender.siteUrl = fileURLToPath(import.meta.url);
    site.log('a');
    siteLog(sender, 7).warn('b');
    expect(messages).toMatchObject([
      { text: 'a', from: expect.stringContaining('peerserver-site:') },
      { text: 'b', from: expect.stringContaining('peerserver-site:') },
    ]);
    const formatStack = Error.prepareStackTrace;
    onTestFinished(() => {
      Error.prepareStackTrace = formatStack;
    });
    Error.prepareStackTrace = () => {
      throw new Error('no');
    };
    site.log('c');
    Error.prepareStackTrace = formatStack;
    expect(messages.at(-1)).toEqual({ kind: 'log', level: 'info', text: 'c' });
  });

  it('counts, measures, groups, asserts and traces', async () => {
    const { site, texts, clock, messages } = made();
    site.count();
    site.count();
    site.time('query');
    await clock.advance(12);
    site.timeEnd('query');
    site.timeEnd('query');
    site.group('outer');
    site.log('in\nside');
    site.groupEnd();
    site.assert(true, 'fine');
    site.assert(false, 'wrong', { a: 1 });
    expect(texts()).toEqual([
      'default: 1',
      'default: 2',
      'query: 12.0 ms',
      'There is no timer "query": call console.time("query") first.',
      'outer',
      '  in\n  side',
      'Assertion failed: wrong { a: 1 }',
    ]);
    site.trace('here');
    expect(messages.at(-1)).toMatchObject({
      text: 'Trace: here',
      stack: expect.stringContaining('site-console.test'),
    });
  });

  it('sends an error’s name and message as text, and beside it stack, place and likely cause', () => {
    const { site, sender, messages } = made();
    const error = new TypeError('redirect is not a function');
    error.stack = 'TypeError: redirect is not a function\n    at GET (blob:null/1:2:3)';
    sender.siteUrl = 'blob:null/1';
    const expected = {
      text: 'It failed: TypeError: redirect is not a function',
      stack: 'TypeError: redirect is not a function\n    at GET (peerserver-site:2:3)',
      hint: expect.stringContaining('is imported'),
    };
    site.error('It failed:', error);
    siteLog(sender, 7).warn('It failed:', error);
    site.group();
    site.log('It failed:', error);
    expect(messages).toMatchObject([
      { level: 'error', ...expected },
      { level: 'warn', request: 7, ...expected },
      { level: 'info', ...expected, text: `  ${expected.text}` },
    ]);
  });

  it('survives errors that do not like to be looked at', () => {
    const { site, texts } = made();
    const error = new Error('x');
    Object.defineProperty(error, 'stack', {
      get() {
        throw new Error('no');
      },
    });
    const refuse = () => {
      throw new Error('no');
    };
    site.error(error);
    site.error(new Proxy({}, { getPrototypeOf: refuse }));
    expect(texts()).toEqual(['Error: x', '[throws no]']);
  });

  it('sends no more entries than anybody reads, and says how many are missing', async () => {
    const limits = { ...RUNTIME_LIMITS, logBurst: 2, logPerSecond: 10 };
    const { site, texts, clock } = made(limits);
    for (let count = 0; count < 1000; count += 1) site.log(count);
    expect(texts()).toEqual(['0', '1']);
    await clock.advance(100);
    site.log('later');
    expect(texts().slice(2)).toEqual([
      '998 entries of the log were left out: the site logs more than 10 a second.',
      'later',
    ]);
  });

  it('sends no entry that is longer than anybody reads', () => {
    const { site, texts } = made({ ...RUNTIME_LIMITS, logCharacters: 5 });
    site.log('x'.repeat(1e6));
    expect(texts()[0]?.length).toBeLessThan(50);
  });

  it('lends its levels to a request’s log', () => {
    const { sender, messages } = made();
    const log = siteLog(sender, 7);
    log('a');
    log.warn('b');
    expect(messages).toMatchObject([
      { level: 'info', request: 7 },
      { level: 'warn', request: 7 },
    ]);
  });
});
