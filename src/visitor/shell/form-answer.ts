import { FORM_TOKEN_FIELD } from '../bridge/form-token.ts';

/** Takes the token out of the shell's page; undefined when it shows an address, not the answer to a form. */
export function takeFormToken(page: Document): string | undefined {
  const meta = page.querySelector<HTMLMetaElement>(`meta[name="${FORM_TOKEN_FIELD}"]`);
  meta?.remove();
  return meta?.content;
}

/**
 * Makes the frame show the answer to the form, as if it had posted it itself: the form stands in the frame's own
 * blank document, so that no name of the frame is needed, which the site's page would see.
 */
export function postFormToken(blank: Document, url: string, token: string): void {
  const form = blank.createElement('form');
  form.method = 'post';
  form.action = url;
  const field = blank.createElement('input');
  field.type = 'hidden';
  field.name = FORM_TOKEN_FIELD;
  field.value = token;
  form.append(field);
  blank.documentElement.append(form);
  form.submit();
}
