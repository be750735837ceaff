import { describe, expect, it } from 'vitest';
import {
  collectHeader,
  collectIceUrls,
  parseDomain,
  parseHttpUrl,
  parseMethod,
  parseOrigin,
  parsePort,
  parseSeconds,
} from './option-parsers.ts';

describe('options', () => {
  it('reads ports', () => {
    expect(['0', '8890', '65535'].map(parsePort)).toEqual([0, 8890, 65_535]);
  });

  it.each(['', '-1', '65536', '80.5', '0x50', '8890a', '١'])('refuses the port "%s"', (text) => {
    expect(() => parsePort(text)).toThrow('0 to 65535');
  });

  it('reads seconds into milliseconds', () => {
    expect(parseSeconds('1.5')).toBe(1500);
  });

  it.each(['', '0', '-1', 'soon', 'Infinity', '9999999'])('refuses %s seconds', (text) => {
    expect(() => parseSeconds(text)).toThrow('above 0');
  });

  it.each([
    'garden',
    'ftp://a.example/',
    'javascript:alert(1)',
    'localhost:8890',
    '',
  ])('refuses the address "%s"', (text) => {
    expect(() => parseHttpUrl(text)).toThrow('http:// or https://');
  });

  it('reads a public address and refuses one with a path', () => {
    expect(parseOrigin('https://peer.example').origin).toBe('https://peer.example');
    expect(() => parseOrigin('https://peer.example/app')).toThrow('host and port only');
    expect(() => parseOrigin('https://me@peer.example')).toThrow('host and port only');
  });

  it('reads domains', () => {
    expect(parseDomain('Sites.Example')).toBe('sites.example');
    expect(parseDomain('localhost:8890')).toBe('localhost:8890');
  });

  it.each([
    '',
    'https://a.example',
    'a..example',
    '-a.example',
    'a.example/x',
    'a b',
  ])('refuses the domain "%s"', (text) => {
    expect(() => parseDomain(text)).toThrow('Give a domain');
  });

  it('collects ICE servers of the right schemes', () => {
    const collect = collectIceUrls('stun', 'stuns');
    expect(collect('stuns:b.example', collect('stun:a.example:3478'))).toEqual([
      'stun:a.example:3478',
      'stuns:b.example',
    ]);
    expect(() => collect('turn:a.example')).toThrow('stun: or stuns:');
    expect(() => collect('stun:')).toThrow('stun: or stuns:');
  });

  it('collects headers, names in lower case', () => {
    expect(collectHeader('X-B:  two ', collectHeader('Accept: text/html'))).toEqual([
      ['accept', 'text/html'],
      ['x-b', 'two'],
    ]);
  });

  it.each(['Accept', ': x', 'A b: c', 'A: b\r\nC: d'])('refuses the header %j', (text) => {
    expect(() => collectHeader(text)).toThrow('"Name: value"');
  });

  it('reads methods', () => {
    expect(parseMethod('put')).toBe('PUT');
    expect(() => parseMethod('PUT /x')).toThrow('a word');
  });
});
