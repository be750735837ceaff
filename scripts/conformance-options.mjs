/** What `npm run conformance` can run, and how it tells the runners where a suite is. */
import { resolve } from 'node:path';

/** Name of the variable with the folder of the suite's copy. */
export const SPEC_VARIABLE = 'PEERSERVER_SPEC';

/** By its name; those with `spec: true` need a copy of the suite, since nothing of it is in this repository. */
const SUITES = {
  'http-cache': { report: 'conformance/http-cache.report.ts', spec: false },
  'todo-backend': { report: 'conformance/todo-backend/todo-backend.report.ts', spec: true },
  handlebars: { report: 'conformance/handlebars/handlebars.report.ts', spec: true },
  sqllogictest: { report: 'conformance/sqllogictest/sqllogictest.report.ts', spec: true },
};

/**
 * Reads `[suite] [--spec FOLDER]`; without a suite it is `http-cache`.
 * @param {readonly string[]} args
 * @returns {{ report: string, spec: string | undefined }}
 * @throws Error that names what is missing
 */
export function readOptions(args) {
  const rest = [...args];
  const at = rest.indexOf('--spec');
  const [, spec] = at === -1 ? [] : rest.splice(at, 2);
  const [name = 'http-cache', ...others] = rest;
  const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined;
  if (!suite || others.length > 0) {
    throw new Error(`Give one of ${Object.keys(SUITES).join(', ')}, not "${rest.join(' ')}".`);
  }
  if (suite.spec && !spec) {
    throw new Error(`${name} needs a copy of the suite: --spec FOLDER (conformance/README.md).`);
  }
  return { report: suite.report, spec: spec && resolve(spec) };
}
