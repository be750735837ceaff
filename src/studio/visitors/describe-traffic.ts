import { formatBytes } from '../elements/wording.ts';
import type { TrafficSecond } from '../session/traffic.ts';

/** A number of requests with its noun. */
export function countRequests(count: number): string {
  return count === 1 ? '1 request' : `${count.toLocaleString('en-GB')} requests`;
}

/** The chart of requests in words, for those who do not see it. */
export function describeRequests(seconds: readonly TrafficSecond[]): string {
  const { all, most, now } = summary(seconds.map(({ requests }) => requests));
  if (all === 0) return 'No requests in the last two minutes.';
  return `${countRequests(all)} in the last two minutes, at most ${most.toLocaleString('en-GB')} in one second; ${now.toLocaleString('en-GB')} in the last second.`;
}

/** The chart of bytes in words. */
export function describeBytes(seconds: readonly TrafficSecond[]): string {
  const sent = summary(seconds.map(({ sentBytes }) => sentBytes));
  const received = summary(seconds.map(({ receivedBytes }) => receivedBytes));
  if (sent.all + received.all === 0) return 'No data in the last two minutes.';
  return `In the last two minutes ${formatBytes(sent.all)} sent, at most ${formatBytes(sent.most)} in one second, and ${formatBytes(received.all)} received, at most ${formatBytes(received.most)} in one second.`;
}

function summary(values: readonly number[]): { all: number; most: number; now: number } {
  return {
    all: values.reduce((sum, value) => sum + value, 0),
    most: Math.max(0, ...values),
    now: values.at(-1) ?? 0,
  };
}
