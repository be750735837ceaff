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

/** What a host offers unless told otherwise; gzip only where the platform has a compressor. */
export function hostFeatures(): readonly Feature[] {
  const { webSocket, gzip, cookies } = FEATURES;
  return typeof CompressionStream === 'function'
    ? [webSocket, gzip, cookies]
    : [webSocket, cookies];
}

/** What a visitor asks for. @param cookies `host` when the host is to keep this visitor's cookies (section 14) */
export function visitorFeatures(cookies: 'host' | undefined): readonly Feature[] {
  const { webSocket, gzip } = FEATURES;
  const features: Feature[] = [webSocket];
  if (typeof DecompressionStream === 'function') features.push(gzip);
  if (cookies === 'host') features.push(FEATURES.cookies);
  return features;
}

/** Those of our abilities that the peer has named, too (V3). */
export function agreedFeatures(
  ours: readonly Feature[],
  theirs: readonly string[],
): ReadonlySet<Feature> {
  return new Set(ours.filter((feature) => theirs.includes(feature)));
}
