/** What `peerserver.json` says. Parsed by `parse-settings.ts`. */
export interface ProjectSettings {
  readonly format: 1;
  /** Visitors see the details of an error, and not only that there was one. Default false. */
  readonly development: boolean;
  /** Where dynamic code may send requests: everywhere (the default), nowhere, or to these origins only. */
  readonly outboundFetch: 'all' | 'none' | readonly string[];
  /** How long a handler may take until its answer begins, in milliseconds. Default 30,000. */
  readonly answerTimeoutMs: number;
  /** Plain values that appear in `env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Integers of the database as numbers (an error beyond 2^53, the default), or all as bigint. */
  readonly integers: 'number' | 'bigint';
  /** How long a session lives after its last use, in milliseconds. Default 30 days. */
  readonly sessionLifetimeMs: number;
  /** Where packages that are not built in come from, e.g. `https://esm.sh`. */
  readonly packagesFrom: string;
}
