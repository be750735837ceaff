/** What the environment of this app has. `D1Database` and `Fetcher` are types of Cloudflare's. */
export interface Bindings {
  DB: D1Database;
  ASSETS: Fetcher;
  GREETING: string;
}
