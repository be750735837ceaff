/** `render` in a route's argument: Handlebars with layouts and partials. */
import { didYouMean } from '../../nearest-name.ts';
import { SiteError } from '../errors/site-error.ts';
import type { SiteModule } from '../site-module.ts';
import { SiteResponse } from '../web/site-response.ts';
import {
  type CompiledTemplate,
  createEngine,
  findUse,
  type TemplateEngine,
  type TemplateHelper,
  type TemplateNode,
} from './template-engine.ts';

const FOLDER = 'templates/';
const LAYOUTS = 'layouts/';
const DEFAULT_LAYOUT = `${LAYOUTS}main`;
const EXTENSION = /\.(?:hbs|handlebars)$/;

export interface RenderOptions {
  readonly status?: number;
  readonly headers?: HeadersInit;
  /**
   * A template below `templates/layouts/`, or none at all. By default `layouts/main`, if there is one. It puts
   * the page where it says `{{{body}}}`.
   */
  readonly layout?: string | false;
}

interface Template {
  /** `templates/items/list.hbs` */
  readonly file: string;
  readonly text: string;
  ast?: TemplateNode;
  compiled?: CompiledTemplate;
}

export class Templates {
  readonly #module: SiteModule;
  /** By name: `items/list`. */
  readonly #templates = new Map<string, Template>();
  #engine: Promise<TemplateEngine> | undefined;

  constructor(module: SiteModule) {
    this.#module = module;
    for (const [path, text] of Object.entries(module.templates)) {
      if (EXTENSION.test(path)) {
        this.#templates.set(path.replace(EXTENSION, ''), { file: FOLDER + path, text });
      }
    }
  }

  /**
   * A page. Rejects with SiteError, with file and line where they are known, for a template, partial or helper
   * that is missing or malformed, and with what a helper throws.
   */
  async render(name: string, data: unknown = {}, options: RenderOptions = {}): Promise<Response> {
    const { status = 200, layout } = options;
    const template = this.#find(name, 'template');
    const outer = this.#layout(layout);
    const engine = await this.#ready();
    let html = this.#run(engine, template, data);
    if (outer) {
      const body = new engine.SafeString(html);
      html = this.#run(engine, outer, { ...(data as object), body });
    }
    const headers = new Headers(options.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'text/html; charset=utf-8');
    return new SiteResponse(html, { status, headers });
  }

  #layout(layout: string | false | undefined): Template | undefined {
    if (layout === false) return undefined;
    if (layout === undefined) return this.#templates.get(DEFAULT_LAYOUT);
    const name = layout.replace(EXTENSION, '');
    return this.#find(this.#templates.has(LAYOUTS + name) ? LAYOUTS + name : name, 'layout');
  }

  #find(name: unknown, what: string): Template {
    if (typeof name !== 'string') {
      throw new SiteError(`The name of a ${what} must be text, not ${typeof name}.`);
    }
    const plain = name.replace(/^\//, '').replace(EXTENSION, '');
    const template = this.#templates.get(plain);
    if (template) return template;
    const known = [...this.#templates.keys()];
    const hint =
      known.length === 0
        ? 'Templates are the files templates/*.hbs; there is none yet.'
        : `Templates of this site: ${known.slice(0, 20).join(', ')}.`;
    throw new SiteError(
      `There is no ${what} "${plain}": no file templates/${plain}.hbs.${didYouMean(plain, known)}`,
      { hint },
    );
  }

  #ready(): Promise<TemplateEngine> {
    this.#engine ??= this.#start();
    // A broken helpers file is told each time, since the next request loads it anew.
    this.#engine.catch(() => {
      this.#engine = undefined;
    });
    return this.#engine;
  }

  async #start(): Promise<TemplateEngine> {
    const { handlebars, templateHelpers } = this.#module;
    if (!handlebars) throw new SiteError('This site has no templates.');
    const engine = createEngine(await handlebars());
    for (const [name, helper] of Object.entries((await templateHelpers?.()) ?? {})) {
      if (name !== 'default' && typeof helper === 'function') {
        // As it is: block helpers find the template's data in their `this`.
        engine.registerHelper(name, helper as TemplateHelper);
      }
    }
    for (const [name, template] of this.#templates) {
      // Compiled when it is first used, so that a broken one harms only pages that use it.
      engine.registerPartial(name, (context, options) =>
        this.#compiled(engine, template)(context, options),
      );
    }
    return engine;
  }

  #run(engine: TemplateEngine, template: Template, data: unknown): string {
    try {
      return this.#compiled(engine, template)(data);
    } catch (thrown) {
      throw this.#explained(engine, thrown, template);
    }
  }

  #compiled(engine: TemplateEngine, template: Template): CompiledTemplate {
    if (template.compiled) return template.compiled;
    try {
      template.ast = engine.parse(template.text);
    } catch (thrown) {
      throw syntaxError(thrown, template);
    }
    template.compiled = engine.compile(template.ast);
    return template.compiled;
  }

  /** A missing partial or helper with its place; Handlebars names neither file nor line. */
  #explained(engine: TemplateEngine, thrown: unknown, template: Template): unknown {
    if (!(thrown instanceof Error) || thrown instanceof SiteError) return thrown;
    const partial = /^The partial (.+) could not be found$/.exec(thrown.message)?.[1];
    if (partial !== undefined) {
      const known = [...this.#templates.keys()];
      return new SiteError(
        `There is no partial "${partial}": no file templates/${partial}.hbs.${didYouMean(partial, known)}`,
        { ...this.#placeOf(partial, template), cause: thrown },
      );
    }
    const helper = /^Missing (?:block )?helper: "(.+)"$/i.exec(thrown.message)?.[1];
    if (helper !== undefined) {
      const names = Object.keys(engine.helpers);
      return new SiteError(`There is no helper "${helper}".${didYouMean(helper, names)}`, {
        ...this.#placeOf(helper, template),
        hint: 'Helpers are the functions that templates/helpers.ts exports.',
        cause: thrown,
      });
    }
    return thrown;
  }

  /** Where a name is used: in this template, or in another one that was compiled, as those it uses are. */
  #placeOf(name: string, template: Template): Pick<SiteErrorPlace, 'place'> {
    for (const candidate of [template, ...this.#templates.values()]) {
      const use = candidate.ast && findUse(candidate.ast.body, name);
      if (use) {
        const { line, column } = use.start;
        return { place: { file: candidate.file, line, column: column + 1 } };
      }
    }
    return { place: { file: template.file } };
  }
}

type SiteErrorPlace = { readonly place: { file: string; line?: number; column?: number } };

/** `Parse error on line 3:` and a picture of the place, as the parser tells it. */
function syntaxError(thrown: unknown, template: Template): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const fields = thrown as { readonly lineNumber?: unknown; readonly column?: unknown };
  const told = /^(?:Parse|Lexical) error on line (\d+)/.exec(thrown.message)?.[1];
  const counted = typeof fields.lineNumber === 'number' ? fields.lineNumber : Number(told);
  const line = Number.isInteger(counted) && counted > 0 ? counted : undefined;
  const column = typeof fields.column === 'number' ? fields.column + 1 : undefined;
  const place = {
    file: template.file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  return new SiteError(`The template cannot be read: ${thrown.message}`, {
    place,
    hint: 'Look for a {{#block}} without its {{/block}}, and for braces that are not closed.',
    cause: thrown,
  });
}
