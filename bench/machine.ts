/** What the machine is, and what else it is doing. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, type as systemName } from 'node:os';
import { projectRoot } from './project-root.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly system: string;
  readonly node: string;
  /** Name and version. */
  readonly browser: string;
  /** Commit of the checkout, with `+` behind it when files differ from it; undefined outside of one. */
  readonly commit: string | undefined;
  readonly date: string;
  /** Programs that wanted to run, averaged over the minute before the start. */
  readonly loadAtStart: number;
}

/** @param browser name and version of the browser that is measured */
export function describeMachine(browser: string, loadAtStart: number, now: Date): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    system: `${systemName()} ${release()}`,
    node: process.version,
    browser,
    commit: findCommit(),
    date: now.toISOString(),
    loadAtStart,
  };
}

/** Programs that want to run, averaged over the last minute. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

function findCommit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '');
  } catch {
    // No checkout, or no git: the figures stand without it.
    return undefined;
  }
}

/** A process as /proc tells of it; times in ticks of its clock (10 ms mostly). */
interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

/** Total processor time of the machine and of this program with all it started, in ticks. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly own: number;
  readonly all: number;
}

/** Reads the times of now; undefined where there is no /proc (systems other than Linux). */
export function readProcessorTimes(): ProcessorTimes | undefined {
  let line: string;
  try {
    line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  } catch {
    return undefined;
  }
  const [user, nice, system, idle, wait, interrupt, softInterrupt, stolen] = line
    .split(/\s+/)
    .slice(1)
    .map((field) => Number(field));
  const busy =
    (user ?? 0) +
    (nice ?? 0) +
    (system ?? 0) +
    (interrupt ?? 0) +
    (softInterrupt ?? 0) +
    (stolen ?? 0);
  const own = ownProcesses().reduce((sum, [, { ticks }]) => sum + ticks, 0);
  return { busy, own, all: busy + (idle ?? 0) + (wait ?? 0) };
}

/** The share of the machine that other programs used between two readings, 0 to 1. */
export function foreignShare(before: ProcessorTimes, after: ProcessorTimes): number {
  const all = after.all - before.all;
  const foreign = after.busy - before.busy - (after.own - before.own);
  return all === 0 ? 0 : Math.min(1, Math.max(0, foreign / all));
}

/** This program and its descendants, by process id. Empty where there is no /proc. */
export function ownProcesses(root = process.pid): [pid: number, times: ProcessTimes][] {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = readTimes(`/proc/${name}/stat`);
    if (times) processes.set(Number(name), times);
  }
  const isOwn = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined; at = processes.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  return [...processes].filter(([pid]) => isOwn(pid));
}

function readTimes(path: string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(path, 'utf8');
    // The name in parentheses may hold anything; what follows it is numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (index: number) => Number(fields[index] ?? 0);
    // Own time and that of children that have ended, each in user and kernel mode.
    return { parent: field(1), ticks: field(11) + field(12) + field(13) + field(14) };
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}
