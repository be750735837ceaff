import { describe, expect, it } from 'vitest';
import { RUNTIME_EXPORTS } from './site-module.ts';
import { startRoute, startSite } from './testing/started-site.ts';
import { SiteRequest } from './web/site-request.ts';
import { SiteResponse } from './web/site-response.ts';

describe('the start', () => {
  it('puts its classes and the package’s exports in place', async () => {
    const { scope } = await startRoute({});
    expect(scope.Request).toBe(SiteRequest);
    expect(scope.Response).toBe(SiteResponse);
    expect(Object.keys(Object(scope[RUNTIME_EXPORTS]))).toContain('hashPassword');
  });

  it('tells that the site’s module cannot be loaded', async () => {
    const site = await startRoute({ GET: () => '' });
    const { startRuntime } = await import('./start.ts');
    const messages: unknown[] = [];
    await startRuntime({
      ...({} as Parameters<typeof startRuntime>[0]),
      code: '',
      scope: {},
      settings: {
        development: false,
        variables: {},
        integers: 'number',
        sessionLifetimeMs: 1,
        outboundFetch: 'all',
      },
      nativeFetch: fetch,
      post: (message) => messages.push(message),
      importModule: async () => {
        throw new SyntaxError('Unexpected token');
      },
    });
    expect(messages).toMatchObject([{ kind: 'failed', text: 'SyntaxError: Unexpected token' }]);
    site.close();
  });

  it('keeps a route that cannot be loaded from harming others', async () => {
    const site = await startSite({
      routes: {
        'routes/broken.ts': () => Promise.reject(new Error('at import')),
        'routes/good.ts': { GET: () => 'good' },
      },
    });
    expect((await site.ask('/', { route: 'routes/broken.ts' })).status).toBe(500);
    expect((await site.ask('/', { route: 'routes/good.ts' })).text).toBe('good');
  });

  it('tells of errors that belong to no request', async () => {
    const site = await startRoute({});
    site.runtime.reportUnhandled(new Error('in a timer'));
    expect(site.error()).toMatchObject({ text: 'in a timer' });
  });
});
