import { expect, test } from 'vitest';
import type { HeaderList } from '../../protocol/http-message.ts';
import { asAttachment, isAttachment } from './download.ts';

function dispositionOf(given: string | undefined, name: string): string | undefined {
  const headers: HeaderList = given === undefined ? [] : [['content-disposition', given]];
  const answer = asAttachment({ status: 200, headers, body: null }, name);
  return answer.headers.find(([field]) => field === 'content-disposition')?.[1];
}

test('an attachment is what its disposition says, in any case of letters', () => {
  const says = (value: string) => isAttachment([['content-disposition', value]]);
  expect(says('attachment')).toBe(true);
  expect(says('Attachment; filename="a.txt"')).toBe(true);
  expect(says('inline; filename="attachment.txt"')).toBe(false);
  expect(says('attachments')).toBe(false);
  expect(isAttachment([])).toBe(false);
});

test("a link's file name is carried whatever it is made of (RFC 5987)", () => {
  expect(dispositionOf(undefined, 'plain.txt')).toBe("attachment; filename*=UTF-8''plain.txt");
  expect(dispositionOf(undefined, 'Größe (1)\'*!".txt')).toBe(
    "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29%27%2A%21%22.txt",
  );
  expect(dispositionOf(undefined, 'a\r\nset-cookie: b')).not.toMatch(/[\r\n]/);
  expect(dispositionOf(undefined, '\ud800')).toBe("attachment; filename*=UTF-8''%EF%BF%BD");
});

test("the host's file name wins over the link's, as with any server (HTML, 4.6.5)", () => {
  expect(dispositionOf('inline; filename="host.txt"', 'link.txt')).toBe(
    'attachment; filename="host.txt"',
  );
  expect(dispositionOf('attachment', 'link.txt')).toContain('link.txt');
  expect(dispositionOf(undefined, '')).toBe('attachment');
});

test('a redirect stays one: what it leads to is saved', () => {
  const answer = { status: 302, headers: [['location', '/b']] as const, body: null };
  expect(asAttachment(answer, 'a')).toBe(answer);
});

test('what the host has not is a download that fails, not its error page saved as a file', async () => {
  const body = new TextEncoder().encode('No such file.');
  const answer = asAttachment({ status: 404, headers: [], body }, 'a.txt');
  expect(answer.status).toBe(200);
  expect(isAttachment(answer.headers)).toBe(true);
  await expect(new Response(answer.body as ReadableStream).text()).rejects.toThrow();
});
