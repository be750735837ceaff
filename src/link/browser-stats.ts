/** How a browser's connection runs. */
import type { TransportDescription } from '../protocol/transport.ts';

/** What of the statistics is read here; TypeScript's own types leave the candidates out. */
export interface Stat {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly address?: string | null;
  readonly port?: number;
}

/** As an RTCStatsReport has it. */
interface StatsReport {
  forEach(callback: (stat: Stat) => void): void;
}

/** Reads from a connection's statistics which way its messages take; `unknown` before there is one. */
export function describeStats(report: StatsReport): TransportDescription {
  const stats = new Map<string, Stat>();
  report.forEach((stat) => {
    stats.set(stat.id, stat);
  });
  const all = [...stats.values()];
  const selectedId = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair =
    stats.get(selectedId ?? '') ??
    all.find(
      (stat) => stat.type === 'candidate-pair' && stat.nominated && stat.state === 'succeeded',
    );
  const local = stats.get(pair?.localCandidateId ?? '');
  const remote = stats.get(pair?.remoteCandidateId ?? '');
  if (local === undefined || remote === undefined) return { route: 'unknown' };
  const relayed = local.candidateType === 'relay' || remote.candidateType === 'relay';
  return {
    route: relayed ? 'relayed' : 'direct',
    // Hidden by the browser behind an mDNS name until the page has camera rights.
    ...(remote.address ? { remoteAddress: `${remote.address}:${remote.port}` } : {}),
  };
}
