/** What this browser lacks for visiting a site, as a sentence for people; undefined when all is there. */
export function findMissingAbility(): string | undefined {
  if (window.origin === 'null') {
    return 'It is in a sandboxed frame. Browsers keep those away from the service worker that fetches the site from its host; with "allow-same-origin" in its sandbox attribute it can be shown.';
  }
  if (!isSecureContext) {
    return 'The site must be opened over https (or on localhost): only then does a browser offer what it needs.';
  }
  if (!('serviceWorker' in navigator)) {
    return 'It needs service workers, which this browser or this private window does not offer. An ordinary window of a current Chrome, Edge, Firefox or Safari has them.';
  }
  if (!('RTCPeerConnection' in window)) {
    return 'It needs WebRTC, which is switched off here. Some privacy extensions do that; allow it for this site, or use another browser.';
  }
  return undefined;
}
