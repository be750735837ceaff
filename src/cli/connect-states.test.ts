import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import type { SiteState } from '../visitor/site-connection.ts';
import { ConnectStates, UNKNOWN_PAUSE_MS } from './connect-states.ts';

const UNKNOWN = new PeerServerError('no-such-site', 'There is no such site.');

function setUp() {
  const stop = new AbortController();
  const clock = new ManualClock();
  const told: SiteState[] = [];
  let again = 0;
  const states = new ConnectStates(stop.signal, (state) => told.push(state), clock);
  const change = (state: SiteState) =>
    states.changed(state, () => {
      again += 1;
    });
  return { stop, clock, told, states, change, again: () => again };
}

it('asks again for a name that nobody holds any more, until it is stopped', async () => {
  const { change, clock, told, again, stop, states } = setUp();
  change({ kind: 'connecting' });
  change({ kind: 'connected' });
  await states.connected;
  expect(told).toEqual([]);
  change({ kind: 'stopped', error: UNKNOWN });
  expect(told).toEqual([{ kind: 'waiting', error: UNKNOWN, retryInMs: UNKNOWN_PAUSE_MS }]);
  clock.advance(UNKNOWN_PAUSE_MS - 1);
  expect(again()).toBe(0);
  clock.advance(1);
  expect(again()).toBe(1);
  change({ kind: 'stopped', error: UNKNOWN });
  stop.abort();
  await states.ended;
  clock.advance(UNKNOWN_PAUSE_MS);
  expect(again()).toBe(1);
});

it('has one listener at its signal, however often it asks again', async () => {
  const { change, clock, stop, again } = setUp();
  change({ kind: 'connected' });
  for (let round = 1; round <= 20; round += 1) {
    change({ kind: 'stopped', error: UNKNOWN });
    clock.advance(UNKNOWN_PAUSE_MS);
    expect(again()).toBe(round);
  }
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
});

it('does not ask again for a name that was unknown from the start', async () => {
  const { change, states, clock, again } = setUp();
  change({ kind: 'stopped', error: UNKNOWN });
  await expect(states.connected).rejects.toBe(UNKNOWN);
  clock.advance(UNKNOWN_PAUSE_MS);
  expect(again()).toBe(0);
});
