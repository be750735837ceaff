import { expect, it } from 'vitest';
import { moveAddress, readTarget } from './site-address.ts';

const SITE = 'http://garden.localhost:8890';

it.each([
  ['/a?b=c', ['localhost:41234'], '/a?b=c', 'http://localhost:41234'],
  ['/', ['127.0.0.1:41234'], '/', 'http://127.0.0.1:41234'],
  ['/', ['[::1]:41234'], '/', 'http://[::1]:41234'],
  ['/', ['LOCALHOST'], '/', 'http://localhost'],
  ['/', ['garden.localhost:9000'], '/', 'http://garden.localhost:9000'],
  ['//x/y', ['localhost'], '//x/y', 'http://localhost'],
  ['/', ['garden.localhost:8890'], '/', undefined],
  ['/', [], '/', undefined],
  ['http://garden.localhost:8890/a', ['whatever.example'], '/a', undefined],
  ['http://localhost:41234?q', ['localhost:41234'], '/?q', 'http://localhost:41234'],
  ['/\u00c3\u00a9', ['localhost'], '/%C3%A9', 'http://localhost'],
])('reads %j of host %j', (url, hosts, target, clientOrigin) => {
  expect(readTarget(url, hosts, SITE)).toEqual({ ok: true, target, clientOrigin });
});

it.each([
  ['/', ['evil.example'], 403],
  ['/', ['localhost.evil.example'], 403],
  ['/', ['127.0.0.1.evil.example:41234'], 403],
  ['/', ['evil.example:80@localhost'], 403],
  ['/', ['192.168.0.7:41234'], 403],
  ['/', ['0.0.0.0:41234'], 403],
  ['/', [''], 403],
  ['http://evil.example/', ['localhost'], 403],
  ['http://user@localhost/', ['localhost'], 403],
  ['https://garden.localhost:8890/', ['localhost'], 400],
  ['/', ['localhost', 'evil.example'], 400],
  ['/', ['localhost', 'localhost'], 400],
  ['*', ['localhost'], 400],
  ['ftp://garden.localhost:8890/', ['localhost'], 400],
])('refuses %j of host %j, so that no web page gets in under a name of its own', (url, hosts, status) => {
  expect(readTarget(url, hosts, SITE)).toMatchObject({ ok: false, status });
});

it.each([
  [`${SITE}/a?b#c`, 'http://localhost:1/a?b#c'],
  [SITE, 'http://localhost:1'],
  ['HTTP://Garden.Localhost:8890/a', 'http://localhost:1/a'],
  ['//garden.localhost:8890/a', 'http://localhost:1/a'],
  ['/a', '/a'],
  ['a//garden.localhost:8890', 'a//garden.localhost:8890'],
  ['https://garden.localhost:8890/a', 'https://garden.localhost:8890/a'],
  ['http://garden.localhost:88901/a', 'http://garden.localhost:88901/a'],
  ['http://garden.localhost:8890.evil.example/', 'http://garden.localhost:8890.evil.example/'],
  ['http://[/', 'http://[/'],
])('moves %s to %s', (address, moved) => {
  expect(moveAddress(address, SITE, 'http://localhost:1')).toBe(moved);
});
