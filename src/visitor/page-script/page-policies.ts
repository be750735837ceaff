import { allowsConnection, POLICIES_ATTRIBUTE, type Policy } from './content-security-policy.ts';

/** The policies of a document: those of its header, and those of its `<meta>` elements so far. */
export class PagePolicies {
  readonly #document: Document;
  readonly #header: readonly Policy[];
  /** An element that was removed still counts. */
  readonly #metas = new Map<Element, Policy>();

  /** @param inherited what the document got with its header, or of the one that made it */
  constructor(document: Document, inherited: readonly Policy[]) {
    this.#document = document;
    this.#header = inherited;
  }

  /** All policies in force. */
  get all(): readonly Policy[] {
    this.look();
    return [...this.#header, ...this.#metas.values()];
  }

  /** True when a `<meta>` has brought some. */
  get hasMeta(): boolean {
    this.look();
    return this.#metas.size > 0;
  }

  /** Takes in the `<meta>` elements that are there now. */
  look(): void {
    // Elsewhere it has no effect, and the head is short.
    for (const meta of this.#document.head?.children ?? []) {
      if (meta.localName !== 'meta' || this.#metas.has(meta)) continue;
      const kind = meta.getAttribute('http-equiv')?.toLowerCase();
      if (kind !== 'content-security-policy') continue;
      this.#metas.set(meta, { text: meta.getAttribute('content') ?? '', reportOnly: false });
    }
  }

  /** Whether a WebSocket or a request may go there; tells the document what a policy would forbid. */
  allows(url: URL, origin: string): boolean {
    const offended = this.all.filter(({ text }) => !allowsConnection(text, url, origin));
    // Where the browser forbids it itself, it also says so itself.
    if (offended.some(({ reportOnly }) => !reportOnly)) return false;
    for (const { text } of offended) this.#tell(text, url);
    return true;
  }

  #tell(policy: string, url: URL): void {
    const document = this.#document;
    const event = new SecurityPolicyViolationEvent('securitypolicyviolation', {
      blockedURI: url.href,
      disposition: 'report',
      documentURI: document.URL,
      effectiveDirective: 'connect-src',
      violatedDirective: 'connect-src',
      originalPolicy: policy,
      referrer: document.referrer,
      statusCode: 200,
      bubbles: true,
      composed: true,
    });
    // As the browser does it: not while the constructor runs.
    setTimeout(() => document.dispatchEvent(event));
  }
}

/** The policies that the service worker has written to the script's element. */
export function headerPolicies(script: HTMLOrSVGScriptElement | null): readonly Policy[] {
  const value = script?.getAttribute(POLICIES_ATTRIBUTE);
  return value ? (JSON.parse(value) as Policy[]) : [];
}
