import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { injectionPlace, injectScript } from './html-injection.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const SCRIPT = '<script>/* ours */</script>';

async function injectInto(html: string, pieces: number[] = []): Promise<string> {
  const bytes = encoder.encode(html);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      let offset = 0;
      for (const size of [...pieces, bytes.length]) {
        const piece = bytes.slice(offset, offset + size);
        if (piece.length > 0) controller.enqueue(piece);
        offset += size;
      }
      controller.close();
    },
  });
  const injected = injectScript(stream, encoder.encode(SCRIPT));
  return decoder.decode(await new Response(injected).arrayBuffer());
}

describe('where the script goes', () => {
  test.each([
    ['<!doctype html><p>Hi', `<!doctype html>${SCRIPT}<p>Hi`],
    [
      '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><p>',
      `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">${SCRIPT}<p>`,
    ],
    [
      '\n <!-- first --> <!doctype html>\n<html>',
      `\n <!-- first --> <!doctype html>${SCRIPT}\n<html>`,
    ],
    ['\ufeff<!doctype html><p>', `\ufeff<!doctype html>${SCRIPT}<p>`],
    ['<p>no doctype', `${SCRIPT}<p>no doctype`],
    [
      '<?xml version="1.0"?>\n<!DOCTYPE html><html>',
      `<?xml version="1.0"?>\n<!DOCTYPE html>${SCRIPT}<html>`,
    ],
    [
      `<!-- ${'x'.repeat(5000)} --><!doctype html><p>`,
      `<!-- ${'x'.repeat(5000)} --><!doctype html>${SCRIPT}<p>`,
    ],
    ['<!-- never closed <p>', `${SCRIPT}<!-- never closed <p>`],
    ['\ufeff<p>', `\ufeff${SCRIPT}<p>`],
    ['', SCRIPT],
  ])('%j becomes %j', async (html, expected) => {
    expect(await injectInto(html)).toBe(expected);
  });

  test('a document in UTF-16 is left alone', () => {
    expect(injectionPlace(Uint8Array.of(0xff, 0xfe, 0x3c, 0), true)).toBe('nowhere');
    expect(injectionPlace(Uint8Array.of(0xfe, 0xff, 0, 0x3c), true)).toBe('nowhere');
  });

  test('a page without a doctype need not wait for more', () => {
    expect(injectionPlace(encoder.encode('<p>Hi'), false)).toBe(0);
    expect(injectionPlace(encoder.encode('<!doct'), false)).toBe('undecided');
    expect(injectionPlace(encoder.encode('<!-- a comm'), false)).toBe('undecided');
  });

  test('it is the same wherever the stream is cut', async () => {
    const html = `<!-- ü --><!doctype html><title>Grüße</title>${'x'.repeat(3000)}`;
    const whole = await injectInto(html);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
        async (pieces) => {
          expect(await injectInto(html, pieces)).toBe(whole);
        },
      ),
    );
  });
});
