/** `form()` in a route's argument. */
import { RUNTIME_LIMITS, type RuntimeLimits } from './limits.ts';
import { SiteResponse } from './web/site-response.ts';

/** A field's value; several of one name make a list. */
export type FormValue = string | File;
export type FormFields = Record<string, FormValue | FormValue[]>;

/**
 * The fields of a submitted form, URL-encoded or multipart; an object without a prototype. A request without a
 * body has none. What is no form is the visitor's doing: rejects with an answer (400, 413 or 415).
 */
export async function readForm(
  request: Request,
  limits: RuntimeLimits = RUNTIME_LIMITS,
): Promise<FormFields> {
  const type =
    (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const fields: FormFields = Object.create(null);
  if (type === '') {
    const text = await request.text();
    if (text === '') return fields;
    throw refusal(415, 'The request has no content type, so its body cannot be read as a form.');
  }
  if (type !== 'application/x-www-form-urlencoded' && type !== 'multipart/form-data') {
    throw refusal(
      415,
      `A form was expected, not ${type}. (For JSON, the route would use request.json().)`,
    );
  }
  let pairs: Iterable<readonly [string, FormValue]>;
  if (type === 'multipart/form-data') {
    if (request.bodyUsed)
      throw new TypeError('The body has been read already; form() reads it, too.');
    try {
      pairs = await request.formData();
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
      throw refusal(400, 'The form is malformed.');
    }
  } else {
    pairs = new URLSearchParams(await request.text());
  }
  let count = 0;
  for (const [name, value] of pairs) {
    count += 1;
    if (count > limits.formFields) {
      throw refusal(413, `A form may have at most ${limits.formFields} fields.`);
    }
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}

function refusal(status: number, text: string): Response {
  return new SiteResponse(text, { status });
}
