/**
 * What of a referrer is sent to the page's own origin (Referrer Policy, 8.3).
 * @param referrer an address, or '' for none
 * @param policy a referrer policy; '' or an unknown one for the default
 */
export function sentReferrer(referrer: string, policy: string): string {
  if (policy === 'no-referrer' || !URL.canParse(referrer)) return '';
  const url = new URL(referrer);
  if (!/^https?:$/.test(url.protocol)) return '';
  if (policy === 'origin' || policy === 'strict-origin') return `${url.origin}/`;
  url.hash = url.username = url.password = '';
  return url.href;
}
