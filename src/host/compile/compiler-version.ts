/** Counts changes of this folder's code after which the same files compile to something else. */
const REVISION = 1;

/**
 * What else than the files decides what comes out: a result of another version is not used again.
 * @param esbuild version of esbuild
 * @param packagesUrl address of the built-in packages, with their hash in it
 */
export function compilerVersion(esbuild: string, packagesUrl: string): string {
  return `${REVISION} ${esbuild} ${packagesUrl}`;
}
