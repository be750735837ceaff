import { expect, it } from 'vitest';
import type { SiteName } from '../../address/site-name.ts';
import { deferred } from '../testing/deferred.ts';
import { createServerFacts, type ServerFacts } from './server-facts.ts';

const A = 'a' as SiteName;
const B = 'b' as SiteName;
const facts = (files: number): ServerFacts => ({ files, bytes: files * 10, running: false });

it('reads one server after the other, and leaves out what cannot be read', async () => {
  let busy = 0;
  const list = createServerFacts(async (name) => {
    busy += 1;
    await Promise.resolve();
    expect(busy).toBe(1);
    busy -= 1;
    if (name === A) throw new Error('unreadable');
    return facts(2);
  });
  await list.refresh([A, B]);
  expect([...list.facts.value]).toEqual([[B, facts(2)]]);
});

it('keeps what is known while it is read anew, and forgets servers that are gone', async () => {
  let answer = Promise.resolve(facts(1));
  const list = createServerFacts(() => answer);
  await list.refresh([A, B]);
  const { promise, resolve } = deferred<ServerFacts>();
  answer = promise;
  const refreshed = list.refresh([A]);
  expect([...list.facts.value]).toEqual([[A, facts(1)]]);
  resolve(facts(5));
  await refreshed;
  expect([...list.facts.value]).toEqual([[A, facts(5)]]);
});

it('gives way to a later refresh', async () => {
  const { promise, resolve } = deferred<ServerFacts>();
  let calls = 0;
  const list = createServerFacts(() => (++calls === 1 ? promise : Promise.resolve(facts(9))));
  const first = list.refresh([A]);
  await list.refresh([A]);
  resolve(facts(1));
  await first;
  expect(list.facts.value.get(A)).toEqual(facts(9));
});
