/** How the token of a form that was put aside gets from the service worker to the shell and back. */

/** Name of the `<meta>` element in the shell's page, and of the field that its frame posts. */
export const FORM_TOKEN_FIELD = 'peerserver-form';

/** The shell's page, with the token in it. */
export function withFormToken(shellHtml: string, token: string): string {
  const meta = `<meta name="${FORM_TOKEN_FIELD}" content="${token}">`;
  return shellHtml.replace('<head>', () => `<head>${meta}`);
}
