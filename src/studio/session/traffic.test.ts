import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { createTraffic, TRAFFIC_SECONDS } from './traffic.ts';

function setUp() {
  const clock = new ManualClock();
  let totals = { requests: 7, sentBytes: 700, receivedBytes: 70 };
  const traffic = createTraffic(() => totals, clock);
  traffic.start();
  const serve = (requests: number, sentBytes = requests * 100) => {
    totals = {
      requests: totals.requests + requests,
      sentBytes: totals.sentBytes + sentBytes,
      receivedBytes: totals.receivedBytes + requests,
    };
  };
  const latest = (count: number) =>
    traffic.seconds.value.slice(-count).map(({ requests }) => requests);
  const sum = () => traffic.seconds.value.reduce((all, { sentBytes }) => all + sentBytes, 0);
  return { clock, traffic, serve, latest, sum };
}

describe('traffic', () => {
  it('is what was added each second, and nothing before the beginning', () => {
    const { clock, traffic, serve, latest } = setUp();
    serve(3);
    clock.advance(1000);
    clock.advance(1000);
    serve(1);
    serve(1);
    clock.advance(1000);
    expect(latest(4)).toEqual([0, 3, 0, 2]);
    expect(traffic.seconds.value).toHaveLength(TRAFFIC_SECONDS);
    expect(traffic.seconds.value.at(-1)).toEqual({
      requests: 2,
      sentBytes: 200,
      receivedBytes: 2,
    });
  });

  it('is shared out over the time that a hidden tab’s timer took, and none is lost', () => {
    const { clock, traffic, serve, latest, sum } = setUp();
    traffic.stop();
    serve(10, 1001);
    clock.advance(4300);
    traffic.look();
    expect(latest(5)).toEqual([0, 2, 3, 2, 3]);
    expect(sum()).toBe(1001);
    // The rest of the fifth second is still to come.
    clock.advance(600);
    serve(4);
    traffic.look();
    expect(latest(2)).toEqual([2, 3]);
    clock.advance(100);
    traffic.look();
    expect(latest(2)).toEqual([3, 4]);
  });

  it('fills no more than two minutes after a long sleep', () => {
    const { clock, traffic, serve, sum } = setUp();
    traffic.stop();
    serve(1, 240_000);
    clock.advance(3_600_000);
    traffic.look();
    expect(traffic.seconds.value).toHaveLength(TRAFFIC_SECONDS);
    expect(sum()).toBe(240_000);
    expect(traffic.seconds.value[0]?.sentBytes).toBe(2000);
  });

  it('ends when it is stopped', () => {
    const { clock, traffic, serve, latest } = setUp();
    traffic.stop();
    serve(1);
    clock.advance(5000);
    expect(latest(5)).toEqual([0, 0, 0, 0, 0]);
  });
});
