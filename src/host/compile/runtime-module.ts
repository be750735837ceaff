/** What sites import for `redirect`, `hashPassword` and the like. */
export const RUNTIME_MODULE = 'peerserver';

/** The names that it exports: a test holds them against `SITE_EXPORTS` of `runtime/site-exports.ts`. */
export const RUNTIME_EXPORT_NAMES = [
  'redirect',
  'notFound',
  'json',
  'html',
  'hashPassword',
  'verifyPassword',
] as const;

/** The module that stands for `peerserver` in a bundle: the runtime put the functions under its symbol. */
export function runtimeModule(): string {
  return `export const { ${RUNTIME_EXPORT_NAMES.join(', ')} } = globalThis[Symbol.for('peerserver.runtime')];`;
}
