import { describe, expect, it } from 'vitest';
import { errorMessage } from '../errors/report-error.ts';
import type { SiteModule } from '../site-module.ts';
import { Templates } from './templates.ts';

function templates(texts: Record<string, string>, helpers?: Record<string, unknown>): Templates {
  const module: SiteModule = {
    routes: {},
    templates: texts,
    handlebars: async () => ({ ...(await import('handlebars')) }),
    ...(helpers ? { templateHelpers: async () => helpers } : {}),
  };
  return new Templates(module);
}

async function html(made: Templates, name: string, data?: object, options?: object) {
  const response = await made.render(name, data, options);
  return response.text();
}

async function told(rendering: Promise<unknown>) {
  const thrown = await rendering.then(
    () => undefined,
    (error: unknown) => error,
  );
  return errorMessage(thrown, {}, undefined);
}

describe('render', () => {
  it('answers with HTML, escaped by default', async () => {
    const made = templates({ 'hello.hbs': 'Hello {{name}} {{{name}}}' });
    const response = await made.render(
      'hello',
      { name: '<b>' },
      { status: 201, headers: { 'x-a': '1' } },
    );
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('x-a'),
    ]).toEqual([201, 'text/html; charset=utf-8', '1']);
    expect(await response.text()).toBe('Hello &lt;b&gt; <b>');
  });

  it('puts the page into the layout, with the page’s data', async () => {
    const made = templates({
      'page.hbs': '<p>{{title}}</p>',
      'layouts/main.hbs': '<title>{{title}}</title>{{{body}}}',
      'layouts/plain.hbs': '[{{body}}]',
    });
    const data = { title: 'A&B' };
    expect(await html(made, 'page', data)).toBe('<title>A&amp;B</title><p>A&amp;B</p>');
    expect(await html(made, 'page', data, { layout: 'plain' })).toBe('[<p>A&amp;B</p>]');
    expect(await html(made, 'page', data, { layout: 'layouts/plain.hbs' })).toBe(
      '[<p>A&amp;B</p>]',
    );
    expect(await html(made, 'page', data, { layout: false })).toBe('<p>A&amp;B</p>');
  });

  it('takes partials by their path, in any folder', async () => {
    const made = templates({
      'list.hbs': '{{#each items}}{{> items/row}}{{/each}}{{> footer year=2026}}',
      'items/row.hbs': '<li>{{this}}{{> items/inner}}</li>',
      'items/inner.hbs': '!',
      'footer.handlebars': '{{year}}',
    });
    expect(await html(made, 'list', { items: [1, 2] })).toBe('<li>1!</li><li>2!</li>2026');
  });

  it('calls the helpers that the site exports', async () => {
    const helpers = {
      shout: (text: string) => text.toUpperCase(),
      twice(this: unknown, options: { fn(context: unknown): string }) {
        return options.fn(this) + options.fn(this);
      },
      unit: 'kg',
    };
    const made = templates({ 'a.hbs': '{{shout name}} {{#twice}}{{name}}{{/twice}}' }, helpers);
    expect(await html(made, 'a', { name: 'ada' })).toBe('ADA adaada');
  });

  it('reads nothing that an object inherits', async () => {
    const made = templates({ 'a.hbs': '[{{constructor.name}}{{__proto__.x}}{{x.constructor}}]' });
    expect(await html(made, 'a', { x: {} })).toBe('[]');
  });

  it('says which template is missing, and which was probably meant', async () => {
    const made = templates({ 'items/list.hbs': '', 'about.hbs': '' });
    expect(await told(made.render('items/lsit'))).toMatchObject({
      text: 'There is no template "items/lsit": no file templates/items/lsit.hbs. Did you mean "items/list"?',
      hint: 'Templates of this site: items/list, about.',
    });
    expect(await told(made.render('about', {}, { layout: 'wide' }))).toMatchObject({
      text: expect.stringContaining('There is no layout "wide"'),
    });
  });

  it('says file and line of bad syntax, in partials too', async () => {
    const made = templates({
      'page.hbs': 'ok\n{{> broken}}',
      'broken.hbs': 'one\ntwo\n{{#if x}}three',
      'braces.hbs': 'one\n{{name}',
      'mixed.hbs': '\n\n{{#if a}}\n{{/each}}',
    });
    expect(await told(made.render('page'))).toMatchObject({
      place: { file: 'templates/broken.hbs', line: 3 },
      text: expect.stringMatching(/^The template cannot be read: Parse error on line 3/),
    });
    expect(await told(made.render('braces'))).toMatchObject({
      place: { file: 'templates/braces.hbs', line: 2 },
    });
    expect(await told(made.render('mixed'))).toMatchObject({
      place: { file: 'templates/mixed.hbs', line: 3 },
      text: expect.stringContaining("if doesn't match each"),
    });
  });

  it('says where a partial or helper is missing, and what was probably meant', async () => {
    const made = templates(
      {
        'page.hbs': '<p>\n  {{> items/rwo}}',
        'items/row.hbs': '',
        'outer.hbs': '\n{{> inner}}',
        'inner.hbs': '\n\n   {{shuot name}}',
        'block.hbs': '{{#shuot name}}{{/shuot}}',
      },
      { shout: () => '' },
    );
    expect(await told(made.render('page'))).toMatchObject({
      text: 'There is no partial "items/rwo": no file templates/items/rwo.hbs. Did you mean "items/row"?',
      place: { file: 'templates/page.hbs', line: 2, column: 3 },
    });
    expect(await told(made.render('outer'))).toMatchObject({
      text: 'There is no helper "shuot". Did you mean "shout"?',
      place: { file: 'templates/inner.hbs', line: 3, column: 4 },
    });
    expect(await told(made.render('block'))).toMatchObject({
      place: { file: 'templates/block.hbs', line: 1, column: 1 },
    });
  });

  it('passes on what a helper throws', async () => {
    const thrown = new RangeError('from the helper');
    const made = templates(
      { 'a.hbs': '{{fail 1}}' },
      {
        fail: () => {
          throw thrown;
        },
      },
    );
    await expect(made.render('a')).rejects.toBe(thrown);
  });

  it('tries helpers that cannot be loaded again at the next page', async () => {
    let loads = 0;
    const made = new Templates({
      routes: {},
      templates: { 'a.hbs': '{{shout "a"}}' },
      handlebars: async () => ({ ...(await import('handlebars')) }),
      templateHelpers: async () => {
        loads += 1;
        if (loads === 1) throw new Error('broken');
        return { shout: () => 'A!' };
      },
    });
    await expect(made.render('a')).rejects.toThrow('broken');
    expect(await html(made, 'a')).toBe('A!');
  });

  it('compiles a template once', async () => {
    const { default: engine } = await import('handlebars');
    let parsed = 0;
    const counting = {
      create: () => {
        const made = engine.create();
        const { parse } = made;
        return Object.assign(made, {
          parse: (text: string) => {
            // The engine gives it what is parsed already, too.
            if (typeof text === 'string') parsed += 1;
            return parse(text);
          },
        });
      },
    };
    const made = new Templates({
      routes: {},
      templates: { 'a.hbs': 'a', 'b.hbs': '{{> a}}' },
      handlebars: async () => ({ default: counting }),
    });
    expect((await html(made, 'a')) + (await html(made, 'b')) + (await html(made, 'b'))).toBe('aaa');
    expect(parsed).toBe(2);
  });
});
