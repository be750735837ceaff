import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

describe('the configuration', () => {
  it('is read, and the WebSocket is that of the own origin', () => {
    const json = { appOrigin: 'https://p.example', sitesDomain: 's.example', version: '1' };
    expect(parseConfig(json, 'https://p.example')).toEqual({
      deployment: { appOrigin: 'https://p.example', sitesDomain: 's.example' },
      version: '1',
      signalUrl: 'wss://p.example/.peerserver/signal',
    });
    expect(parseConfig(json, 'http://localhost:8890').signalUrl).toMatch(/^ws:/);
  });

  it.each([null, 'x', {}, { appOrigin: 1 }])('is refused when it is %j', (json) => {
    expect(() => parseConfig(json, 'http://localhost')).toThrow(/unknown configuration/);
  });
});
