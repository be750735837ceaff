import { expect, it } from 'vitest';
import { toNativeIceServers } from './node-ice-servers.ts';

it('turns every STUN and TURN URL over UDP into a server', () => {
  const servers = [
    { urls: ['stun:stun.example.org', 'STUN:[2001:db8::1]:19302'] },
    { urls: ['turn:turn.example.org:3479?transport=udp'], username: '1:anna', credential: 'p@ss/' },
  ];
  expect(toNativeIceServers(servers)).toEqual([
    { hostname: 'stun.example.org', port: 3478 },
    { hostname: '2001:db8::1', port: 19302 },
    {
      hostname: 'turn.example.org',
      port: 3479,
      relayType: 'TurnUdp',
      username: '1:anna',
      password: 'p@ss/',
    },
  ]);
});

it('leaves out what libdatachannel cannot use', () => {
  const urls = ['stuns:a.example', 'turns:a.example', 'turn:a.example?transport=tcp'];
  expect(toNativeIceServers([{ urls }])).toEqual([]);
});

it.each([
  '',
  'http://a.example',
  'stun:',
  'stun:a b:99999999',
  'turn:a:1?transport=sctp',
])('refuses "%s"', (url) => {
  expect(() => toNativeIceServers([{ urls: [url] }])).toThrow(
    expect.objectContaining({ code: 'bad-input' }),
  );
});
