import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientMessage,
  parseClientMessage,
  parseServerMessage,
  type ServerMessage,
  SignalFormatError,
} from './messages.ts';
import { ANSWER, CANDIDATE, OFFER } from './test-server.ts';

const CLIENT_MESSAGES: ClientMessage[] = [
  { kind: 'claim', name: 'garden', key: 'k', signature: 's' },
  { kind: 'release' },
  { kind: 'visit', name: 'garden' },
  { kind: 'offer', ...OFFER },
  { kind: 'answer', session: 's', ...ANSWER },
  { kind: 'decline', session: 's', code: 'stream-refused', message: 'Full.' },
  { kind: 'candidate', session: 's', candidate: CANDIDATE },
  {
    kind: 'candidate',
    session: null,
    candidate: { ...CANDIDATE, sdpMid: null, sdpMLineIndex: null },
  },
];

const iceServers = [{ urls: ['turn:t.example'], username: 'u', credential: 'c' }];
const SERVER_MESSAGES: ServerMessage[] = [
  { kind: 'welcome', challenge: 'c' },
  { kind: 'claimed', name: 'garden', iceServers },
  { kind: 'refused', code: 'name-taken', message: 'Taken.', suggestion: 'garden-2' },
  { kind: 'refused', code: 'bad-proof', message: 'No.' },
  { kind: 'replaced' },
  { kind: 'site', hostKey: 'k', iceServers: [] },
  { kind: 'absent', reason: 'asleep' },
  { kind: 'absent', reason: 'unknown' },
  { kind: 'offer', session: 's', iceServers, ...OFFER },
  { kind: 'answer', ...ANSWER },
  { kind: 'declined', code: 'stream-refused', message: 'Full.' },
  { kind: 'candidate', session: 's', candidate: CANDIDATE },
  { kind: 'error', code: 'not-now', message: 'Later.' },
];

describe('the vocabulary', () => {
  it.each(CLIENT_MESSAGES)('reads a client’s $kind as it was written', (message) => {
    expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each(SERVER_MESSAGES)('reads the server’s $kind as it was written', (message) => {
    expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it('ignores fields that it does not know', () => {
    expect(parseClientMessage('{"kind":"release","later":1}')).toEqual({ kind: 'release' });
  });

  it.each([
    '',
    'hello',
    '[]',
    'null',
    '"claim"',
    '{"kind":"claim"',
    '7',
  ])('calls %j malformed', (text) => {
    expect(() => parseClientMessage(text)).toThrow(
      expect.objectContaining({ code: expect.stringMatching('malformed') }),
    );
  });

  it.each([
    '{}',
    '{"kind":"welcome"}',
    '{"kind":7}',
    '{"kind":"__proto__"}',
  ])('calls the kind of %j unknown', (text) => {
    expect(() => parseClientMessage(text)).toThrow(
      expect.objectContaining({ code: 'unknown-kind' }),
    );
  });

  it('names the field that is missing, of another type or too long', () => {
    expect(() => parseClientMessage('{"kind":"visit"}')).toThrow('"name"');
    expect(() => parseClientMessage('{"kind":"visit","name":7}')).toThrow('"name"');
    const long = JSON.stringify({ kind: 'visit', name: 'x'.repeat(257) });
    expect(() => parseClientMessage(long)).toThrow('at most 256');
    const offer = { kind: 'offer', ...OFFER, versions: { min: -1, max: 1.5 } };
    expect(() => parseClientMessage(JSON.stringify(offer))).toThrow('"min"');
  });

  it('throws nothing but its own error, whatever arrives', () => {
    const kinds = [...CLIENT_MESSAGES, ...SERVER_MESSAGES].map((message) => message.kind);
    const hostile = fc.record(
      {
        kind: fc.oneof(fc.constantFrom(...kinds), fc.string()),
        name: fc.jsonValue(),
        session: fc.jsonValue(),
        sdp: fc.jsonValue(),
        versions: fc.jsonValue(),
        candidate: fc.jsonValue(),
        iceServers: fc.jsonValue(),
      },
      { requiredKeys: ['kind'] },
    );
    fc.assert(
      fc.property(hostile, (value) => {
        for (const parse of [parseClientMessage, parseServerMessage]) {
          try {
            expect(parse(JSON.stringify(value)).kind).toBe(value.kind);
          } catch (error) {
            if (!(error instanceof SignalFormatError)) throw error;
          }
        }
      }),
    );
  });
});
