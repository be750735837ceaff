import { expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import { createBringState } from './bring-state.ts';
import type { FoundSite } from './found-site.ts';

const BROUGHT = { kind: 'files', files: [] } as const;

function site(title: string): FoundSite {
  return {
    title,
    name: title,
    content: { kind: 'files', files: [] },
    files: 1,
    bytes: 1,
    project: false,
    database: false,
    skipped: [],
  };
}

it('shows what was found, or why nothing can be made of it', async () => {
  const found = createBringState(async () => site('photos'));
  await found.look(BROUGHT);
  expect(found.step.value).toMatchObject({ kind: 'found', site: { title: 'photos' } });
  found.dismiss();
  expect(found.step.value).toEqual({ kind: 'idle' });

  const failing = createBringState(() => {
    throw new PeerServerError('bad-input', 'This is no zip.');
  });
  await failing.look(BROUGHT);
  expect(failing.step.value).toEqual({ kind: 'failed', message: 'This is no zip.' });
});

it('forgets what is dismissed or replaced while it is looked at', async () => {
  const answers: ((found: FoundSite) => void)[] = [];
  const signals: AbortSignal[] = [];
  const state = createBringState((_brought, signal) => {
    signals.push(signal);
    return new Promise((resolve) => answers.push(resolve));
  });
  const first = state.look(BROUGHT);
  const second = state.look(BROUGHT);
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  answers[0]?.(site('first'));
  await first;
  expect(state.step.value).toEqual({ kind: 'looking' });
  state.dismiss();
  answers[1]?.(site('second'));
  await second;
  expect(state.step.value).toEqual({ kind: 'idle' });
});
