/** What is used of Handlebars, which comes with the site's module. */
import { SiteError } from '../errors/site-error.ts';

export interface SourceLocation {
  readonly start: { readonly line: number; readonly column: number };
}

/** A node of a parsed template; only what is looked for in it. */
export type TemplateNode = Readonly<Record<string, unknown>>;

export type CompiledTemplate = (context: unknown, options?: object) => string;

export type TemplateHelper = (this: unknown, ...values: unknown[]) => unknown;

export interface TemplateEngine {
  parse(text: string): TemplateNode;
  compile(template: string | TemplateNode, options?: object): CompiledTemplate;
  registerPartial(name: string, partial: CompiledTemplate): void;
  registerHelper(name: string, helper: TemplateHelper): void;
  readonly helpers: Readonly<Record<string, unknown>>;
  readonly SafeString: new (html: string) => object;
}

/** An engine of its own, whose helpers and partials nobody else has. Throws SiteError for another module. */
export function createEngine(module: Readonly<Record<string, unknown>>): TemplateEngine {
  const exported = (module.default ?? module) as { readonly create?: unknown };
  if (typeof exported.create !== 'function') {
    throw new SiteError('The template engine of this site is not Handlebars.');
  }
  return exported.create() as TemplateEngine;
}

/** Where a name is first used as a partial or helper in a template; undefined when it is not. */
export function findUse(node: unknown, name: string): SourceLocation | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node)) {
    for (const item of node) {
      const found = findUse(item, name);
      if (found) return found;
    }
    return undefined;
  }
  const fields = node as TemplateNode;
  for (const key of ['name', 'path']) {
    const path = fields[key];
    if (isPath(path) && path.original === name) return fields.loc as SourceLocation;
  }
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'loc') continue;
    const found = findUse(value, name);
    if (found) return found;
  }
  return undefined;
}

function isPath(value: unknown): value is { readonly original: unknown } {
  return typeof value === 'object' && value !== null && 'original' in value;
}
