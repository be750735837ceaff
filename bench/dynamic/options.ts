import { parseArgs } from 'node:util';
import type { BrowserName } from '../../e2e/browsers/find-browsers.ts';
import { parseBrowser, parseWhole } from '../option-values.ts';

/** What serves the site over the data channel: the studio's tab, or `peerserver host`. */
export type DynamicHost = 'tab' | 'node';

export interface DynamicOptions {
  /** Each measures everything once. */
  readonly rounds: number;
  /** How long one kind of request, or of insert, is measured at a time, milliseconds. */
  readonly ms: number;
  /** Requests under way at once where requests per second are measured. */
  readonly atOnce: number;
  readonly browser: BrowserName;
  readonly hosts: readonly DynamicHost[];
  /** File for the figures and every single sample. */
  readonly json: string | undefined;
}

export const USAGE = `Usage: npm run bench -- --dynamic [options]

  --json FILE         write the figures and every sample to a file
  --rounds N          how often everything is measured (default 5)
  --milliseconds N    how long each measurement takes (default 1000)
  --at-once N         requests under way at once for requests per second (default 16)
  --browser NAME      chromium (default) or firefox
  --hosts LIST        tab, node, or both (default tab,node)
  --help              print this help`;

/** Parses the command line; undefined when help is wanted. Throws Error with one line for a wrong one. */
export function parseDynamicOptions(args: readonly string[]): DynamicOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dynamic: { type: 'boolean' },
      json: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      milliseconds: { type: 'string', default: '1000' },
      'at-once': { type: 'string', default: '16' },
      browser: { type: 'string', default: 'chromium' },
      hosts: { type: 'string', default: 'tab,node' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    rounds: parseWhole('--rounds', values.rounds, 1, 1_000),
    // An inserting route must have answered before the site's own time limit.
    ms: parseWhole('--milliseconds', values.milliseconds, 50, 20_000),
    atOnce: parseWhole('--at-once', values['at-once'], 1, 200),
    browser: parseBrowser(values.browser),
    hosts: [...new Set(values.hosts.split(','))].map(parseHost),
    json: values.json,
  };
}

function parseHost(text: string): DynamicHost {
  if (text === 'tab' || text === 'node') return text;
  throw new Error(`--hosts must be tab, node or both with a comma, not "${text}".`);
}
