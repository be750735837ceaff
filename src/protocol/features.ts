/**
 * Optional abilities of version 1, by the names that HELLO lists (V3). An ability is used only when both peers
 * have named it, so that tabs of an earlier build go on working with newer ones.
 */
export const FEATURES = {
  /** Exchanges that carry WebSocket messages in both bodies (section 12). */
  webSocket: 'websocket',
  /** Answers whose body is gzip on the link and plain at both ends (section 13). */
  gzip: 'gzip',
  /**
   * The host keeps this visitor's cookies (section 14). A browser asks for it, since it cannot keep them; a
   * client with a jar of its own does not, and gets plain `Set-Cookie` fields.
   */
  cookies: 'cookies',
} as const;

/** The name of an ability as HELLO spells it. */
export type Feature = (typeof FEATURES)[keyof typeof FEATURES];
