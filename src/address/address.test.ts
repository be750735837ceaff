import { describe, expect, it } from 'vitest';
import {
  deploymentFromUrl,
  deploymentOf,
  parseAddress,
  parseAppTarget,
  pointerUrl,
  siteOrigin,
} from './address.ts';
import { parseSiteName, type SiteName } from './site-name.ts';

const local = deploymentOf('http://localhost:8890');
const split = deploymentOf('https://peer.example/ignored', 'Sites.Example:443');

function nameOf(input: string): SiteName {
  const parsed = parseSiteName(input);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

describe('deploymentOf', () => {
  it('puts the sites under the public URL itself unless another domain is given', () => {
    expect(local).toEqual({ appOrigin: 'http://localhost:8890', sitesDomain: 'localhost:8890' });
  });

  it('writes the sites domain as browsers write hosts', () => {
    expect(split).toEqual({ appOrigin: 'https://peer.example', sitesDomain: 'sites.example' });
  });

  it.each([
    ['not a url', undefined],
    ['ftp://peer.example', undefined],
    ['https://peer.example', 'https://sites.example'],
    ['https://peer.example', 'sites.example/path'],
    ['https://peer.example', 'user@evil.example'],
  ])('refuses %s with the sites domain %s', (publicUrl, sitesDomain) => {
    expect(() => deploymentOf(publicUrl, sitesDomain)).toThrow(TypeError);
  });
});

describe('parseAddress', () => {
  it.each([
    ['http://localhost:8890/', { kind: 'home' }],
    ['http://localhost:8890/?from=mail', { kind: 'home' }],
    ['http://localhost:8890/server/garden', { kind: 'server', name: 'garden' }],
    ['http://localhost:8890/server/garden/', { kind: 'server', name: 'garden' }],
    ['http://localhost:8890/server/garden/x', { kind: 'app', target: '/server/garden/x' }],
    ['http://localhost:8890/connect/garden', { kind: 'pointer', name: 'garden', target: '/' }],
    [
      'http://localhost:8890/connect/Garden?q=1',
      { kind: 'pointer', name: 'garden', target: '/?q=1' },
    ],
    [
      'http://localhost:8890/connect/garden/a%20b/c?d=/e#f',
      { kind: 'pointer', name: 'garden', target: '/a%20b/c?d=/e' },
    ],
    ['http://localhost:8890/learn', { kind: 'learn', page: 'index' }],
    ['http://localhost:8890/learn/?a=b', { kind: 'learn', page: 'index' }],
    ['http://localhost:8890/learn/hello-world', { kind: 'learn', page: 'hello-world' }],
    ['http://localhost:8890/learn/errors/#x', { kind: 'learn', page: 'errors' }],
    ['http://localhost:8890/learn/nothing', { kind: 'app', target: '/learn/nothing' }],
    ['http://localhost:8890/learn/errors/x', { kind: 'app', target: '/learn/errors/x' }],
    ['http://localhost:8890/learning', { kind: 'app', target: '/learning' }],
    ['http://localhost:8890/assets/app.js?v=2', { kind: 'app', target: '/assets/app.js?v=2' }],
    ['http://localhost:8890/connect/', { kind: 'app', target: '/connect/' }],
    ['http://garden.localhost:8890/a?b#c', { kind: 'site', name: 'garden', target: '/a?b' }],
    ['http://GARDEN.localhost:8890/', { kind: 'site', name: 'garden', target: '/' }],
    ['http://garden.localhost/', { kind: 'foreign' }],
    ['https://garden.localhost:8890/', { kind: 'foreign' }],
    ['http://evil-localhost:8890/', { kind: 'foreign' }],
    ['http://localhost.evil.example:8890/', { kind: 'foreign' }],
  ])('reads %s', (url, address) => {
    expect(parseAddress(new URL(url), local)).toEqual(address);
  });

  it.each([
    'http://localhost:8890/connect/www/',
    'http://localhost:8890/server/-x',
    'http://localhost:8890/connect/%67arden/',
    'http://a.garden.localhost:8890/',
    'http://www.localhost:8890/',
    'http://xn--p1ai.localhost:8890/',
  ])('reads %s as a bad name', (url) => {
    expect(parseAddress(new URL(url), local).kind).toBe('bad-name');
  });

  it('tells the app from the sites when these live under another domain', () => {
    expect(parseAddress(new URL('https://peer.example/'), split)).toEqual({ kind: 'home' });
    expect(parseAddress(new URL('https://garden.sites.example/x'), split)).toEqual({
      kind: 'site',
      name: 'garden',
      target: '/x',
    });
    expect(parseAddress(new URL('https://garden.peer.example/x'), split).kind).toBe('foreign');
  });
});

describe('parseAppTarget', () => {
  it.each([
    '//evil.example/',
    '/../up',
    '/%2e%2e/up',
    '/%2F%2Fevil',
    '/a//b',
    '/a?b=c/../d',
  ])('keeps %s behind the name as it is', (target) => {
    expect(parseAppTarget(`/connect/garden${target}`)).toEqual({
      kind: 'pointer',
      name: 'garden',
      target,
    });
  });
});

describe('addresses of a site', () => {
  it('are its own origin and the pointer that people share', () => {
    expect(siteOrigin(nameOf('garden'), local)).toBe('http://garden.localhost:8890');
    expect(siteOrigin(nameOf('garden'), split)).toBe('https://garden.sites.example');
    expect(pointerUrl(nameOf('garden'), split)).toBe('https://peer.example/connect/garden/');
  });
});

describe('deploymentFromUrl', () => {
  it.each([
    ['http://localhost:8890/connect/garden/x', 'http://localhost:8890', 'localhost:8890'],
    ['http://garden.localhost:8890/x', 'http://localhost:8890', 'localhost:8890'],
    ['https://peer.example/connect/garden', 'https://peer.example', 'peer.example'],
    ['https://garden.peer.example/', 'https://peer.example', 'peer.example'],
    ['http://127.0.0.1:8890/', 'http://127.0.0.1:8890', '127.0.0.1:8890'],
    ['http://[::1]:8890/', 'http://[::1]:8890', '[::1]:8890'],
  ])('finds the deployment behind %s', (url, appOrigin, sitesDomain) => {
    expect(deploymentFromUrl(new URL(url))).toEqual({ appOrigin, sitesDomain });
  });
});
