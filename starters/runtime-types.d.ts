/** What is global in a site's code and in no browser. Only for checking the starters' types; part of none. */

/** Both ends of a WebSocket: the answer takes the first, and the site's code keeps the second. */
declare class WebSocketPair {
  readonly 0: WebSocket;
  readonly 1: WebSocket & { accept(): void };
}

interface ResponseInit {
  webSocket?: WebSocket;
}

/** As where one writes for Cloudflare Workers. */
type D1Database = import('peerserver').D1Database;
