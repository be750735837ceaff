/** Made by the build: what one script of the bootstrap carries of another. */
declare module 'virtual:shell-html' {
  export const shellPage: {
    /** The whole page, script and style inside. */
    readonly html: string;
    /** Its Content-Security-Policy, with the hashes of both. */
    readonly csp: string;
  };
}

declare module 'virtual:page-script' {
  /** Script text, fit for a `<script>` element. */
  export const pageScript: string;
  /** The same as a source of a Content-Security-Policy: `'sha256-…'`. */
  export const pageScriptSource: string;
}

declare module 'virtual:frame-start' {
  /** Script text for the beginning of a `srcdoc`. */
  export const frameStart: string;
  /** The same as a source of a Content-Security-Policy. */
  export const frameStartSource: string;
}

declare module 'virtual:connection-worker' {
  /** The connection worker's script. */
  export const workerScript: string;
}

declare module 'virtual:worker-script' {
  /** Script text for the beginning of the site's worker scripts. */
  export const workerScript: string;
}
