/** Names that are global where one writes for Cloudflare Workers. Only for checking the examples' types. */
type D1Database = import('peerserver').D1Database;
type Fetcher = import('peerserver').Assets;
