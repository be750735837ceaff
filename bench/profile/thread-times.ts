import { readdirSync, readFileSync } from 'node:fs';
import { ownProcesses } from '../machine.ts';

/** Milliseconds of processor time of one thread. */
export interface ThreadTime {
  /** Whose process tree it belongs to. */
  readonly role: string;
  /** `renderer`, `utility network.mojom.NetworkService`, … with the process id. */
  readonly process: string;
  readonly thread: string;
  readonly ms: number;
}

/** Ticks of /proc are hundredths of a second on every Linux that browsers run on. */
const TICK_MS = 10;

/** Reads the times of all threads below some processes. Linux only. @param roots process ids by role */
export function readThreadTimes(roots: ReadonlyMap<string, number>): Map<string, ThreadTime> {
  const times = new Map<string, ThreadTime>();
  for (const [role, root] of roots) {
    for (const [pid] of ownProcesses(root)) {
      for (const [id, thread, ms] of threadsOf(pid)) {
        times.set(`${pid}/${id}`, { role, process: `${nameOf(pid)} ${pid}`, thread, ms });
      }
    }
  }
  return times;
}

/** What the threads used between two readings, the busiest first. */
export function spentBetween(
  before: ReadonlyMap<string, ThreadTime>,
  after: ReadonlyMap<string, ThreadTime>,
): ThreadTime[] {
  return [...after]
    .map(([key, time]) => ({ ...time, ms: time.ms - (before.get(key)?.ms ?? 0) }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms);
}

function threadsOf(pid: number): [id: string, thread: string, ms: number][] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((id) => {
      const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
      const end = stat.lastIndexOf(')');
      const fields = stat.slice(end + 2).split(' ');
      const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
      return [[id, stat.slice(stat.indexOf('(') + 1, end), ticks * TICK_MS] as const].map(
        ([task, name, ms]): [string, string, number] => [task, name, ms],
      );
    });
  } catch {
    // The process, or one of its threads, ended meanwhile.
    return [];
  }
}

/** What kind of a browser's process it is. */
function nameOf(pid: number): string {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/);
    const value = (name: string) => args.find((arg) => arg.startsWith(name))?.slice(name.length);
    const kind = value('--type=') ?? 'browser';
    return [kind, value('--utility-sub-type=')].filter(Boolean).join(' ');
  } catch {
    return 'ended';
  }
}
