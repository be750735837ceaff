/** What the specification asks of a template, asked of `render`: the code behind it, in this process. */
import { Templates } from '../../src/host/runtime/template/templates.ts';
import { checkThrown, equal, NOTHING } from './project/assertions.ts';
import {
  type Bench,
  type Case,
  type Check,
  currentEnvironment,
  TemplateCase,
} from './project/bench.ts';
import { NotHere } from './project/run-spec.ts';

/**
 * Templates become files, helpers what `templates/helpers.ts` exports. A test that asks for something else
 * (options of the compiler, decorators, the engine itself) is answered with NotHere.
 */
export function onRender(): Bench {
  let under: Promise<void>[] = [];
  const elsewhere = (): never => {
    throw new NotHere('It asks the engine itself.');
  };
  const begun = (checked: Promise<void>) => {
    // `run` tells it, unless the test has failed by then for another reason.
    checked.catch(() => {});
    under.push(checked);
  };
  const check: Check = {
    rendersAs: (given, expected) => {
      const files = filesOf(given);
      begun(render(given, files).then((text) => equal(text, expected)));
    },
    throws: (given, type, message) => {
      const thrown = render(given, filesOf(given)).then(
        () => NOTHING,
        (error: unknown) => error,
      );
      begun(thrown.then((error) => checkAny(error, type, message)));
    },
  };
  return {
    run: async (test) => {
      under = [];
      try {
        await test();
      } catch (thrown) {
        // What `render` does is known later; until then a test can only have looked at something else.
        throw thrown instanceof NotHere
          ? thrown
          : new NotHere('It asks the engine itself, or looks before the page is there.');
      }
      if (under.length === 0) throw new NotHere('It renders nothing.');
      await Promise.all(under);
    },
    compilerContext: { compile: elsewhere, compileWithPartial: elsewhere },
    compile: elsewhere,
    expectTemplate: (text) => new TemplateCase(text, check),
  };
}

/** The templates of a site that has this one. @throws NotHere when it asks for what no site has */
function filesOf(given: Case): Record<string, string> {
  const { text, partials, decorators, compileOptions, runtimeOptions } = given;
  if ([decorators, compileOptions, runtimeOptions].some((each) => Object.keys(each).length > 0)) {
    throw new NotHere('It needs options or decorators.');
  }
  const files: Record<string, string> = { 'page.hbs': text };
  for (const [name, partial] of Object.entries(partials)) {
    if (typeof partial !== 'string') throw new NotHere('A partial of it is no text.');
    files[`${name}.hbs`] = partial;
  }
  return files;
}

async function render({ input, helpers }: Case, files: Record<string, string>): Promise<string> {
  const templates = new Templates({
    routes: {},
    templates: files,
    templateHelpers: async () => ({ ...helpers }),
    // What a test has registered in its environment counts here, too.
    handlebars: async () => ({ default: { create: currentEnvironment } }),
  });
  return (await templates.render('page', input)).text();
}

/** `render` says where, in words of its own; the engine's error is its cause. */
function checkAny(thrown: unknown, type?: unknown, message?: string | RegExp): void {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  checkThrown(cause, type, message);
}
