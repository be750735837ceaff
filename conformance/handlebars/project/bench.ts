/** How a template of the specification becomes text: by the engine itself, or by what a site calls. */
import { caughtFrom, checkThrown, equal } from './assertions.ts';

type Template = (input: unknown, options?: object) => string;

/** What of Handlebars is used here. */
export interface Engine {
  create(): Engine;
  compile(text: string, options?: object): Template;
  precompile(text: string, options?: object): unknown;
  template(precompiled: unknown): Template;
}

/** A template with all that it needs. */
export interface Case {
  readonly text: string;
  readonly input: unknown;
  readonly helpers: Readonly<Record<string, unknown>>;
  readonly partials: Readonly<Record<string, unknown>>;
  readonly decorators: Readonly<Record<string, unknown>>;
  readonly compileOptions: object;
  readonly runtimeOptions: object;
}

export interface Bench {
  /** Runs a test; resolves when all that it has begun is done and is as it should be. */
  run(test: () => unknown): Promise<void>;
  /** What the specification's scripts ask for by this name. */
  readonly compilerContext: object;
  compile(text: string, options?: object): Template;
  expectTemplate(text: string): TemplateCase;
}

/** What comes after `expectTemplate(text)`. */
export class TemplateCase {
  readonly #check: Check;
  #case: Case;

  constructor(text: string, check: Check) {
    this.#check = check;
    this.#case = {
      text,
      input: {},
      helpers: {},
      partials: {},
      decorators: {},
      compileOptions: {},
      runtimeOptions: {},
    };
  }

  withInput = (input: unknown) => this.#with({ input });
  withHelper = (name: string, helper: unknown) => this.withHelpers({ [name]: helper });
  withHelpers = (more: object) => this.#with({ helpers: { ...this.#case.helpers, ...more } });
  withPartial = (name: string, partial: unknown) => this.withPartials({ [name]: partial });
  withPartials = (more: object) => this.#with({ partials: { ...this.#case.partials, ...more } });
  withDecorator = (name: string, decorator: unknown) => this.withDecorators({ [name]: decorator });
  withDecorators = (more: object) =>
    this.#with({ decorators: { ...this.#case.decorators, ...more } });
  withCompileOptions = (compileOptions: object = {}) => this.#with({ compileOptions });
  withRuntimeOptions = (runtimeOptions: object) => this.#with({ runtimeOptions });
  withMessage = () => this;
  toCompileTo = (expected: string) => this.#check.rendersAs(this.#case, expected);
  toThrow = (type?: unknown, message?: string | RegExp) =>
    this.#check.throws(this.#case, type, message);

  #with(change: Partial<Case>): this {
    this.#case = { ...this.#case, ...change };
    return this;
  }
}

export interface Check {
  rendersAs(given: Case, expected: string): void;
  throws(given: Case, type?: unknown, message?: string | RegExp): void;
}

/** The environment of the test that runs. */
export function currentEnvironment(): Engine {
  return Reflect.get(globalThis, 'handlebarsEnv');
}

/** By the engine: precompiled, as the specification wants it, or compiled where there are partials. */
export function onEngine(engine: Engine): Bench {
  const context = {
    compile: (text: string, options?: object) => {
      const spec = (currentEnvironment() ?? engine).precompile(text, options);
      return currentEnvironment().template(new Function(`return (${spec})`)());
    },
    compileWithPartial: (text: string, options?: object) =>
      currentEnvironment().compile(text, options),
  };
  const render = (given: Case): string => {
    const { text, compileOptions, runtimeOptions, helpers, partials, decorators } = given;
    const how = Object.keys(partials).length > 0 ? 'compileWithPartial' : 'compile';
    const template = context[how](text, compileOptions);
    return template(given.input, { ...runtimeOptions, helpers, partials, decorators });
  };
  const check: Check = {
    rendersAs: (given, expected) => equal(render(given), expected),
    throws: (given, type, message) =>
      checkThrown(
        caughtFrom(() => render(given)),
        type,
        message,
      ),
  };
  return {
    run: async (test) => {
      await test();
    },
    compilerContext: context,
    compile: (text, options) => context.compile(text, options),
    expectTemplate: (text) => new TemplateCase(text, check),
  };
}
