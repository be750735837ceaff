import { expect, test } from 'vitest';
import { CandidateQueue, MAX_WAITING_CANDIDATES } from './candidate-queue.ts';

const candidate = (name: string) => ({ candidate: name, sdpMid: null, sdpMLineIndex: null });

async function namesOf(queue: CandidateQueue, signal = new AbortController().signal) {
  const names: string[] = [];
  for await (const next of queue.take(signal)) names.push(next.candidate);
  return names;
}

test('candidates that came early and late are taken in order, until the end', async () => {
  const queue = new CandidateQueue();
  queue.push(candidate('early'));
  const names = namesOf(queue);
  await Promise.resolve();
  queue.push(candidate('late'));
  queue.end();
  queue.push(candidate('too late'));
  expect(await names).toEqual(['early', 'late']);
});

test('a flood of candidates is cut off', async () => {
  const queue = new CandidateQueue();
  for (let index = 0; index < 100_000; index += 1) queue.push(candidate(String(index)));
  queue.end();
  expect(await namesOf(queue)).toHaveLength(MAX_WAITING_CANDIDATES);
});

test('whoever waits for candidates is freed by its signal', async () => {
  const abort = new AbortController();
  const names = namesOf(new CandidateQueue(), abort.signal);
  abort.abort();
  expect(await names).toEqual([]);
});
