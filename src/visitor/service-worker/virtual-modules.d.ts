/** Made by the build: the finished shell and page script, carried within the service worker's own script. */
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
