import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Deployment, SIGNAL_PATH } from '../address/address.ts';
import { type AppRoutes, createAppRoutes } from './app-routes.ts';
import { addressKey } from './client-address.ts';
import type { SignalingLogger } from './logger.ts';
import { placeOf } from './origins.ts';
import { sendJson, sendPage, sendText } from './pages.ts';
import type { RateLimit } from './rate-limits.ts';
import type { Relay } from './relay.ts';
import { createSiteRoutes, type SiteRoutes } from './site-routes.ts';

export interface HttpRoutesOptions {
  readonly deployment: Deployment;
  /** The built web app; the visitor's part is in its folder `visitor`. */
  readonly assetsDir: string;
  readonly relay: Pick<Relay, 'leases' | 'suggest'>;
  readonly nameChecks: RateLimit;
  readonly trustProxy: boolean;
  readonly version: string;
  readonly logger: SignalingLogger;
}

/** Everything that the server answers over plain HTTP, sorted by the host that it is asked for. */
export function createHttpRoutes(options: HttpRoutesOptions): RequestListener {
  const app = createAppRoutes(options);
  const site = createSiteRoutes(`${options.assetsDir}/visitor`, options.deployment.appOrigin);
  return (request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    route(request, response, options, app, site).catch((error: unknown) => {
      options.logger.error({ err: error }, 'A request could not be answered.');
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'The server failed. Please try again.');
    });
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpRoutesOptions,
  app: AppRoutes,
  site: SiteRoutes,
): Promise<void> {
  // As it came over the wire: a URL parser would rewrite dots and percent signs.
  const target = request.url ?? '/';
  if (!target.startsWith('/')) return sendText(response, 400, 'The request needs a path.');
  const [path = '/'] = target.split('?', 1);
  // Whatever the Host: who checks that the server is alive often knows its number only.
  if (path === '/.peerserver/health') return sendText(response, 200, 'ok');

  const { deployment } = options;
  const place = placeOf(request, deployment);
  if (place.kind === 'foreign') {
    return sendPage(response, {
      status: 421,
      title: 'Another address, please',
      text: `This server answers at ${deployment.appOrigin} only.`,
      link: { href: `${deployment.appOrigin}/`, label: deployment.appOrigin },
    });
  }
  if (place.kind === 'bad-name') {
    return sendPage(response, {
      status: 404,
      title: 'There is no such site',
      text: `The address has a name in it that no site can have. ${place.message}`,
      link: { href: `${deployment.appOrigin}/`, label: 'To the home page' },
    });
  }
  if (path === '/.peerserver/config.json') {
    return sendJson(response, 200, { ...deployment, version: options.version });
  }
  if (path === SIGNAL_PATH) {
    response.setHeader('Upgrade', 'websocket');
    return sendText(response, 426, 'This address is for WebSockets.');
  }
  if (place.kind === 'site') return site(request, response, path);
  return app(request, response, target, addressKey(request, options.trustProxy));
}
