import { expect, it } from 'vitest';
import { describeBytes, describeRequests } from './describe-traffic.ts';

const second = (requests: number, sentBytes = 0, receivedBytes = 0) => ({
  requests,
  sentBytes,
  receivedBytes,
});

it('says how many requests there were, and the most in one second', () => {
  expect(describeRequests([second(0), second(1200), second(3)])).toBe(
    '1,203 requests in the last two minutes, at most 1,200 in one second; 3 in the last second.',
  );
  expect(describeRequests([second(1), second(0)])).toBe(
    '1 request in the last two minutes, at most 1 in one second; 0 in the last second.',
  );
});

it('says how much was sent and received', () => {
  expect(describeBytes([second(1, 1500, 40), second(1, 500, 0)])).toBe(
    'In the last two minutes 2.0 kB sent, at most 1.5 kB in one second, and 40 B received, at most 40 B in one second.',
  );
});

it('says that there was nothing', () => {
  expect(describeRequests([second(0)])).toBe('No requests in the last two minutes.');
  expect(describeBytes([second(0)])).toBe('No data in the last two minutes.');
});
