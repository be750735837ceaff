import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SiteCookies } from './cookies.ts';
import type { D1Database as RealDatabase } from './d1-types.ts';
import { type CONTEXT_NAMES, EXPORT_NAMES } from './errors/likely-cause.ts';
import type { SiteLog } from './log/site-console.ts';
import type * as published from './public-types.ts';
import type { Session as RealSession } from './session/sessions.ts';
import { SITE_EXPORTS } from './site-exports.ts';
import type { SqlTag as RealTag } from './sql-tag.ts';

describe('the published types', () => {
  it('say what the runtime has', () => {
    expectTypeOf<RealDatabase>().toExtend<published.D1Database>();
    expectTypeOf<RealTag>().toExtend<published.SqlTag>();
    expectTypeOf<SiteCookies>().toExtend<published.Cookies>();
    expectTypeOf<SiteLog>().toExtend<published.Log>();
    expectTypeOf<RealSession>().toExtend<published.Session>();
    expectTypeOf<typeof SITE_EXPORTS>().toExtend<Omit<typeof published, 'default'>>();
    expectTypeOf<keyof published.RouteContext>().toEqualTypeOf<(typeof CONTEXT_NAMES)[number]>();
  });

  it('name each export', () => {
    expect(Object.keys(SITE_EXPORTS).sort()).toEqual([...EXPORT_NAMES].sort());
  });
});
