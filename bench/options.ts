import { parseArgs } from 'node:util';
import type { BrowserName } from '../e2e/browsers/find-browsers.ts';
import { parseBrowser, parseWhole } from './option-values.ts';

/**
 * What serves the site that is visited: the studio's tab, `peerserver host`, or the studio's tab of an earlier
 * commit, whose visitor is of that commit, too.
 */
export type HostKind = 'tab' | 'node' | 'earlier';

export interface BenchOptions {
  /** Rounds of the bulk measurement; each is one raw transfer and one of each host. */
  readonly pairs: number;
  /** Bytes of one transfer. */
  readonly bulkBytes: number;
  /** Requests of each kind. */
  readonly requests: number;
  readonly browser: BrowserName;
  /** The first is the one that the targets are about. */
  readonly hosts: readonly [HostKind, ...HostKind[]];
  /** First of two ports; 0 lets the system choose both. */
  readonly port: number;
  /** A commit that is measured beside this one. */
  readonly against: string | undefined;
  /** File for every raw sample. */
  readonly json: string | undefined;
  /** Folder for profiles. */
  readonly profile: string | undefined;
}

export const USAGE = `Usage: npm run bench -- [options]

  --json FILE       write every sample to a file
  --pairs N         rounds of the bulk measurement (default 5)
  --megabytes N     size of one transfer in MiB (default 192)
  --requests N      small requests of each kind (default 300)
  --browser NAME    chromium (default) or firefox
  --hosts LIST      tab, node, or both; the targets are about the first (default tab,node)
  --against COMMIT  measure a tab of an earlier commit beside it, by turns
  --port N          first of two ports to use (default: chosen by the system)
  --profile DIR     instead of measuring, save traces of one transfer and of some requests, with the
                    processor time of each thread (traces: Chromium only)
  --dynamic         measure sites with code instead; it has options of its own: --dynamic --help
  --help            print this help`;

/** Parses the command line; undefined when help is wanted. Throws Error with one line for a wrong one. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      pairs: { type: 'string', default: '5' },
      megabytes: { type: 'string', default: '192' },
      requests: { type: 'string', default: '300' },
      browser: { type: 'string', default: 'chromium' },
      hosts: { type: 'string', default: 'tab,node' },
      against: { type: 'string' },
      port: { type: 'string', default: '0' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    pairs: parseWhole('--pairs', values.pairs, 1, 1_000),
    bulkBytes: parseWhole('--megabytes', values.megabytes, 1, 4_096) * 1024 * 1024,
    requests: parseWhole('--requests', values.requests, 1, 100_000),
    browser: parseBrowser(values.browser),
    hosts: [...parseHosts(values.hosts), ...(values.against ? (['earlier'] as const) : [])],
    against: values.against,
    port: parseWhole('--port', values.port, 0, 65_534),
    json: values.json,
    profile: values.profile,
  };
}

function parseHosts(text: string): readonly [HostKind, ...HostKind[]] {
  const [first, ...others] = [...new Set(text.split(','))].map((part): HostKind => {
    if (part === 'tab' || part === 'node') return part;
    throw new Error(`--hosts must be tab, node or both with a comma, not "${text}".`);
  });
  if (first === undefined) throw new Error('--hosts must name at least one host.');
  return [first, ...others];
}
