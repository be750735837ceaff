import type { SiteConnection } from '../site-connection.ts';
import { type CookiesToPage, type CookiesToWorker, openCookieChannel } from './cookie-messages.ts';
import { CookieCourier } from './courier.ts';
import { CookiePublisher, livingShells } from './publisher.ts';

/** What the connection worker does with cookies. */
export interface WorkerCookies {
  /** Carries the site's requests and WebSockets, and cookies with them. */
  readonly courier: CookieCourier;
  /** What the shell's page says. */
  receive(message: CookiesToWorker): void;
}

/**
 * Puts the courier between the bridge and the site's connection.
 * @param shell token of this shell
 * @param post to the shell's page
 */
export function createWorkerCookies(
  site: Pick<SiteConnection, 'request' | 'openSocket'>,
  shell: string,
  post: (message: CookiesToPage) => void,
): WorkerCookies {
  const publisher = new CookiePublisher({
    shell,
    post,
    channel: openCookieChannel(),
    livingShells,
    onWrite: (write) => courier.write(write),
    onAcks: (acks) => courier.acknowledge(acks),
  });
  const courier = new CookieCourier({
    site,
    writer: shell,
    publish: (state, forAll) => publisher.publish(state, forAll),
  });
  return {
    courier,
    receive(message) {
      if (message.kind === 'cookie-write') courier.write(message.write);
      else publisher.applied(message.id);
    },
  };
}
