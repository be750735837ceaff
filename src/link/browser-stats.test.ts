import { expect, it } from 'vitest';
import { describeStats, type Stat } from './browser-stats.ts';

const report = (...stats: Stat[]) => new Map(stats.map((stat) => [stat.id, stat]));

const HOST: Stat = { id: 'host', type: 'local-candidate', candidateType: 'host' };
const RELAY: Stat = { id: 'relay', type: 'local-candidate', candidateType: 'relay' };
const FAR: Stat = {
  id: 'far',
  type: 'remote-candidate',
  candidateType: 'srflx',
  address: '203.0.113.7',
  port: 4242,
};
const FAR_RELAY: Stat = { ...FAR, id: 'far-relay', candidateType: 'relay' };

function pair(id: string, localCandidateId: string, remoteCandidateId: string): Stat {
  const state = { nominated: true, state: 'succeeded' };
  return { id, type: 'candidate-pair', localCandidateId, remoteCandidateId, ...state };
}

/** As Chromium tells which pair is in use; Firefox does not. */
const selected = (selectedCandidatePairId: string): Stat => ({
  id: 'transport',
  type: 'transport',
  selectedCandidatePairId,
});

it('a path without a relay is direct, with the other end’s address', () => {
  const direct = { route: 'direct', remoteAddress: '203.0.113.7:4242' };
  const stats = [HOST, FAR, pair('p', 'host', 'far')];
  expect(describeStats(report(...stats))).toEqual(direct);
  expect(describeStats(report(...stats, selected('p')))).toEqual(direct);
});

it('a path is relayed when either end’s candidate is of a relay', () => {
  const relayed = { route: 'relayed', remoteAddress: '203.0.113.7:4242' };
  expect(describeStats(report(RELAY, FAR, pair('p', 'relay', 'far')))).toEqual(relayed);
  const far = [HOST, FAR_RELAY, pair('p', 'host', 'far-relay'), selected('p')];
  expect(describeStats(report(...far))).toEqual(relayed);
});

it('the selected pair counts, not others that worked too', () => {
  const stats = [HOST, RELAY, FAR, pair('a', 'host', 'far'), pair('b', 'relay', 'far')];
  expect(describeStats(report(...stats, selected('b')))).toMatchObject({ route: 'relayed' });
  expect(describeStats(report(...stats, selected('a')))).toMatchObject({ route: 'direct' });
});

it('a pair that only failed so far is no path', () => {
  const failed = { ...pair('p', 'host', 'far'), state: 'failed' };
  expect(describeStats(report(HOST, FAR, failed))).toEqual({ route: 'unknown' });
  expect(describeStats(report())).toEqual({ route: 'unknown' });
});

it('an address that the browser hides is left out', () => {
  const hidden = { ...FAR, address: null };
  expect(describeStats(report(HOST, hidden, pair('p', 'host', 'far')))).toEqual({
    route: 'direct',
  });
});
