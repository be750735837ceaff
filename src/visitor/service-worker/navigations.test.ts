import { describe, expect, it } from 'vitest';
import { Navigations } from './navigations.ts';

const PAGE = 'http://garden.localhost/page';

describe('Navigations', () => {
  it('tells what is being asked for from what was answered and what it has never heard of', async () => {
    const navigations = new Navigations();
    expect(navigations.stateOf(PAGE)).toBe('unknown');
    let answer: (page: string) => void = () => {};
    const answered = navigations.during(
      `${PAGE}#part`,
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    expect(navigations.stateOf(`${PAGE}#other`)).toBe('asking');
    answer('a page');
    expect(await answered).toBe('a page');
    expect(navigations.stateOf(PAGE)).toBe('answered');
  });

  it('counts a failure as an answer, and the last of several as the end', async () => {
    const navigations = new Navigations();
    let fail: (error: Error) => void = () => {};
    const first = navigations.during(
      PAGE,
      () =>
        new Promise<string>((_, reject) => {
          fail = reject;
        }),
    );
    await navigations.during(PAGE, async () => 'a page');
    expect(navigations.stateOf(PAGE)).toBe('asking');
    fail(new Error('The host is away.'));
    await expect(first).rejects.toThrow('away');
    expect(navigations.stateOf(PAGE)).toBe('answered');
  });

  it('forgets the oldest of too many', async () => {
    const navigations = new Navigations();
    for (let index = 0; index <= 50; index += 1) {
      await navigations.during(`${PAGE}${index}`, async () => undefined);
    }
    expect(navigations.stateOf(`${PAGE}0`)).toBe('unknown');
    expect(navigations.stateOf(`${PAGE}1`)).toBe('answered');
  });
});
