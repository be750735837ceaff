import { describe, expect, it } from 'vitest';
import { Navigations } from './navigations.ts';

const PAGE = 'http://garden.localhost/page';

describe('Navigations', () => {
  it('tells what is being asked for from what was answered and what it has never heard of', async () => {
    const navigations = new Navigations();
    expect(navigations.stateOf(PAGE)).toBe('unknown');
    let answer: (page: Response) => void = () => {};
    const page = new Response('a page');
    const answered = navigations.during(
      `${PAGE}#part`,
      () =>
        new Promise<Response>((resolve) => {
          answer = resolve;
        }),
    );
    expect(navigations.stateOf(`${PAGE}#other`)).toBe('asking');
    answer(page);
    expect(await answered).toBe(page);
    expect(navigations.stateOf(PAGE)).toBe('answered');
  });

  it('counts a failure as an answer, and the last of several as the end', async () => {
    const navigations = new Navigations();
    let fail: (error: Error) => void = () => {};
    const first = navigations.during(
      PAGE,
      () =>
        new Promise<Response>((_, reject) => {
          fail = reject;
        }),
    );
    await navigations.during(PAGE, async () => new Response('a page'));
    expect(navigations.stateOf(PAGE)).toBe('asking');
    fail(new Error('The host is away.'));
    await expect(first).rejects.toThrow('away');
    expect(navigations.stateOf(PAGE)).toBe('answered');
  });

  it('forgets the oldest of too many', async () => {
    const navigations = new Navigations();
    for (let index = 0; index <= 50; index += 1) {
      await navigations.during(`${PAGE}${index}`, async () => new Response());
    }
    expect(navigations.stateOf(`${PAGE}0`)).toBe('unknown');
    expect(navigations.stateOf(`${PAGE}1`)).toBe('answered');
  });

  it('follows redirects: the first address is answered when the last one is', async () => {
    const navigations = new Navigations();
    const redirect = (location: string) => async () =>
      new Response(null, { status: 302, headers: { location } });
    // What was answered there once is another navigation's.
    await navigations.during(`${PAGE}/end`, async () => new Response('the end'));
    await navigations.during(PAGE, redirect('/page/middle'));
    await navigations.during(`${PAGE}/middle`, redirect('end#part'));
    let answer: (page: Response) => void = () => {};
    const end = navigations.during(
      `${PAGE}/end`,
      () =>
        new Promise<Response>((resolve) => {
          answer = resolve;
        }),
    );
    expect(navigations.stateOf(PAGE)).toBe('asking');
    expect(navigations.waysTo(`${PAGE}/end`)).toEqual([`${PAGE}/end`, `${PAGE}/middle`, PAGE]);
    answer(new Response('the end'));
    await end;
    expect(navigations.stateOf(PAGE)).toBe('answered');
    await navigations.during(PAGE, redirect('/page'));
    expect(navigations.stateOf(PAGE)).toBe('answered');
    expect(navigations.waysTo(PAGE)).toEqual([PAGE]);
  });
});
