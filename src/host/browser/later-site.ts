import type { HostRequest, HostResponse } from '../../protocol/http-message.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import type { Handler } from '../dispatch.ts';
import type { DynamicSite } from '../dynamic-site.ts';

/**
 * A site's dynamic part while the code that runs it is still being loaded: requests wait.
 * @param loading rejects when it cannot be loaded; the site then has its files only, and whoever began the
 *   loading tells the author
 */
export function dynamicSiteLater(loading: Promise<DynamicSite>): DynamicSite {
  const handler = (name: string, choose: (site: DynamicSite) => Handler): Handler => ({
    name,
    handle: async (request: HostRequest): Promise<HostResponse | undefined> => {
      const site = await loading.catch(() => undefined);
      return site && choose(site).handle(request);
    },
  });
  return {
    routes: handler('routes', (site) => site.routes),
    server: handler('server.ts', (site) => site.server),
    database: async (): Promise<SiteDatabase> => (await loading).database(),
    backup: async (signal) => (await loading).backup(signal),
    restore: async (file, signal, alongside) => (await loading).restore(file, signal, alongside),
    close: async () => {
      const site = await loading.catch(() => undefined);
      await site?.close();
    },
  };
}
