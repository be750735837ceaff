import { expect, test } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { staysBlank } from './blank-frame.ts';

/** A frame whose navigation has these states, one a look; it is blank until they are over if `shows`. */
async function watch(
  states: readonly string[],
  { shows = false } = {},
): Promise<{ result: boolean; looks: number }> {
  const clock = new ManualClock();
  let looks = 0;
  let result: boolean | undefined;
  const watching = staysBlank('/file', {
    clock,
    isBlank: () => !shows || looks <= states.length,
    stateOf: async () => {
      looks += 1;
      return states[looks - 1] ?? states.at(-1);
    },
  }).then((value) => {
    result = value;
  });
  for (let turn = 0; turn < 1_000 && result === undefined; turn += 1) {
    clock.advance(1_500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await watching;
  return { result: result === true, looks };
}

test('a frame that is blank some seconds behind its answer stays so', async () => {
  expect(await watch(['asking', 'asking', 'answered'])).toEqual({ result: true, looks: 6 });
});

test('a frame whose page comes late is not given up', async () => {
  const slow = Array.from({ length: 100 }, () => 'asking');
  expect(await watch(slow, { shows: true })).toMatchObject({ result: false });
  expect(await watch(['answered', 'answered', 'answered'], { shows: true })).toMatchObject({
    result: false,
  });
});

test('a redirect whose target is asked for begins anew', async () => {
  const states = ['answered', 'answered', 'answered', 'asking', 'answered'];
  expect(await watch(states)).toEqual({ result: true, looks: 8 });
});

test('nothing is said of a navigation that no service worker knows', async () => {
  expect(await watch(['unknown'])).toEqual({ result: false, looks: 20 });
});
