/** Made by the build (`scripts/build/host.mjs`): where the studio finds what runs beside its page. */
declare module 'virtual:host-assets' {
  /** Path of the worker that compiles sites, a module. */
  export const compileWorkerUrl: string;
  /** Path of the worker that holds a site's database, a module. */
  export const databaseWorkerUrl: string;
  export const esbuildWasmUrl: string;
  export const esbuildVersion: string;
  export const sqliteWasmUrl: string;
  /** Path of the folder of built-in packages, with a slash at its end. */
  export const packagesUrl: string;
}

declare module 'virtual:sandbox-runtime' {
  /** The classic script that runs in a site's sandbox. */
  export const runtimeScript: string;
}
