import { describe, expect, test } from 'vitest';
import {
  adaptPolicies,
  adaptPolicy,
  connectPolicies,
  policiesAttribute,
} from './document-policies.ts';

const OURS = "'sha256-abc'";
const FIELD = 'content-security-policy';
const REPORTS = 'content-security-policy-report-only';

describe('the injected scripts run', () => {
  test.each([
    ["default-src 'self'", `default-src 'self'; script-src 'self' ${OURS}`],
    ["default-src 'none'", `default-src 'none'; script-src ${OURS}`],
    ["script-src 'self'; img-src *", `script-src 'self' ${OURS}; img-src *`],
    ["script-src 'none'", `script-src ${OURS}`],
    ['script-src', `script-src ${OURS}`],
    [
      "script-src-elem 'self'; script-src 'none'",
      `script-src-elem 'self' ${OURS}; script-src 'none'`,
    ],
    ["script-src 'nonce-x' 'unsafe-inline'", `script-src 'nonce-x' 'unsafe-inline' ${OURS}`],
    [
      "script-src 'strict-dynamic' 'unsafe-inline'",
      `script-src 'strict-dynamic' 'unsafe-inline' ${OURS}`,
    ],
    ["Script-Src 'self'", `Script-Src 'self' ${OURS}`],
    [
      "script-src 'self'; script-src 'unsafe-inline'",
      `script-src 'self' ${OURS}; script-src 'unsafe-inline'`,
    ],
    [
      "require-trusted-types-for 'script'; default-src 'self'",
      `require-trusted-types-for 'script'; default-src 'self'; script-src 'self' ${OURS}`,
    ],
  ])('%s lets them run by their hash', (policy, expected) => {
    expect(adaptPolicy(policy, [OURS])).toBe(expected);
  });

  test.each([
    "script-src 'self' 'unsafe-inline'",
    "script-src 'UNSAFE-INLINE'",
    "default-src * 'unsafe-inline'",
    'img-src *',
    "require-trusted-types-for 'script'",
    '',
  ])('%j allows them already and stays as it is', (policy) => {
    expect(adaptPolicy(policy, [OURS])).toBe(policy);
  });

  test('each of several policies is opened, those that only report as well', () => {
    const headers = new Headers([
      [FIELD, "default-src 'self'"],
      [FIELD, 'script-src a.example, img-src *'],
      [REPORTS, "script-src 'none'"],
    ]);
    adaptPolicies(headers, [OURS, "'sha256-def'"], false);
    expect(headers.get(FIELD)).toBe(
      `default-src 'self'; script-src 'self' ${OURS} 'sha256-def', script-src a.example ${OURS} 'sha256-def', img-src *`,
    );
    expect(headers.get(REPORTS)).toBe(`script-src ${OURS} 'sha256-def'`);
  });
});

describe('the shell may frame the document', () => {
  test('frame-ancestors goes, and a policy of nothing else with it', () => {
    const headers = new Headers({ [FIELD]: "frame-ancestors 'none'; img-src 'self'" });
    headers.set(REPORTS, "Frame-Ancestors 'self'");
    adaptPolicies(headers, [], false);
    expect(headers.get(FIELD)).toBe("img-src 'self'");
    expect(headers.has(REPORTS)).toBe(false);
  });

  test.each([
    ['sandbox', 'sandbox allow-same-origin'],
    ['SANDBOX', 'SANDBOX allow-same-origin'],
    // What these let a page do, it must not do in the site's name.
    ['sandbox allow-scripts', 'sandbox allow-scripts'],
    ['sandbox allow-forms', 'sandbox allow-forms'],
    ['sandbox allow-popups', 'sandbox allow-popups'],
    ['sandbox allow-top-navigation', 'sandbox allow-top-navigation'],
    ['sandbox allow-downloads allow-modals', 'sandbox allow-downloads allow-modals'],
    ['sandbox allow-later-inventions', 'sandbox allow-later-inventions'],
    ['sandbox Allow-Same-Origin', 'sandbox Allow-Same-Origin'],
  ])('%s becomes %s', (policy, expected) => {
    expect(adaptPolicy(policy, [])).toBe(expected);
  });
});

test.each([
  ['sandbox allow-forms', "sandbox allow-forms, form-action 'none'"],
  ['img-src *; SANDBOX', 'img-src *; SANDBOX allow-same-origin'],
  ['sandbox allow-forms allow-same-origin', 'sandbox allow-forms allow-same-origin'],
  [
    'img-src *, form-action *; sandbox allow-forms',
    "img-src *, form-action *; sandbox allow-forms, form-action 'none'",
  ],
  ["form-action 'self'", "form-action 'self'"],
])('where a form’s origin is not seen, %s becomes %s', (policy, expected) => {
  const headers = new Headers({ [FIELD]: policy, [REPORTS]: 'sandbox allow-forms' });
  adaptPolicies(headers, [], true);
  expect(headers.get(FIELD)).toBe(expected);
  expect(headers.get(REPORTS)).toBe('sandbox allow-forms');
  const shown = new Headers({ [FIELD]: 'sandbox allow-forms' });
  adaptPolicies(shown, [], false);
  expect(shown.get(FIELD)).toBe('sandbox allow-forms');
});

describe('policies on their way to the page script', () => {
  test('are those that speak of connections', () => {
    const headers = new Headers({ [FIELD]: "connect-src 'self', img-src *" });
    headers.set(REPORTS, "default-src 'none'");
    expect(connectPolicies(headers)).toEqual([
      { text: "connect-src 'self'", reportOnly: false },
      { text: "default-src 'none'", reportOnly: true },
    ]);
  });

  test('are an attribute that no text of theirs can end, in whatever encoding', () => {
    const text = `connect-src "><script>ü&quot;</script>`;
    const attribute = policiesAttribute([{ text, reportOnly: false }]);
    expect(attribute).toMatch(/^ data-policies="[ !#-%'-;=?-~&]*"$/);
    expect(attribute).not.toContain('<');
    const value = attribute.slice(' data-policies="'.length, -1);
    const read = value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    expect(JSON.parse(read)).toEqual([{ text, reportOnly: false }]);
    expect(policiesAttribute([])).toBe('');
  });
});
