import { ANSWER_BYTES, type Asked, type Question, targetOf } from './questions.ts';

/** What came of asking for some time. */
export interface LoadSample {
  /** From the first request to the last answer, milliseconds. */
  readonly ms: number;
  /** Of each request, milliseconds. */
  readonly latencies: readonly number[];
}

/**
 * Asks again and again for `ms` milliseconds, so many at once. Rejects when an answer is not what it should
 * be: what is quick because it is wrong must not count.
 */
export async function load(
  place: Pick<Asked, 'ask'>,
  question: Question,
  { atOnce, ms }: { readonly atOnce: number; readonly ms: number },
): Promise<LoadSample> {
  const latencies: number[] = [];
  const start = performance.now();
  let asked = 0;
  const askInTurn = async (): Promise<void> => {
    for (let now = start; now - start < ms; ) {
      const target = targetOf(question, asked++);
      const before = performance.now();
      const answer = await place.ask('GET', target);
      now = performance.now();
      if (answer.length !== ANSWER_BYTES) {
        throw new Error(`${target} was answered with ${Buffer.from(answer).toString('utf8')}`);
      }
      latencies.push(now - before);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
  return { ms: performance.now() - start, latencies };
}
