/** `console` and `log` of a site's code: what they say goes to the site's log. */
import type { Clock } from '../../../protocol/clock.ts';
import { type ErrorDetail, errorDetail, stackOf } from '../errors/report-error.ts';
import { RUNTIME_LIMITS, type RuntimeLimits } from '../limits.ts';
import type { RuntimeMessage } from '../messages.ts';
import { formatArguments } from './format-value.ts';

type Level = Extract<RuntimeMessage, { kind: 'log' }>['level'];
type Write = (...values: unknown[]) => void;

/** `log` in a route's argument: `log('text')` is `log.info('text')`. */
export interface SiteLog extends Write {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** Sends entries, not more of them than anybody can read. */
export class LogSender {
  readonly #post: (message: RuntimeMessage) => void;
  readonly #clock: Clock;
  readonly #limits: RuntimeLimits;
  /** Address of the compiled site's module, as engines write it into stacks, once it is known. */
  siteUrl: string | undefined;
  #allowed: number;
  #countedAt: number;
  #dropped = 0;

  constructor(
    post: (message: RuntimeMessage) => void,
    clock: Clock,
    limits: RuntimeLimits = RUNTIME_LIMITS,
  ) {
    this.#post = post;
    this.#clock = clock;
    this.#limits = limits;
    this.#allowed = limits.logBurst;
    this.#countedAt = clock.now();
  }

  /**
   * Sends an entry, or counts it as left out.
   * @param request number of the request it belongs to
   * @param error whose stack, place and likely cause go with it; otherwise the place of the call does
   */
  write(level: Level, values: readonly unknown[], request?: number, error?: Error): void {
    if (!this.#mayPass()) return;
    this.#post({
      kind: 'log',
      level,
      text: formatArguments(values, this.#limits.logCharacters),
      ...(error === undefined ? this.#caller() : this.#detailOf(error)),
      ...(request === undefined ? {} : { request }),
    });
  }

  /** Sends what is no entry of the author's own, under the same limit. */
  send(message: RuntimeMessage): void {
    if (this.#mayPass()) this.#post(message);
  }

  #detailOf(error: Error): Partial<ErrorDetail> {
    try {
      return errorDetail(error, this.siteUrl);
    } catch {
      // A getter or a proxy of the author's: the text says what can be said.
      return {};
    }
  }

  #caller(): { readonly from?: string } {
    try {
      return { from: stackOf(new Error(), this.siteUrl) };
    } catch {
      // `Error.prepareStackTrace` may be the author's, and throw.
      return {};
    }
  }

  #mayPass(): boolean {
    const { logBurst, logPerSecond } = this.#limits;
    const now = this.#clock.now();
    const earned = ((now - this.#countedAt) / 1000) * logPerSecond;
    this.#allowed = Math.min(logBurst, this.#allowed + earned);
    this.#countedAt = now;
    if (this.#allowed < 1) {
      this.#dropped += 1;
      return false;
    }
    this.#allowed -= 1;
    if (this.#dropped > 0) {
      const text = `${this.#dropped} entries of the log were left out: the site logs more than ${logPerSecond} a second.`;
      this.#dropped = 0;
      this.#post({ kind: 'log', level: 'warn', text });
    }
    return true;
  }
}

/** The first error of what a console was given. */
function errorAmong(values: readonly unknown[]): Error | undefined {
  return values.find(isError);
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    // A proxy of the author's that does not like to be asked.
    return false;
  }
}

/** `log` for one request. */
export function siteLog(sender: LogSender, request: number | undefined): SiteLog {
  const at =
    (level: Level): Write =>
    (...values) =>
      sender.write(level, values, request, errorAmong(values));
  return Object.assign(at('info'), {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  });
}

/**
 * Puts a console in the place of the platform's.
 * @param requestOf number of the request that a call belongs to: known only while exactly one runs
 */
export function createSiteConsole(
  sender: LogSender,
  requestOf: () => number | undefined,
  clock: Clock,
): Readonly<Record<string, Write>> {
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = '';
  const write = (level: Level, values: readonly unknown[], error = errorAmong(values)): void => {
    const text =
      indent === '' ? values : [indent + formatArguments(values).replaceAll('\n', `\n${indent}`)];
    sender.write(level, text, requestOf(), error);
  };
  const at =
    (level: Level): Write =>
    (...values) =>
      write(level, values);
  const elapsed = (label: string): string => {
    const start = timers.get(label);
    return start === undefined
      ? `There is no timer "${label}": call console.time("${label}") first.`
      : `${label}: ${(clock.now() - start).toFixed(1)} ms`;
  };
  return {
    log: at('info'),
    info: at('info'),
    debug: at('debug'),
    warn: at('warn'),
    error: at('error'),
    dir: (value) => write('info', [value]),
    dirxml: at('info'),
    table: (value) => write('info', [value]),
    trace: (...values) => write('info', ['Trace:', ...values], new Error('Trace')),
    assert: (condition, ...values) => {
      if (!condition) write('error', ['Assertion failed:', ...values]);
    },
    count: (label = 'default') => {
      const key = String(label).slice(0, 100);
      // A name per call would fill the memory without anybody noticing.
      if (counts.size > 1000) counts.clear();
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      write('info', [`${key}: ${count}`]);
    },
    countReset: (label = 'default') => counts.delete(String(label)),
    time: (label = 'default') => {
      if (timers.size > 1000) timers.clear();
      timers.set(String(label), clock.now());
    },
    timeLog: (label = 'default', ...values) => write('info', [elapsed(String(label)), ...values]),
    timeEnd: (label = 'default') => {
      write('info', [elapsed(String(label))]);
      timers.delete(String(label));
    },
    group: (...values) => {
      if (values.length > 0) write('info', values);
      if (indent.length < 20) indent += '  ';
    },
    groupCollapsed: (...values) => {
      if (values.length > 0) write('info', values);
      if (indent.length < 20) indent += '  ';
    },
    groupEnd: () => {
      indent = indent.slice(2);
    },
    clear: () => {},
  };
}
