import { expect, it } from 'vitest';
import type { HeaderList } from '../../protocol/http-message.ts';
import { SITE } from './local-port.test.support.ts';
import { refuseForeignPage } from './web-page-check.ts';

const LOCAL = 'http://localhost:41234';

function check(method: string, fields: HeaderList, clientOrigin: string | undefined = LOCAL) {
  const opensSocket = method === 'WebSocket';
  const sent = opensSocket ? 'GET' : method;
  return refuseForeignPage({ method: sent, opensSocket, fields, siteOrigin: SITE, clientOrigin });
}

const FOREIGN: readonly { readonly what: string; readonly fields: HeaderList }[] = [
  { what: 'another site', fields: [['origin', 'https://evil.example']] },
  { what: 'another site at the same port', fields: [['origin', 'http://evil.example:41234']] },
  {
    what: 'a name that only begins like ours',
    fields: [['origin', 'http://localhost:41234.evil.example']],
  },
  { what: 'a user name like ours', fields: [['origin', 'http://localhost:41234@evil.example']] },
  { what: 'another local port', fields: [['origin', 'http://localhost:3000']] },
  { what: 'the usual local port', fields: [['origin', 'http://localhost']] },
  { what: 'another scheme', fields: [['origin', 'https://localhost:41234']] },
  { what: 'another host of the network', fields: [['origin', 'http://192.168.0.7:41234']] },
  { what: 'a sandboxed page or a file', fields: [['origin', 'null']] },
  { what: 'no page that has a name', fields: [['origin', '']] },
  {
    what: 'a sandboxed page, as new browsers tell',
    fields: [
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
    ],
  },
  { what: 'another site, without Origin', fields: [['sec-fetch-site', 'cross-site']] },
  {
    what: 'another site that sent it by way of ours',
    fields: [
      ['origin', LOCAL],
      ['sec-fetch-site', 'cross-site'],
    ],
  },
  {
    what: 'two origins',
    fields: [
      ['origin', LOCAL],
      ['origin', 'https://evil.example'],
    ],
  },
];

it.each(FOREIGN)('refuses what may change something when it comes from $what', ({ fields }) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'WebSocket']) {
    expect(check(method, fields)).toMatchObject({ ok: false, status: 403 });
  }
});

it.each(FOREIGN)('lets $what read, which is for the browser to keep it from', ({ fields }) => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    expect(check(method, fields)).toBeUndefined();
  }
});

it.each([
  { what: 'programs', fields: [] },
  { what: 'the local address', fields: [['origin', LOCAL]] },
  { what: 'it in capitals', fields: [['origin', 'HTTP://LOCALHOST:41234']] },
  { what: 'its other names', fields: [['origin', 'http://127.0.0.1:41234']] },
  { what: 'its name in IPv6', fields: [['origin', 'http://[::1]:41234']] },
  { what: 'a name below localhost', fields: [['origin', 'http://garden.localhost:41234']] },
  { what: "the site's own origin", fields: [['origin', SITE]] },
  { what: 'the address bar', fields: [['sec-fetch-site', 'none']] },
  {
    what: "the site's own form under Referrer-Policy: no-referrer",
    fields: [
      ['origin', 'null'],
      ['sec-fetch-site', 'same-origin'],
    ],
  },
] as { what: string; fields: HeaderList }[])('lets $what do everything', ({ fields }) => {
  for (const method of ['GET', 'POST', 'DELETE', 'WebSocket']) {
    expect(check(method, fields)).toBeUndefined();
  }
});

it('goes by the port that the client used: it may be that of a tunnel to here', () => {
  const fields: HeaderList = [['origin', 'http://localhost']];
  expect(check('POST', fields, 'http://localhost')).toBeUndefined();
  expect(check('POST', fields, 'http://localhost:8080')).toMatchObject({ status: 403 });
});

it("takes only the site's own origin when the client calls it by its own name", () => {
  const check = (origin: string) =>
    refuseForeignPage({
      ...{ method: 'POST', opensSocket: false, siteOrigin: SITE, clientOrigin: undefined },
      fields: [['origin', origin]],
    });
  expect(check(SITE)).toBeUndefined();
  expect(check('http://localhost:8890')).toMatchObject({ status: 403 });
});

it('says whom it refuses, but shows nothing that is not of an address', () => {
  const message = (origin: string) => check('POST', [['origin', origin]])?.message;
  expect(message('https://evil.example')).toContain('a page of https://evil.example.');
  expect(message('\u009b31m')).toContain('a page of an origin without a name.');
});
