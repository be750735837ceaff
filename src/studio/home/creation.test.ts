import type { Starter } from 'virtual:starters';
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { CreateServerResult } from '../host.ts';
import type { NameCheck, NameVerdict } from '../servers/name-check.ts';
import { deferred } from '../testing/deferred.ts';
import { createCreation } from './creation.ts';

const CHAT: Starter = {
  id: 'chat',
  title: 'Chat',
  description: '',
  features: [],
  start: 'index.html',
  zip: '/chat.zip',
};

/** A creation whose name look-ups end when the test says so, by name. */
function setUp(answers: Record<string, NameVerdict> = {}) {
  const input = signal('');
  const verdict = signal<NameVerdict>({ kind: 'empty' });
  let hold: Promise<void> = Promise.resolve();
  const check: NameCheck = {
    input,
    verdict,
    async settle() {
      const name = input.value as SiteName;
      await hold;
      if (input.value !== name) return undefined;
      return answers[name] ?? (name === '' ? { kind: 'empty' } : { kind: 'free', name });
    },
    dispose() {},
  };
  const tabs: string[] = [];
  const made: string[] = [];
  let outcome: () => Promise<CreateServerResult> | undefined = () => undefined;
  const creation = createCreation({
    check,
    openTab: () => {
      const index = tabs.push('blank') - 1;
      return {
        go: (url) => {
          tabs[index] = url;
        },
        close: () => {
          tabs[index] = 'closed';
        },
      };
    },
    create: async (name, { id }) => {
      made.push(`${name} of ${id}`);
      return (await outcome()) ?? { kind: 'created', server: { name, createdAt: 0, lastUsed: 0 } };
    },
    urlOf: async (name, { start }) => `/server/${name}#${start}`,
    onCreated: async () => {},
    random: () => 0,
  });
  return {
    creation,
    input,
    tabs,
    made,
    type(name: string) {
      creation.changeName(name);
      verdict.value =
        name === '' ? { kind: 'empty' } : { kind: 'checking', name: name as SiteName };
    },
    holdLookUp() {
      const { promise, resolve } = deferred<void>();
      hold = promise;
      return resolve;
    },
    whenCreating(result: () => Promise<CreateServerResult>) {
      outcome = result;
    },
  };
}

describe('making a server', () => {
  it('takes the name first, then the starter', async () => {
    const { creation, type, tabs, made } = setUp();
    type('garden');
    await creation.submit();
    expect(creation.step.value).toEqual({ kind: 'choosing', name: 'garden' });
    await creation.choose(CHAT);
    expect(made).toEqual(['garden of chat']);
    expect(tabs).toEqual(['/server/garden#index.html']);
    expect(creation.step.value).toMatchObject({ kind: 'created', name: 'garden', blocked: false });
  });

  it('takes the starter first and proposes a name that goes with it', async () => {
    const { creation, input, made } = setUp();
    await creation.choose(CHAT);
    expect(input.value).toBe('chat');
    expect(made).toEqual([]);
    await creation.submit();
    expect(made).toEqual(['chat of chat']);
    expect(input.value).toBe('');
    expect(creation.starter.value).toBeUndefined();
  });

  it('proposes another name when that one is taken or ours, and never replaces one that was typed', async () => {
    const { creation, input, type } = setUp({
      chat: { kind: 'yours', name: 'chat' as SiteName, message: '' },
      'chat-badger': { kind: 'refused', message: '', suggestion: 'chat-otter' as SiteName },
    });
    await creation.choose(CHAT);
    expect(input.value).toBe('chat-otter');
    type('mine');
    await creation.choose(CHAT);
    expect(input.value).toBe('mine');
  });

  it('makes the server of a starter that is clicked while the name is looked up', async () => {
    const { creation, type, holdLookUp, tabs, made } = setUp();
    const release = holdLookUp();
    type('garden');
    const submitted = creation.submit();
    await creation.choose(CHAT);
    // The click allows a tab now, and not later.
    expect(tabs).toEqual(['blank']);
    release();
    await submitted;
    expect(made).toEqual(['garden of chat']);
    expect(tabs).toEqual(['/server/garden#index.html']);
  });

  it('opens no tab for a name that is refused, and closes one that was opened', async () => {
    const refused: NameVerdict = {
      kind: 'refused',
      message: 'Taken.',
      suggestion: 'b' as SiteName,
    };
    const { creation, type, tabs, made } = setUp({ garden: refused });
    type('garden');
    await creation.submit();
    expect(creation.refusal.value).toEqual(refused);
    expect(tabs).toEqual([]);
    await creation.choose(CHAT);
    await creation.submit();
    expect(tabs).toEqual(['closed']);
    expect(made).toEqual([]);
    type('other');
    expect(creation.refusal.value).toBeUndefined();
  });

  it('forgets a submitted name that is changed before its look-up ends', async () => {
    const { creation, type, holdLookUp, made } = setUp();
    const release = holdLookUp();
    type('garden');
    const submitted = creation.submit();
    type('garden-2');
    release();
    await submitted;
    expect(creation.step.value).toEqual({ kind: 'open' });
    expect(made).toEqual([]);
  });

  it('lets a starter be chosen again after a failure', async () => {
    const { creation, type, tabs, whenCreating, made } = setUp();
    whenCreating(() => Promise.reject(new PeerServerError('storage-failed', 'The disk is full.')));
    type('garden');
    await creation.submit();
    await creation.choose(CHAT);
    expect(creation.failure.value).toBe('The disk is full.');
    expect(tabs).toEqual(['closed']);
    await creation.choose(CHAT);
    expect(made).toHaveLength(2);
  });
});
