import { expect, test } from 'vitest';
import { readNoDocumentNotice, readWorkerNotice } from './messages.ts';

const beacon = {
  kind: 'peerserver-beacon',
  url: 'http://garden.localhost/b',
  method: 'POST',
  headers: [['content-type', 'text/plain']],
  body: new Blob(['a']),
  mode: 'no-cors',
  credentials: 'omit',
  referrer: '',
  referrerPolicy: 'no-referrer',
};

test('notices of pages are read, and nothing of them that is not of its form', () => {
  expect(readWorkerNotice({ kind: 'peerserver-page-gone', more: 1 })).toEqual({
    kind: 'peerserver-page-gone',
  });
  expect(readWorkerNotice(beacon)).toEqual(beacon);
  const wrong: unknown[] = [
    null,
    'peerserver-page-gone',
    { kind: 'other' },
    { kind: 'peerserver-abort' },
    { kind: 'peerserver-abort', id: 'x'.repeat(65) },
    { kind: 'peerserver-body', id: 'x'.repeat(65), body: null },
    { kind: 'peerserver-body', id: 'x', body: 'text' },
    { kind: 'peerserver-navigation-stopped', url: 1 },
    { kind: 'peerserver-arrival', url: '/' },
    { ...beacon, headers: [['a']] },
    { ...beacon, headers: 'a' },
    { ...beacon, body: 'text' },
    { ...beacon, method: undefined },
    { ...beacon, credentials: undefined },
    { ...beacon, referrer: null },
  ];
  for (const data of wrong) expect(readWorkerNotice(data)).toBeUndefined();
});

test('a shell takes only the reasons it knows for showing nothing', () => {
  const notice = { kind: 'peerserver-no-document', url: '/a', reason: 'download' };
  expect(readNoDocumentNotice(notice)).toEqual(notice);
  expect(readNoDocumentNotice({ ...notice, reason: 'other' })).toBeUndefined();
  expect(readNoDocumentNotice({ ...notice, url: undefined })).toBeUndefined();
  expect(readNoDocumentNotice(undefined)).toBeUndefined();
});
