import { describe, expect, it } from 'vitest';
import { MIN_MESSAGE_BYTES } from '../protocol/usable-transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { agreeMessageSize, MAX_SDP_LENGTH, readSdp } from './sdp.ts';

const DIGEST = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(':');
const SECTION = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel';

function sdp(...lines: string[]): string {
  return ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');
}

const FINGERPRINT = `a=fingerprint:sha-256 ${DIGEST}`;

describe('readSdp', () => {
  it('finds the fingerprint at session level or in the media section, in upper case', () => {
    const expected = `sha-256 ${DIGEST.toUpperCase()}`;
    expect(readSdp(sdp(FINGERPRINT, SECTION)).fingerprint).toBe(expected);
    expect(readSdp(sdp(SECTION, FINGERPRINT)).fingerprint).toBe(expected);
  });

  it('takes 64 KiB for the message size of a peer that names none', () => {
    expect(readSdp(sdp(SECTION, FINGERPRINT)).maxMessageSize).toBe(65_536);
  });

  it('takes a message size of 0 for no limit', () => {
    const facts = readSdp(sdp(SECTION, FINGERPRINT, 'a=max-message-size:0'));
    expect(facts.maxMessageSize).toBe(Number.POSITIVE_INFINITY);
    expect(agreeMessageSize(facts, facts)).toBe(MAX_MESSAGE_SIZE);
  });

  it.each([
    ['the same one twice', [SECTION, FINGERPRINT, FINGERPRINT]],
    ['one at each level', [FINGERPRINT, SECTION, FINGERPRINT]],
    ['a second one of another hash', [SECTION, FINGERPRINT, 'a=fingerprint:sha-1 AA:BB']],
    ['a second one in odd spelling', [SECTION, FINGERPRINT, ` A = FingerPrint:sha-256 ${DIGEST}`]],
    ['a second one behind a bare carriage return', [SECTION, `${FINGERPRINT}\r${FINGERPRINT}`]],
    ['a second one inside another attribute', [SECTION, FINGERPRINT, `a=x:${FINGERPRINT}`]],
  ])('refuses several fingerprints: %s', (_, lines) => {
    expect(() => readSdp(sdp(...lines))).toThrow(
      expect.objectContaining({ code: 'identity-mismatch' }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no fingerprint', sdp(SECTION)],
    ['only a SHA-1 fingerprint', sdp(SECTION, 'a=fingerprint:sha-1 AA:BB')],
    ['a fingerprint cut short', sdp(SECTION, FINGERPRINT.slice(0, -3))],
    ['a fingerprint with more behind it', sdp(SECTION, `${FINGERPRINT}:AA`)],
    ['no media section', sdp(FINGERPRINT)],
    ['two data sections', sdp(FINGERPRINT, SECTION, SECTION)],
    ['a video section', sdp(FINGERPRINT, 'm=video 9 UDP/TLS/RTP/SAVPF 96')],
    ['a section in odd spelling', sdp(FINGERPRINT, SECTION, ' m = audio 9 RTP 0')],
    ['a data section of the old form', sdp(FINGERPRINT, 'm=application 9 DTLS/SCTP 5000')],
    ['a message size that is no number', sdp(SECTION, FINGERPRINT, 'a=max-message-size:many')],
    ['a negative message size', sdp(SECTION, FINGERPRINT, 'a=max-message-size:-1')],
    [
      'two message sizes',
      sdp(SECTION, FINGERPRINT, 'a=max-message-size:65536', 'a=max-message-size:1'),
    ],
    ['more text than any browser writes', sdp(SECTION, FINGERPRINT, 'x'.repeat(MAX_SDP_LENGTH))],
  ])('refuses %s', (_, text) => {
    expect(() => readSdp(text)).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });
});

describe('agreeMessageSize', () => {
  const facts = (maxMessageSize: number) => ({ fingerprint: '', maxMessageSize });

  it('is the smallest of both peers and our own limit', () => {
    expect(agreeMessageSize(facts(262_144), facts(1_073_741_823))).toBe(MAX_MESSAGE_SIZE);
    expect(agreeMessageSize(facts(262_144), facts(60_000))).toBe(60_000);
  });

  it('refuses a peer that takes less than a header block', () => {
    expect(agreeMessageSize(facts(65_536), facts(MIN_MESSAGE_BYTES))).toBe(MIN_MESSAGE_BYTES);
    expect(() => agreeMessageSize(facts(65_536), facts(MIN_MESSAGE_BYTES - 1))).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    );
  });
});
