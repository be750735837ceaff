import { describe, expect, it } from 'vitest';
import { indentTemplate } from './indent-template.ts';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <title>{{title}}</title>
    <link rel="stylesheet" href="/a.css">
  </head>
  <body class="a {{#if b}}c{{/if}}">
    {{#each items as |item|}}
      <p
        class="x"
        title="{{item.name}}"
      >{{item.name}}</p>
      {{#if item.done}}
        done
      {{else if item.late}}
        late
      {{else}}
        <img src="{{item.image}}">
      {{/if}}
    {{/each}}
    {{#> card}}
      {{> items/row}}
    {{/card}}
    <pre>
  as
     it is
    </pre>
    <script>
     let a = '</p>';
    </script>
    {{!-- {{#if}}
        not a block --}}
    <!-- <div> -->
    {{^empty}}
      some
    {{/empty}}
  </body>
</html>
`;

describe('indenting a template', () => {
  it('changes nothing in one that is in order', () => {
    expect(indentTemplate(PAGE)).toBe(PAGE);
  });

  it('sets in by elements and blocks', () => {
    const flat = PAGE.split('\n')
      .map((line) => line.trimStart())
      .join('\n');
    const again = indentTemplate(flat);
    const verbatim = /^\s*(?:as|it is|<\/pre>|let a.*|not a block.*)$/;
    const comparable = (text: string) =>
      text
        .split('\n')
        .filter((line) => !verbatim.test(line))
        .join('\n');
    expect(comparable(again)).toBe(comparable(PAGE));
  });

  it.each([
    '</div>\n</div>\n<p>',
    '{{/if}}\n{{#if',
    '<a href="\n{{',
    '',
    '\n\n\n',
  ])('does no harm to the unfinished: %j', (text) => {
    const words = (source: string) => source.replace(/\s+/g, ' ').trim();
    expect(words(indentTemplate(text))).toBe(words(text));
  });

  it('is quick with hostile text', () => {
    const started = performance.now();
    for (const piece of ['<a ', '{{#if ', '{{!--', '<a "', "<a '", '<!--'])
      indentTemplate(piece.repeat(5_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
