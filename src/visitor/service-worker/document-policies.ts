/**
 * Content-Security-Policies of the site's documents: they have to let the injected scripts run and the shell
 * frame the document, and stay as they are in everything else.
 */
import {
  connectSources,
  POLICIES_ATTRIBUTE,
  type Policy,
  policiesOf,
} from '../page-script/content-security-policy.ts';

const FIELDS = [
  { name: 'content-security-policy', reportOnly: false },
  { name: 'content-security-policy-report-only', reportOnly: true },
] as const;

/** The policies among a document's header fields that its WebSockets have to keep to. */
export function connectPolicies(headers: Headers): Policy[] {
  return FIELDS.flatMap(({ name, reportOnly }) =>
    policiesOf(headers.get(name) ?? '', reportOnly),
  ).filter(({ text }) => connectSources(text) !== undefined);
}

/** The policies as an attribute for a script's start tag, with a blank before it; empty without any. */
export function policiesAttribute(policies: readonly Policy[]): string {
  if (policies.length === 0) return '';
  // Characters beyond ASCII as references, since the document may be in any encoding.
  const value = JSON.stringify(policies).replace(
    /[^ !#-%'-;=?-~]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
  return ` ${POLICIES_ATTRIBUTE}="${value}"`;
}

/**
 * Changes the policies among `headers` in place.
 * @param scripts the sources of the injected scripts, e.g. `'sha256-…'`; none where nothing is injected
 * @param hidesOrigin true where a service worker does not see a form's `Origin`: one of a sandboxed page looks
 * like the site's own, so such pages send none
 */
export function adaptPolicies(
  headers: Headers,
  scripts: readonly string[],
  hidesOrigin: boolean,
): void {
  for (const { name, reportOnly } of FIELDS) {
    const value = headers.get(name);
    if (value === null) continue;
    const adapted = value
      .split(',')
      .map((policy) => adaptPolicy(policy, scripts))
      .filter((policy) => policy !== '');
    if (adapted.length > 0) headers.set(name, adapted.join(', '));
    else headers.delete(name);
    const isSandboxed = adapted.some((policy) =>
      /(?:^|;)\s*sandbox(?![^;]*allow-same-origin)/i.test(policy),
    );
    if (hidesOrigin && isSandboxed && !reportOnly) headers.append(name, "form-action 'none'");
  }
}

/** One policy, adapted; empty when nothing is left of it. */
export function adaptPolicy(policy: string, scripts: readonly string[]): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '')
    // The shell is what frames the document.
    .filter((directive) => nameOf(directive) !== 'frame-ancestors')
    .map((directive) => (nameOf(directive) === 'sandbox' ? openSandbox(directive) : directive));
  return allowScripts(directives, scripts).join('; ');
}

/**
 * The service worker and the shell cannot reach a document with an origin of its own. One that may do nothing at
 * all has little to misuse the site's origin for. Whatever a list allows (forms, popups, scripts) must stay
 * locked out of the site, so it keeps its own origin.
 */
function openSandbox(directive: string): string {
  return directive.toLowerCase() === 'sandbox' ? `${directive} allow-same-origin` : directive;
}

/**
 * Adds the scripts' hashes where inline scripts are not allowed anyway: beside 'unsafe-inline', a hash would
 * switch that off.
 */
function allowScripts(directives: readonly string[], scripts: readonly string[]): string[] {
  const all = [...directives];
  if (scripts.length === 0) return all;
  const find = (name: string) => all.findIndex((directive) => nameOf(directive) === name);
  const own = ['script-src-elem', 'script-src'].map(find).find((index) => index >= 0);
  const index = own ?? find('default-src');
  const directive = all[index];
  if (directive === undefined) return all;
  const [name = '', ...sources] = directive.split(/\s+/);
  if (allowsAllInline(sources)) return all;
  const kept = sources.filter((source) => source.toLowerCase() !== "'none'");
  if (own === undefined) all.push(['script-src', ...kept, ...scripts].join(' '));
  else all[index] = [name, ...kept, ...scripts].join(' ');
  return all;
}

/** CSP level 3, 6.7.3.2. */
function allowsAllInline(sources: readonly string[]): boolean {
  const lower = sources.map((source) => source.toLowerCase());
  const narrowed = lower.some((source) => /^'(?:nonce|sha\d+)-|^'strict-dynamic'$/.test(source));
  return lower.includes("'unsafe-inline'") && !narrowed;
}

function nameOf(directive: string): string {
  return directive.split(/\s+/)[0]?.toLowerCase() ?? '';
}
